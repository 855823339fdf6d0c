package io.fibrpc.server;

import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.Channel;
import io.rabbitrpc.server.Replies;
import io.rabbitrpc.server.Reply;
import io.rabbitrpc.server.ReplyCapture;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;
import org.springframework.util.Assert;

/**
 * Stands between the container and the {@code @RabbitListener}: a request that cannot be
 * answered goes to the dead letters, one that nobody waits for any more is dropped, and
 * every other one goes to the listener, once. Its reply is taken from the listener and
 * handed to {@link Replies}. The container acknowledges what comes back without an
 * exception.
 */
final class GuardedListener implements ChannelAwareMessageListener {

	private static final Log logger = LogFactory.getLog(GuardedListener.class);

	private final ChannelAwareMessageListener listener;

	private final RequestGuard guard;

	private final DeadLetters deadLetters;

	private final Replies replies;

	private final RequestsInWork inWork;

	private final ServerMetrics metrics;

	GuardedListener(ChannelAwareMessageListener listener, RequestGuard guard, DeadLetters deadLetters, Replies replies,
			RequestsInWork inWork, ServerMetrics metrics) {
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
			}
			else if (this.guard.isExpired(request)) {
				Outcome.EXPIRED.noteOn(request);
				this.metrics.expired();
			}
			else {
				Assert.state(channel != null, "a request comes by a channel");
				answer(request, channel);
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

	private void answer(Message request, Channel channel) throws Exception {
		ReplyCapture capture = new ReplyCapture(channel);
		this.listener.onMessage(request, capture.channel());
		Reply reply = capture.reply(this.guard.patience(request), new RequestAnswer(request, this.metrics));
		if (reply != null) {
			this.replies.send(reply, channel);
		}
	}

}
