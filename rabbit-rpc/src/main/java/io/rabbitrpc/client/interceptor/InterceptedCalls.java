package io.rabbitrpc.client.interceptor;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.Assert;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcOutcome;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.call.CallFuture;
import io.rabbitrpc.client.call.CallThreads;
import io.rabbitrpc.client.call.Calls;
import io.rabbitrpc.client.call.ReplyReader;
import io.rabbitrpc.client.call.RpcRequest;

/**
 * Lets interceptors see calls, if there are any. They are asked for at the first call:
 * what an interceptor is created with may itself make calls or send messages.
 */
public final class InterceptedCalls implements Calls {

	private final Calls calls;

	private final ObjectProvider<RpcClientInterceptor> beans;

	private final CallThreads threads;

	private final Supplier<MessageConverter> converter;

	private volatile @Nullable List<RpcClientInterceptor> interceptors;

	/**
	 * Puts interceptors around calls.
	 * @param calls makes the calls
	 * @param interceptors the interceptors, the first one outermost
	 * @param threads tell interceptors of the outcomes of asynchronous calls
	 * @param converter converts what interceptors reply
	 */
	public InterceptedCalls(Calls calls, ObjectProvider<RpcClientInterceptor> interceptors, CallThreads threads,
			Supplier<MessageConverter> converter) {
		this.calls = calls;
		this.beans = interceptors;
		this.threads = threads;
		this.converter = converter;
	}

	// Two threads may ask at the same time. A lock could deadlock with that of the beans
	private List<RpcClientInterceptor> interceptors() {
		List<RpcClientInterceptor> known = this.interceptors;
		if (known == null) {
			known = this.beans.orderedStream().toList();
			this.interceptors = known;
		}
		return known;
	}

	@Override
	public <T> T call(RpcRequest request, Function<Message, T> reader) {
		List<RpcClientInterceptor> around = interceptors();
		if (around.isEmpty()) {
			return this.calls.call(request, reader);
		}
		Call<T> call = new Call<>(around, request, reader);
		CompletableFuture<RpcOutcome> outcome = call.start((left) -> {
			try {
				return CompletableFuture.completedFuture(call.replied(this.calls.call(left, call::read)));
			}
			catch (RuntimeException ex) {
				return call.failed(ex);
			}
		});
		return call.value(call.await(outcome));
	}

	@Override
	public <T> CompletableFuture<T> callAsync(RpcRequest request, Function<Message, T> reader) {
		List<RpcClientInterceptor> around = interceptors();
		if (around.isEmpty()) {
			return this.calls.callAsync(request, reader);
		}
		Call<T> call = new Call<>(around, request, reader);
		CallFuture<T> result = new CallFuture<>();
		CompletableFuture<RpcOutcome> outcome = call.start((left) -> {
			CompletableFuture<Read<T>> inner = this.calls.callAsync(left, call::read);
			result.onCancel(() -> inner.cancel(false));
			CompletableFuture<RpcOutcome> seen = new CompletableFuture<>();
			inner.whenComplete((read, failure) -> this.threads.tell(() -> {
				((failure != null) ? call.failed(failure) : CompletableFuture.completedFuture(call.replied(read)))
					.whenComplete((end, ex) -> tell(seen, end, ex));
				expireLater(call, result);
			}));
			return seen;
		});
		outcome.whenComplete((end, failure) -> {
			try {
				result.complete(call.value(call.outcome(end, failure)));
			}
			catch (RuntimeException | Error ex) {
				result.completeExceptionally(ex);
			}
		});
		if (!call.made.get()) {
			expireLater(call, result);
		}
		return result;
	}

	private static void tell(CompletableFuture<RpcOutcome> seen, RpcOutcome outcome, @Nullable Throwable failure) {
		if (failure != null) {
			seen.completeExceptionally(failure);
		}
		else {
			seen.complete(outcome);
		}
	}

	// Only an interceptor can be what such a call waits for
	private void expireLater(Call<?> call, CompletableFuture<?> result) {
		if (!result.isDone()) {
			Runnable expire = () -> this.threads.tell(() -> result.completeExceptionally(call.tooLate()));
			this.threads.requestLater(Math.max(0, call.left().toMillis()), expire, expire);
		}
	}

	/**
	 * One call and its interceptors.
	 *
	 * @param <T> what the caller wants of the reply
	 */
	private final class Call<T> {

		private final long startNanos = System.nanoTime();

		private final AtomicBoolean made = new AtomicBoolean();

		private final List<RpcClientInterceptor> around;

		private final RpcClientRequest request;

		private final Function<Message, T> reader;

		private volatile @Nullable Read<T> read;

		private volatile @Nullable RpcOutcome own;

