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
import java.util.concurrent.atomic.AtomicReference;
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
 * @param <T> the type of the result
 */
final class InterceptedCall<T> {

	// How long after its deadline a call may still take for its diagnosis
	private static final long SLACK_MILLIS = 250;

	private final long startNanos = System.nanoTime();

	// A call is either made or ended without being made. If it was reported as not run,
	// it must not run
	private final AtomicReference<State> state = new AtomicReference<>(State.NEW);

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
	 * @param maker makes the call
	 * @return the outcome after all interceptors
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
		if (!this.state.compareAndSet(State.NEW, State.MADE)) {
			Assert.state(this.state.get() == State.ENDED, "an interceptor may make a call only once");
			return CompletableFuture.completedFuture(RpcOutcome.failure(new RpcException(RpcStatus.CANCELLED,
					"the call had ended before an interceptor made it", false, null)));
		}
		Duration left = left();
		if (left.toMillis() < 1) {
			return CompletableFuture.completedFuture(
					RpcOutcome.failure(new RpcException(RpcStatus.DEADLINE_EXCEEDED, sentence(), false, null)));
		}
		this.underWay = true;
		return maker.apply(this.request.within(left));
	}

	// In whole milliseconds, so that a message about a deadline of 300 ms says 300 ms
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
		// The converter failed, and not an interceptor
		this.thrown = failure;
		return CompletableFuture.failedFuture(failure);
	}

	RpcOutcome await(CompletableFuture<RpcOutcome> outcome) {
		try {
			try {
				return outcome(outcome.get(Math.max(0, left().toNanos()), TimeUnit.NANOSECONDS), null);
			}
			catch (TimeoutException ex) {
				if (!this.underWay) {
					throw tooLate();
				}
				// Another thread makes the call, and will soon say why there is no reply
				return outcome(outcome.get(SLACK_MILLIS, TimeUnit.MILLISECONDS), null);
			}
		}
		catch (ExecutionException ex) {
			return outcome(null, ex.getCause());
		}
		catch (TimeoutException ex) {
			throw tooLate();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RpcException(RpcStatus.DEADLINE_EXCEEDED, "interrupted while waiting for an interceptor", !end(),
					ex);
		}
	}

	/**
	 * Ends the call if it has not been made. Then it will never be made.
	 * @return whether it certainly has not run
	 */
	boolean end() {
		this.state.compareAndSet(State.NEW, State.ENDED);
		return this.state.get() == State.ENDED;
	}

	/**
	 * Whether the call has been made and has not ended. Then it ends at its own deadline.
	 * @return {@code false} while interceptors have it
	 */
	boolean isUnderWay() {
		return this.underWay;
	}

	RpcException tooLate() {
		return new RpcException(RpcStatus.DEADLINE_EXCEEDED, sentence(), !end(), null);
	}

	private String sentence() {
		return "the interceptors used up the %d ms of the call".formatted(this.request.deadline().toMillis());
	}

	// An exception of an interceptor is an outcome, too
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
					"an interceptor failed: " + ((cause != null) ? cause.getMessage() : "it returned no outcome"),
					!end(), cause));
		}
		return outcome;
	}

	T value(RpcOutcome outcome) {
		boolean unmade = end();
		if (outcome.failure() != null) {
			// Nothing was sent, even if an interceptor's exception says that the call may
			// have run
			throw unmade ? outcome.failure().forUnmadeCall() : outcome.failure();
		}
		Read<T> given = this.read;
		return (outcome == this.own && given != null) ? given.value() : ReplyReader.read(outcome.reply(), this.reader);
	}

	/** The state of the call. */
	private enum State {

		/** It may still be made. */
		NEW,

		/** It has been made, and may have run. */
		MADE,

		/** It has not been made, and will never be made. */
		ENDED

	}

	/**
	 * A reply that has been read.
	 *
	 * @param reply the reply
	 * @param value the value that was read
	 * @param <T> the type of the value
	 */
	record Read<T>(Message reply, T value) {
	}

}
