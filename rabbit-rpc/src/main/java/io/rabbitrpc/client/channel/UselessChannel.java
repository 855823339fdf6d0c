package io.rabbitrpc.client.channel;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Decides when to replace an open channel because its requests to one address fail.
 * RabbitMQ 3.10 may take no request of one channel while other channels get through. But
 * a full queue refuses requests, too, and a slow server does not answer in time. Then
 * another channel does not help. So each further replacement waits longer.
 */
final class UselessChannel {

	private static final Duration FIRST_WAIT = Duration.ofSeconds(5);

	private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

	/** How many addresses are remembered: the last ones. */
	static final int MAX_ADDRESSES = 1000;

	private final Map<RequestAddress, Replacement> last = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<RequestAddress, Replacement> eldest) {
			return size() > MAX_ADDRESSES;
		}

	};

	/**
	 * Asks for another channel.
	 * @param address the address of the requests that fail
	 * @param nowNanos the time now
	 * @return whether to replace the channel now. For this address, the next replacement
	 * comes after 5 s at the earliest, and the time grows up to a minute
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
	 * @param nanos when it was replaced
	 * @param waitNanos how long the next channel must be kept
	 */
	private record Replacement(long nanos, long waitNanos) {
	}

}