		private volatile @Nullable Throwable thrown;

		Call(List<RpcClientInterceptor> around, RpcRequest request, Function<Message, T> reader) {
			this.around = around;
			this.request = new RpcClientRequest(request, InterceptedCalls.this.converter);
			this.reader = reader;
		}

		/**
		 * Lets the interceptors see the call.
		 * @param maker makes it
		 * @return what they make of its outcome
		 */
		CompletableFuture<RpcOutcome> start(Function<RpcRequest, CompletionStage<RpcOutcome>> maker) {
			try {
				return next(0, maker).call(this.request).toCompletableFuture();
			}
			catch (RuntimeException ex) {
				return CompletableFuture.failedFuture(ex);
			}
		}

		private RpcClientInterceptor.Next next(int index, Function<RpcRequest, CompletionStage<RpcOutcome>> maker) {
			if (index == this.around.size()) {
				return (given) -> make(maker);
			}
			return (given) -> this.around.get(index).intercept(given, next(index + 1, maker));
		}

		private CompletionStage<RpcOutcome> make(Function<RpcRequest, CompletionStage<RpcOutcome>> maker) {
			Assert.state(this.made.compareAndSet(false, true), "an interceptor makes a call once");
			Duration left = left();
			if (left.toMillis() < 1) {
				return CompletableFuture.completedFuture(
						RpcOutcome.failure(new RpcException(RpcStatus.DEADLINE_EXCEEDED, sentence(), false, null)));
			}
			return maker.apply(this.request.within(left));
		}

		// In whole milliseconds, so that one who sets 300 ms reads of 300 ms
		Duration left() {
			long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.startNanos);
			return this.request.deadline().minusMillis(millis);
		}

		Read<T> read(Message reply) {
			return new Read<>(reply, this.reader.apply(reply));
		}

		RpcOutcome replied(Read<T> read) {
			RpcOutcome outcome = RpcOutcome.reply(read.reply());
			this.read = read;
			this.own = outcome;
			return outcome;
		}

		CompletableFuture<RpcOutcome> failed(Throwable failure) {
			if (failure instanceof RpcException outcome) {
				return CompletableFuture.completedFuture(RpcOutcome.failure(outcome));
			}
			if (failure instanceof CancellationException) {
				return CompletableFuture.completedFuture(RpcOutcome.failure(
						new RpcException(RpcStatus.CANCELLED, "the caller has cancelled the call", true, failure)));
			}
			// A converter's fault, and no interceptor's
			this.thrown = failure;
			return CompletableFuture.failedFuture(failure);
		}

		RpcOutcome await(CompletableFuture<RpcOutcome> outcome) {
			try {
				return outcome(outcome.get(Math.max(0, left().toNanos()), TimeUnit.NANOSECONDS), null);
			}
			catch (ExecutionException ex) {
				return outcome(null, ex.getCause());
			}
			catch (TimeoutException ex) {
				throw tooLate();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new RpcException(RpcStatus.DEADLINE_EXCEEDED, "interrupted while waiting for an interceptor",
						this.made.get(), ex);
			}
		}

		RpcException tooLate() {
			return new RpcException(RpcStatus.DEADLINE_EXCEEDED, sentence(), this.made.get(), null);
		}

		private String sentence() {
			return "an interceptor has taken the %d ms of the call".formatted(this.request.deadline().toMillis());
		}

		// What the interceptors have thrown is an outcome, too
		RpcOutcome outcome(@Nullable RpcOutcome outcome, @Nullable Throwable failure) {
			Throwable cause = (failure instanceof CompletionException && failure.getCause() != null)
					? failure.getCause() : failure;
			if (cause instanceof RpcException known) {
				return RpcOutcome.failure(known);
			}
			if (cause instanceof Error error) {
				throw error;
			}
			if (cause instanceof RuntimeException fault && fault == this.thrown) {
				throw fault;
			}
			if (outcome == null) {
				return RpcOutcome.failure(new RpcException(RpcStatus.INTERNAL,
						"an interceptor failed: " + ((cause != null) ? cause.getMessage() : "it gave no outcome"),
						this.made.get(), cause));
			}
			return outcome;
		}

		T value(RpcOutcome outcome) {
			if (outcome.failure() != null) {
				throw outcome.failure();
			}
			Read<T> given = this.read;
			return (outcome == this.own && given != null) ? given.value()
					: ReplyReader.read(outcome.reply(), this.reader);
		}

	}

	/**
	 * A reply that has been read.
	 *
	 * @param reply the reply
	 * @param value what was read
	 * @param <T> what the caller wants of the reply
	 */
	private record Read<T>(Message reply, T value) {
	}

}
