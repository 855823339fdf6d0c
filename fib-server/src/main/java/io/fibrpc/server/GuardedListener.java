package io.fibrpc.server;

import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.Channel;
import io.rabbitrpc.LimitedLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.core.RabbitOperations;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;
import org.springframework.core.NestedExceptionUtils;

/**
 * Stands between the container and the {@code @RabbitListener}: a request that cannot be
 * answered goes to the dead letters, one that nobody waits for any more is dropped, and
 * every other one goes to the listener with a channel of the reply connection. The
 * container acknowledges on its own connection what comes back without an exception, so
 * that a broker that blocks publishers blocks replies, never acknowledgements.
 *
 * @see <a href="https://www.rabbitmq.com/docs/alarms">Memory and disk alarms</a>
 */
final class GuardedListener implements ChannelAwareMessageListener {

	private static final Log logger = LogFactory.getLog(GuardedListener.class);

	private final LimitedLog failures = new LimitedLog(logger);

	private final ChannelAwareMessageListener listener;

	private final RequestGuard guard;

	private final DeadLetters deadLetters;

	private final RabbitOperations replies;

	private final RequestsInWork inWork;

	private final ServerMetrics metrics;

	GuardedListener(ChannelAwareMessageListener listener, RequestGuard guard, DeadLetters deadLetters,
			RabbitOperations replies, RequestsInWork inWork, ServerMetrics metrics) {
		this.listener = listener;
		this.guard = guard;
		this.deadLetters = deadLetters;
		this.replies = replies;
		this.inWork = inWork;
		this.metrics = metrics;
	}

	@Override
	public void onMessage(Message request, @Nullable Channel channel) throws Exception {
		long begun = this.inWork.begin();
		try {
			this.metrics.received(request);
			DeadLetterReason refusal = this.guard.refuse(request);
			if (refusal != null) {
				this.deadLetters.add(request, refusal);
				Outcome.DEAD_LETTER.noteOn(request);
				this.metrics.kept(refusal);
			}
			else if (this.guard.isExpired(request)) {
				Outcome.EXPIRED.noteOn(request);
				this.metrics.expired();
			}
			else if (answer(request, channel)) {
				this.metrics.answered(request);
			}
		}
		finally {
			this.inWork.end(begun);
			if (logger.isDebugEnabled()) {
				Outcome outcome = Outcome.of(request);
				logger.debug("Request %s ended %s after %d us".formatted(RequestPropertiesConverter.loggedId(request),
						(outcome != null) ? outcome.name() : "without a reply",
						TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begun)));
			}
		}
	}

	private boolean answer(Message request, @Nullable Channel channel) throws Exception {
		try {
			this.replies.execute((replyChannel) -> {
				this.listener.onMessage(request, replyChannel);
				return request;
			});
		}
		catch (AmqpException ex) {
			this.metrics.replyFailed();
			if (channel == null || !channel.isOpen()) {
				// The request cannot be acknowledged either: RabbitMQ will deliver it
				// again
				return false;
			}
			this.failures.warn(
					"The reply connection failed (%s) at a request (correlation id %s); replying on the connection of the requests"
						.formatted(NestedExceptionUtils.getMostSpecificCause(ex).getMessage(),
								RequestPropertiesConverter.loggedId(request)),
					null);
			// fib is pure, so it does no harm to compute it once more
			this.listener.onMessage(request, channel);
		}
		return true;
	}

}
