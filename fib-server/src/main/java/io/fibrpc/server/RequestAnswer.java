package io.fibrpc.server;

import io.rabbitrpc.server.ReplyObserver;
import org.springframework.amqp.core.Message;

/**
 * Counts the answer to one request when the broker has it.
 */
final class RequestAnswer implements ReplyObserver {

	private final Message request;

	private final ServerMetrics metrics;

	private final long workNanos;

	RequestAnswer(Message request, ServerMetrics metrics) {
		this.request = request;
		this.metrics = metrics;
		this.workNanos = System.nanoTime() - RequestPropertiesConverter.receivedNanos(request);
	}

	@Override
	public void taken(boolean replaced) {
		Outcome outcome = replaced ? Outcome.INTERNAL : Outcome.of(this.request);
		if (outcome != null) {
			this.metrics.answered(outcome, this.workNanos);
		}
	}

	@Override
	public void failed() {
		this.metrics.replyFailed();
	}

}
