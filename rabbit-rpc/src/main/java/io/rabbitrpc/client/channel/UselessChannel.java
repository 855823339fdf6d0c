package io.rabbitrpc.client.channel;

import java.time.Duration;

/**
 * Decides when a channel that is open is to be replaced all the same, because RabbitMQ
 * 3.10 takes no requests on it while other channels get through.
 */
final class UselessChannel {

	// For how long it is borne that requests are refused without a cause, and from how
	// little apart such refusals go on
	private static final Duration NACKS_BORNE = Duration.ofSeconds(2);

	private static final Duration NACKS_AS_ONE = Duration.ofSeconds(2);

	// A server that needs longer than its callers wait looks the same
	private static final Duration BETWEEN_VANISHED = Duration.ofSeconds(5);

	private long firstNackNanos = System.nanoTime();

	private long lastNackNanos = this.firstNackNanos - NACKS_AS_ONE.toNanos();

	private long vanishedNanos = this.firstNackNanos - BETWEEN_VANISHED.toNanos();

	/**
	 * Says that the broker has refused a request though the queue is not full.
	 * @param isOpen whether a channel is open
	 * @return whether that has gone on for two seconds, so that the channel is to be
	 * replaced
	 */
	synchronized boolean nackedWithoutCause(boolean isOpen) {
		long now = System.nanoTime();
		if (now - this.lastNackNanos > NACKS_AS_ONE.toNanos()) {
			this.firstNackNanos = now;
		}
		this.lastNackNanos = now;
		boolean tooLong = isOpen && now - this.firstNackNanos > NACKS_BORNE.toNanos();
		if (tooLong) {
			this.firstNackNanos = now;
		}
		return tooLong;
	}

	/**
	 * Says that all requests to a queue vanish on the open channel.
	 * @return whether the channel is to be replaced, once in five seconds at most
	 */
	synchronized boolean vanished() {
		long now = System.nanoTime();
		boolean due = now - this.vanishedNanos > BETWEEN_VANISHED.toNanos();
		if (due) {
			this.vanishedNanos = now;
		}
		return due;
	}

}
