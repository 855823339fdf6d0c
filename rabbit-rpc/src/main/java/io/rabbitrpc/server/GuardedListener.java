package io.rabbitrpc.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;

import com.rabbitmq.client.Channel;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;
import org.springframework.util.Assert;

import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.RpcDeadline;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.server.container.QueueMeters;
import io.rabbitrpc.server.container.RequestInWork;
import io.rabbitrpc.server.container.ServedQueue;
import io.rabbitrpc.server.container.ServedQueues;
import io.rabbitrpc.server.reply.Replies;
import io.rabbitrpc.server.reply.ReplyCapture;
import io.rabbitrpc.server.request.DeadLetterReason;
import io.rabbitrpc.server.request.Outcome;
import io.rabbitrpc.server.request.RequestGuard;
import io.rabbitrpc.server.request.RequestProperties;
import io.rabbitrpc.server.request.RequestPropertiesConverter;

/**
 * Stands between the container and the {@code @RabbitListener}. A request that cannot be
 * answered goes to the dead letters. A request that has expired is dropped. Every other
 * request goes to the listener, once. The result or the exception of the listener becomes
 * a reply, and {@link Replies} sends it. If this method throws nothing, the container
 * acknowledges the request.
 */
final class GuardedListener implements ChannelAwareMessageListener {

	private static final Log logger = LogFactory.getLog(GuardedListener.class);

	private final LimitedLog lost = new LimitedLog(logger);

	private final ChannelAwareMessageListener listener;

	private final ServedQueues queues;

	private final ObjLongConsumer<Message> ended;

	private final RequestGuard guard;

	private final DeadLetters deadLetters;

	private final RequestAnswers answers;

	private final Replies replies;

	/**
	 * Creates a guard.
	 * @param listener the {@code @RabbitListener}
	 * @param queues the queues to which it may listen
	 * @param ended told for each request how many nanoseconds it took
	 * @param guard decides which requests can be answered
	 * @param deadLetters keep the others
	 * @param answers make the replies
	 * @param replies send them
	 */
	GuardedListener(ChannelAwareMessageListener listener, ServedQueues queues, ObjLongConsumer<Message> ended,
			RequestGuard guard, DeadLetters deadLetters, RequestAnswers answers, Replies replies) {
		this.listener = listener;
		this.queues = queues;
		this.ended = ended;
		this.guard = guard;
		this.deadLetters = deadLetters;
		this.answers = answers;
		this.replies = replies;
	}

	@Override
	public void onMessage(Message request, @Nullable Channel channel) throws Exception {
		Assert.state(channel != null, "a request comes by a channel");
		ServedQueue queue = this.queues.of(RequestPropertiesConverter.queue(request));
		RequestInWork work = queue.begin(request, channel);
		try {
			RequestProperties known = RequestProperties.of(request);
			if (queue.isLost(work)) {
				this.lost.warn("A request of %s (correlation id %s) is not run here: RabbitMQ has taken it back"
					.formatted(queue.name(), RequestPropertiesConverter.loggedId(request)), null);
				return;
			}
			if (known.deliveries() > 1) {
				queue.repeated().look(RequestPropertiesConverter.loggedId(request), known.deliveries());
			}
			receive(request, known, work, channel, queue.meters());
		}
		finally {
			queue.end(work);
			long nanos = System.nanoTime() - work.begunNanos();
			this.ended.accept(request, nanos);
			if (logger.isDebugEnabled()) {
				Outcome outcome = RequestProperties.of(request).outcome();
				logger.debug("Request %s ended %s after %d us".formatted(RequestPropertiesConverter.loggedId(request),
						(outcome != null) ? outcome.name() : "without a reply", TimeUnit.NANOSECONDS.toMicros(nanos)));
			}
		}
	}

	private void receive(Message request, RequestProperties known, RequestInWork work, Channel channel,
			QueueMeters meters) {
		if (Boolean.TRUE.equals(known.isRedelivered())) {
			meters.redelivered();
		}
		if (known.isIdReplaced()) {
			meters.idReplaced();
		}
		meters.headersDropped(known.headersDropped());
		DeadLetterReason reason = this.guard.deadLetterReason(request);
		if (reason != null) {
			this.deadLetters.add(request, reason, meters);
			known.noteOutcome(Outcome.DEAD_LETTER);
		}
		else if (known.isExpired()) {
			known.noteOutcome(Outcome.EXPIRED);
			meters.expired();
		}
		else {
			answer(request, known, work, channel, meters);
		}
	}

	private void answer(Message request, RequestProperties known, RequestInWork work, Channel channel,
			QueueMeters meters) {
		ReplyCapture capture = new ReplyCapture(channel);
		Throwable failure = RequestGuard.bodyFailure(request);
		if (failure == null) {
			Duration left = known.left();
			RpcDeadline.setCurrent((left != null) ? RpcDeadline.in(left) : null);
			work.listenerBegins(() -> answerTimeout(request, known, work, meters));
			try {
				this.listener.onMessage(request, capture.channel());
			}
			catch (Throwable ex) {
				failure = ex;
			}
			finally {
				RpcDeadline.setCurrent(null);
			}
			if (!work.listenerReturned()) {
				meters.lateResult();
				return;
			}
		}
		Duration wait = known.left();
		this.replies.send((failure != null) ? this.answers.failure(request, failure, wait, meters)
				: this.answers.value(request, capture, wait, meters), channel);
	}

	// This runs on the thread of the handler watch, which must not wait
	private void answerTimeout(Message request, RequestProperties known, RequestInWork work, QueueMeters meters) {
		long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - work.begunNanos());
		RpcException outcome = new RpcException(RpcStatus.DEADLINE_EXCEEDED,
				"the server has worked for %d ms and has not finished".formatted(millis));
		this.replies.sendLater(this.answers.failure(request, outcome, known.left(), meters));
	}

}
