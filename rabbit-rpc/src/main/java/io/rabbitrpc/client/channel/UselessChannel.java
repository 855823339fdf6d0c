package io.rabbitrpc.client.channel;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Decides how often a channel that is open is replaced all the same, because of requests
 * to one address. RabbitMQ 3.10 may take none of a channel while other channels get
 * through. But a full queue refuses requests, too, and a slow server answers none in
 * time. Then another channel is no better, so each further one has to wait for longer.
 */
final class UselessChannel {

	private static final Duration FIRST_WAIT = Duration.ofSeconds(5);

	private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

	/** Of how many addresses something is remembered, the last ones. */
	static final int MAX_ADDRESSES = 1000;

	private final Map<RequestAddress, Replacement> last = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<RequestAddress, Replacement> eldest) {
			return size() > MAX_ADDRESSES;
		}

	};

	/**
	 * Asks for another channel.
	 * @param address where the requests are sent that get nowhere
	 * @param nowNanos the time now
	 * @return whether the channel is to be replaced now. Then the next one is, for this
	 * address, after 5 s at the earliest, and after up to a minute if it comes to that
	 * again and again
	 */
	synchronized boolean replace(RequestAddress address, long nowNanos) {
		Replacement before = this.last.get(address);
		long wait = FIRST_WAIT.toNanos();
		if (before != null) {
			long age = nowNanos - before.nanos();
			if (age < before.waitNanos()) {
				return false;
			}
			if (age < 2 * before.waitNanos()) {
				wait = Math.min(2 * before.waitNanos(), LONGEST_WAIT.toNanos());
			}
		}
		this.last.remove(address);
		this.last.put(address, new Replacement(nowNanos, wait));
		return true;
	}

	/**
	 * A channel was replaced.
	 *
	 * @param nanos when
	 * @param waitNanos for how long the next one has to do
	 */
	private record Replacement(long nanos, long waitNanos) {
	}

}
