package io.fibrpc.client;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import io.micrometer.tracing.Span;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

/**
 * Sees how each call ends: measures it, traces it, and remembers the last one.
 */
final class CallObserver {

	private static final Log logger = LogFactory.getLog(CallObserver.class);

	private final CallMeters meters;

	private final CallSpans spans;

	private volatile @Nullable LastCall last;

	CallObserver(CallMeters meters, CallSpans spans) {
		this.meters = meters;
		this.spans = spans;
	}

	/**
	 * Sees a call begin.
	 * @return the call, to be told of its request and of its end
	 */
	ObservedCall start() {
		return new ObservedCall(this.spans.start());
	}

	/**
	 * How the call ended that ended last.
	 * @return its outcome, or {@code null} if none has ended
	 */
	@Nullable LastCall last() {
		return this.last;
	}

	/**
	 * A call that is being made. It accepts its outcome: a reply or a failure.
	 */
	final class ObservedCall implements BiConsumer<@Nullable FibonacciReply, @Nullable Throwable> {

		private final long startNanos = System.nanoTime();

		private final Span span;

		private @Nullable Message request;

		private ObservedCall(Span span) {
			this.span = span;
		}

		void sending(Message message) {
			this.request = message;
			CallObserver.this.spans.inject(this.span, message);
		}

		@Override
		public void accept(@Nullable FibonacciReply reply, @Nullable Throwable failure) {
			long nanos = System.nanoTime() - this.startNanos;
			RpcStatus status = status(failure);
			CallObserver.this.meters.ended(status, nanos);
			Duration work = (reply != null) ? reply.work() : null;
			if (work != null) {
				CallObserver.this.meters.answered(work, nanos);
			}
			if (status != null) {
				CallObserver.this.last = new LastCall(status, System.currentTimeMillis());
			}
			if (logger.isDebugEnabled()) {
				CallObserver.this.spans.within(this.span, () -> log(status, nanos));
			}
			CallObserver.this.spans.end(this.span, this.request, status);
		}

		private @Nullable RpcStatus status(@Nullable Throwable failure) {
			if (failure == null) {
				return RpcStatus.OK;
			}
			if (failure instanceof CancellationException) {
				return null;
			}
			return (failure instanceof RpcException outcome) ? outcome.status() : RpcStatus.INTERNAL;
		}

		private void log(@Nullable RpcStatus status, long nanos) {
			String id = (this.request != null) ? this.request.getMessageProperties().getCorrelationId() : null;
			logger.debug("Call %s ended %s after %d us".formatted((id != null) ? id : "without a request",
					(status != null) ? status : "cancelled", TimeUnit.NANOSECONDS.toMicros(nanos)));
		}

	}

	/**
	 * How a call ended.
	 *
	 * @param status its status
	 * @param millis when, in milliseconds since 1970
	 */
	record LastCall(RpcStatus status, long millis) {

		@Override
		public String toString() {
			return "%s at %s".formatted(this.status, Instant.ofEpochMilli(this.millis));
		}

	}

}
