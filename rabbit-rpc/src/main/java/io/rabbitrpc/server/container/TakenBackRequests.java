package io.rabbitrpc.server.container;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.TrafficListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.connection.inbound.InboundListener;

/**
 * Notices that RabbitMQ has taken back a request because it was in work for longer than
 * {@code consumer_timeout}. RabbitMQ before 4.3 closes the channel, and the container
 * opens another one. RabbitMQ 4.3 only cancels the consumer. amqp-client keeps the order
 * of events on a channel, so the container would hear of that only after the listener has
 * ended. So this class closes the channel. It does not if the queue is gone, which also
 * cancels consumers.
 *
 * @see <a href=
 * "https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout">Acknowledgement
 * timeout</a>
 */
final class TakenBackRequests {

	private static final Log logger = LogFactory.getLog(HandlerWatch.class);

	// If the listener ends within this time, nothing need be closed
	private static final long PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();

	static final long MEMORY_NANOS = Duration.ofMinutes(1).toNanos();

	private final LimitedLog warnings = new LimitedLog(logger);

	// When the broker cancelled a consumer, by its tag
	private final Map<String, Long> cancelled = new ConcurrentHashMap<>();

	void read(Command inbound) {
		if (inbound.getMethod() instanceof AMQP.Basic.Cancel cancel) {
			this.cancelled.put(cancel.getConsumerTag(), System.nanoTime());
		}
	}

	/**
	 * Joins this with a listener.
	 * @param given the listener
	 * @return a listener that tells both
	 */
	TrafficListener before(TrafficListener given) {
		return new InboundListener(this::read, given);
	}

	/**
	 * Looks at a request in work.
	 * @param queue its queue
	 * @param request the request
	 * @param nowNanos what {@link System#nanoTime} says
	 * @param closer closes its channel, which may block
	 * @return whether its channel is closed. Then its thread serves no consumer
	 */
	boolean look(ServedQueue queue, RequestInWork request, long nowNanos, Executor closer) {
		Channel channel = request.channel();
		if (!channel.isOpen()) {
			String reason = request.isTakenBack() ? null : reason(channel.getCloseReason());
			if (reason != null) {
				tell(queue, request, nowNanos, reason);
			}
			if (request.isTakenBack()) {
				queue.lose(request.consumerTag(), nowNanos);
			}
			return true;
		}
		Long noticed = this.cancelled.get(request.consumerTag());
		if (noticed != null && nowNanos - noticed > PATIENCE_NANOS) {
			this.cancelled.remove(request.consumerTag());
			closer.execute(() -> closeIfTakenBack(queue, request, nowNanos));
		}
		return false;
	}

	/**
	 * Forgets what is no longer needed.
	 * @param nowNanos what {@link System#nanoTime} says
	 */
	void forget(long nowNanos) {
		this.cancelled.values().removeIf((noticed) -> nowNanos - noticed > MEMORY_NANOS);
	}

	private static @Nullable String reason(@Nullable ShutdownSignalException cause) {
		Method reason = (cause != null && !cause.isInitiatedByApplication()) ? cause.getReason() : null;
		return (reason instanceof AMQP.Channel.Close close && close.getReplyCode() == AMQP.PRECONDITION_FAILED)
				? close.getReplyText() : null;
	}

	private void tell(ServedQueue queue, RequestInWork request, long nowNanos, String reason) {
		request.noteTakenBack();
		queue.lose(request.consumerTag(), nowNanos);
		this.warnings
			.warn(("RabbitMQ has taken back a request of %s (correlation id %s) that has been in work for %d ms,"
					+ " and gives it to another consumer unless it has expired. A new consumer takes the next requests: %s")
				.formatted(queue.name(), request.loggedId(), request.age(nowNanos).toMillis(), reason), null);
	}

	// RabbitMQ cancels a consumer also when its queue is deleted, or its node is lost.
	// Then nobody else gets the request, and what comes after it on the channel
	private void closeIfTakenBack(ServedQueue queue, RequestInWork request, long nowNanos) {
		Channel channel = request.channel();
		String missing = missing(queue, channel.getConnection());
		if (missing != null) {
			this.warnings
				.warn(("RabbitMQ has cancelled a consumer of %s that has worked on a request (correlation id %s)"
						+ " for %d ms. The work goes on: %s")
					.formatted(queue.name(), request.loggedId(), request.age(nowNanos).toMillis(), missing), null);
			return;
		}
		tell(queue, request, nowNanos, "RabbitMQ has cancelled the consumer that works on it");
		try {
			channel.abort();
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("A channel whose consumer was cancelled cannot be closed", ex);
		}
	}

	private static @Nullable String missing(ServedQueue queue, Connection connection) {
		try (Channel asking = connection.createChannel()) {
			if (asking == null) {
				return "whether the queue exists is not known, because the connection has no channel left";
			}
			asking.queueDeclarePassive(queue.name());
			return null;
		}
		catch (IOException | TimeoutException | RuntimeException ex) {
			logger.debug("A queue whose consumer was cancelled cannot be looked at", ex);
			return "the queue cannot be found";
		}
	}

}
