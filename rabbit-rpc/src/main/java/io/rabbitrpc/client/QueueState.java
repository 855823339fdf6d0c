package io.rabbitrpc.client;

/**
 * What the broker says of the request queue.
 *
 * @param queue its name
 * @param waiting how many requests lie in it that no server has taken, or -1 if there is
 * no such queue
 * @param consumers how many consumers it has
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
	 * Whether what lies in the queue will not be taken as things are. With nothing in it,
	 * a server that no longer consumes may still be working on what it has taken.
	 * @return whether there is no queue, or requests lie in it and nobody consumes it
	 */
	public boolean isAbandoned() {
		return this.consumers == 0 && this.waiting != 0;
	}

	/**
	 * Says it in words.
	 * @return a sentence without a full stop
	 */
	public String describe() {
		if (isMissing()) {
			return "there is no queue " + this.queue;
		}
		if (isAbandoned()) {
			return "no server is consuming %s, where %s".formatted(this.queue, requestsWait());
		}
		if (this.waiting > 0) {
			return "in %s %s for %s".formatted(this.queue, requestsWait(), servers());
		}
		return "a server has taken the request; %s has %s and nothing waiting".formatted(this.queue, servers());
	}

	private String requestsWait() {
		return (this.waiting == 1) ? "1 request waits" : this.waiting + " requests wait";
	}

	private String servers() {
		return (this.consumers == 1) ? "1 consumer" : this.consumers + " consumers";
	}

}
