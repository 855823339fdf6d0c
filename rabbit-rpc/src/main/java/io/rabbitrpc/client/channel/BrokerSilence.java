package io.rabbitrpc.client.channel;

import java.time.Duration;

/**
 * For how long the broker has answered no request of a channel, or of the channels that
 * replaced each other.
 */
final class BrokerSilence {

	private volatile long sinceNanos;

	private volatile boolean lasts;

	/**
	 * Says that a request is about to be published.
	 * @param nowNanos what {@link System#nanoTime} says
	 * @return whether the silence begins with it
	 */
	boolean begin(long nowNanos) {
		if (this.lasts) {
			return false;
		}
		this.sinceNanos = nowNanos;
		this.lasts = true;
		return true;
	}

	/** Says that the broker has answered. */
	void end() {
		this.lasts = false;
	}

	/**
	 * How long it has lasted.
	 * @return the time since the first request that followed the broker's last answer, or
	 * zero if there is none
	 */
	Duration length() {
		return this.lasts ? Duration.ofNanos(System.nanoTime() - this.sinceNanos) : Duration.ZERO;
	}

}
