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
 * @param <T> what the caller wants of the reply
 */
final class InterceptedCall<T> {

	// How long after its deadline a call may take to say why there is no reply
	private static final long SLACK_MILLIS = 250;

	private final long startNanos = System.nanoTime();

	// Made and ended unmade exclude each other: what is said not to have run must not run
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
		if (!this.state.compareAndSet(State.NEW, State.MADE)) {
			Assert.state(this.state.get() == State.ENDED, "an interceptor makes a call once");
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
			try {
				return outcome(outcome.get(Math.max(0, left().toNanos()), TimeUnit.NANOSECONDS), null);
			}
			catch (TimeoutException ex) {
				if (!this.underWay) {
					throw tooLate();
				}
				// It is being made on another thread, and about to say why there is no
				// reply
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
	 * Ends the call, if it is not made, so that it never is.
	 * @return whether it surely has not run
	 */
	boolean end() {
		this.state.compareAndSet(State.NEW, State.ENDED);
		return this.state.get() == State.ENDED;
	}

	/**
	 * Whether the call is made and has not ended: then it ends by its own deadline.
	 * @return {@code false} while interceptors have it
	 */
	boolean isUnderWay() {
		return this.underWay;
	}

	RpcException tooLate() {
		return new RpcException(RpcStatus.DEADLINE_EXCEEDED, sentence(), !end(), null);
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
					"an interceptor failed: " + ((cause != null) ? cause.getMessage() : "it gave no outcome"), !end(),
					cause));
		}
		return outcome;
	}

	T value(RpcOutcome outcome) {
		boolean unmade = end();
		if (outcome.failure() != null) {
			// Nothing was sent, whatever an interceptor's exception says of that
			throw unmade ? outcome.failure().forUnmadeCall() : outcome.failure();
		}
		Read<T> given = this.read;
		return (outcome == this.own && given != null) ? given.value() : ReplyReader.read(outcome.reply(), this.reader);
	}

	/** What has become of the call. */
	private enum State {

		/** It may be made. */
		NEW,

		/** It is made, and may have run. */
		MADE,

		/** It is not made, and will not be. */
		ENDED

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
