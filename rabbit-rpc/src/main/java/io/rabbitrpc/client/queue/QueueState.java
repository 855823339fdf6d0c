package io.rabbitrpc.client.queue;

/**
 * The state of a queue, as the broker gives it.
 *
 * @param queue its name
 * @param waiting how many requests wait in it for a server, or -1 if there is no such
 * queue
 * @param consumers how many consumers it has. For a quorum queue whose leader does not
 * answer, RabbitMQ gives 0 for both
 */
public record QueueState(String queue, int waiting, int consumers) {

	static QueueState missing(String queue) {
		return new QueueState(queue, -1, 0);
	}

	/**
	 * Whether there is no such queue.
	 * @return whether the broker knows no queue of this name
	 */
	public boolean isMissing() {
		return this.waiting < 0;
	}

	/**
	 * Whether nobody would take a request now. A server that no longer consumes may still
	 * be working on what it has taken.
	 * @return whether there is no queue, or nobody consumes it
	 */
	public boolean isUnserved() {
		return this.consumers == 0;
	}

	/**
	 * Whether no server will take the requests that wait in the queue, if nothing
	 * changes.
	 * @return whether there is no queue, or requests lie in it and nobody consumes it
	 */
	public boolean isAbandoned() {
		return isUnserved() && this.waiting != 0;
	}

	/**
	 * Describes the state in words. If there are consumers and nothing waits, nobody
	 * knows where a request is: a server may have it, or it was dropped by a policy or
	 * because it expired.
	 * @return a sentence without a full stop
	 */
	public String describe() {
		if (isMissing()) {
			return "there is no queue " + this.queue;
		}
		if (isUnserved()) {
			return "no server is consuming " + this.queue + ((this.waiting > 0) ? ", where " + requestsWait() : "");
		}
		if (this.waiting > 0) {
			return "in %s %s for %s".formatted(this.queue, requestsWait(), servers());
		}
		return "%s has %s and nothing waiting: a server has the request, or it was dropped".formatted(this.queue,
				servers());
	}

	/**
	 * Says how many requests wait.
	 * @return words such as {@code 2 requests wait}
	 */
	String requestsWait() {
		return (this.waiting == 1) ? "1 request waits" : this.waiting + " requests wait";
	}

	private String servers() {
		return (this.consumers == 1) ? "1 consumer" : this.consumers + " consumers";
	}

}
