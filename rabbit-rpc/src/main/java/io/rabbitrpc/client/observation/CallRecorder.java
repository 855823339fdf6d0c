package io.rabbitrpc.client.observation;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.call.CallObserver;
import io.rabbitrpc.client.channel.RequestAddress;
import io.rabbitrpc.client.observation.CallSpans.CallSpan;

/**
 * Measures and traces each attempt to make a call, and remembers how the last one ended.
 */
final class CallRecorder implements CallObserver {

	private static final Log logger = LogFactory.getLog(CallRecorder.class);

	private static final int MAX_QUEUES = 50;

	private final CallMeters meters;

	private final CallSpans spans;

	private final List<RpcWireListener> listeners;

	private final Set<String> queues = ConcurrentHashMap.newKeySet();

	private volatile @Nullable LastCall last;

	CallRecorder(CallMeters meters, CallSpans spans, List<RpcWireListener> listeners) {
		this.meters = meters;
		this.spans = spans;
		this.listeners = listeners;
	}

	@Override
	public Attempt start(RequestAddress address) {
		String destination = address.destination();
		String queue = address.queue();
		// The server's span names the shard, too. Meters do not, because each shard would
		// add all their series
		return new RecordedAttempt(destination, this.spans.start((queue != null) ? queue : destination),
				WatchedAttempts.start(this.listeners, destination));
	}

	@Override
	public void retried(String destination) {
		this.meters.retried(destination);
	}

	@Override
	public void headersDropped(String destination, int count) {
		this.meters.headersDropped(destination, count);
	}

	/**
	 * The queues of the first calls, at most {@value #MAX_QUEUES}.
	 * @return names of queues
	 */
	Set<String> queues() {
		return this.queues;
	}

	// A colon separates exchange and routing key, so queues with a colon are left out
	private void remember(String destination) {
		if (!this.queues.contains(destination) && this.queues.size() < MAX_QUEUES && destination.indexOf(':') < 0) {
			this.queues.add(destination);
		}
	}

	/**
	 * How the last call ended.
	 * @return its outcome, or {@code null} if none has ended
	 */
	@Nullable LastCall last() {
		return this.last;
	}

	/**
	 * An attempt that is being made.
	 */
	private final class RecordedAttempt implements Attempt {

		private final long startNanos = System.nanoTime();

		private final String destination;

		private final CallSpan span;

		private final @Nullable WatchedAttempts watched;

		private @Nullable Message request;

		RecordedAttempt(String destination, CallSpan span, @Nullable WatchedAttempts watched) {
			this.destination = destination;
			this.span = span;
			this.watched = watched;
		}

		@Override
		public void sending(Message message) {
			this.request = message;
			this.span.inject(message);
		}

		@Override
		public boolean isWatched() {
			return this.watched != null;
		}

		@Override
		public void writing(RequestAddress address, BasicProperties properties, byte[] body) {
			tell((attempt) -> attempt.requested(address.exchange(), address.routingKey(), properties, body));
		}

		@Override
		public void accepted() {
			tell(RpcWireListener.Attempt::confirmed);
		}

		@Override
		public void arrived(BasicProperties properties, byte[] body) {
			tell((attempt) -> attempt.replied(properties, body));
		}

		private void tell(Consumer<RpcWireListener.Attempt> event) {
			if (this.watched != null) {
				this.watched.tell(event);
			}
		}

		@Override
		public void ended(@Nullable Message reply, @Nullable Throwable failure) {
			long nanos = System.nanoTime() - this.startNanos;
			RpcStatus status = status(failure);
			CallRecorder.this.meters.ended(this.destination, status, nanos);
			if (reply != null && failure == null
					&& reply.getMessageProperties().getHeader(RpcHeaders.WORK_MICROS) instanceof Long micros
					&& micros >= 0) {
				CallRecorder.this.meters.answered(this.destination, Duration.of(micros, ChronoUnit.MICROS), nanos);
			}
			remember(this.destination);
			if (status != null) {
				CallRecorder.this.last = new LastCall(status, System.currentTimeMillis());
			}
			if (logger.isDebugEnabled()) {
				this.span.within(() -> log(status, nanos));
			}
			this.span.end(this.request, status);
			tell((attempt) -> attempt.ended(failure));
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
