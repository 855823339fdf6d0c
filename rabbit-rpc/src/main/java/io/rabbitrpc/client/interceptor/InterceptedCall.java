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
import org.springframework.util.Assert;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcOutcome;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.call.ReplyReader;
import io.rabbitrpc.client.call.RpcRequest;

/**
 * One call and its interceptors.
 *
 * @param <T> what the caller wants of the reply
 */
final class InterceptedCall<T> {

	private final long startNanos = System.nanoTime();

	private final AtomicBoolean made = new AtomicBoolean();

	private final List<RpcClientInterceptor> around;

	private final RpcClientRequest request;

	private final Function<Message, T> reader;

	private volatile boolean underWay;

	private volatile @Nullable Read<T> read;

	private volatile @Nullable RpcOutcome own;

	private volatile @Nullable Throwable thrown;

	InterceptedCall(List<RpcClientInterceptor> around, RpcRequest request, Function<Message, T> reader,
			Supplier<MessageConverter> converter) {
		this.around = around;
		this.request = new RpcClientRequest(request, converter);
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
		this.underWay = true;
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
		this.underWay = false;
		RpcOutcome outcome = RpcOutcome.reply(read.reply());
		this.read = read;
		this.own = outcome;
		return outcome;
	}

	CompletableFuture<RpcOutcome> failed(Throwable failure) {
		this.underWay = false;
		if (failure instanceof RpcException outcome) {
			return CompletableFuture.completedFuture(RpcOutcome.failure(outcome));
		}
		if (failure instanceof CancellationException) {
			return CompletableFuture.completedFuture(RpcOutcome
				.failure(new RpcException(RpcStatus.CANCELLED, "the caller has cancelled the call", true, failure)));
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

	/**
	 * Whether only an interceptor can be what the caller waits for.
	 * @return {@code false} while the call itself is under way
	 */
	boolean isWithInterceptors() {
		return !this.underWay;
	}

	RpcException tooLate() {
		return new RpcException(RpcStatus.DEADLINE_EXCEEDED, sentence(), this.made.get(), null);
	}

	private String sentence() {
		return "an interceptor has taken the %d ms of the call".formatted(this.request.deadline().toMillis());
	}

	// What the interceptors have thrown is an outcome, too
	RpcOutcome outcome(@Nullable RpcOutcome outcome, @Nullable Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
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
			throw this.made.get() ? outcome.failure() : notRun(outcome.failure());
		}
		Read<T> given = this.read;
		return (outcome == this.own && given != null) ? given.value() : ReplyReader.read(outcome.reply(), this.reader);
	}

	// Nothing was sent, whatever the interceptor's exception says of that
	private static RpcException notRun(RpcException failure) {
		if (!failure.mayHaveRun()) {
			return failure;
		}
		RpcException known = RpcException.ofReply(failure.status(), String.valueOf(failure.getMessage()),
				failure.code(), false);
		known.setStackTrace(failure.getStackTrace());
		return known;
	}

	/**
	 * A reply that has been read.
	 *
	 * @param reply the reply
	 * @param value what was read
	 * @param <T> what the caller wants of the reply
	 */
	record Read<T>(Message reply, T value) {
	}

}
