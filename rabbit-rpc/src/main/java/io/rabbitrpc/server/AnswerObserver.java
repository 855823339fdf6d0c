package io.rabbitrpc.server;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.server.container.QueueMeters;
import io.rabbitrpc.server.reply.ReplyObserver;
import io.rabbitrpc.server.request.Outcome;
import io.rabbitrpc.server.request.RequestProperties;

/**
 * Counts the reply to one request when the broker has it.
 */
final class AnswerObserver implements ReplyObserver {

	private final RequestProperties request;

	private final QueueMeters meters;

	private final long workNanos;

	AnswerObserver(RequestProperties request, QueueMeters meters) {
		this.request = request;
		this.meters = meters;
		this.workNanos = request.workNanos();
	}

	@Override
	public void taken(boolean replaced) {
		Outcome outcome = this.request.outcome();
		if (outcome != null && outcome.status() != null) {
			this.meters.answered(replaced ? RpcStatus.INTERNAL : outcome.status(), this.workNanos);
		}
	}

	@Override
	public void failed() {
		this.meters.replyFailed();
	}

}
