package io.rabbitrpc.client.channel;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Notices when all requests of a channel to one address fail in the same way for too
 * long. One request that succeeds ends that.
 */
final class TroubledRequests {

	/** How many addresses are remembered: the last ones. */
	static final int MAX_ADDRESSES = 1000;

	private final long borneNanos;

	private final Map<RequestAddress, Long> sinceNanos = new ConcurrentHashMap<>();

	/**
	 * Creates it, with no trouble yet.
	 * @param borne how long the trouble may last
	 */
	TroubledRequests(Duration borne) {
		this.borneNanos = borne.toNanos();
	}

	/**
	 * Says that a request succeeded.
	 * @param address where it was sent
	 */
	void over(RequestAddress address) {
		// Mostly it is empty, and this is done for each request
		if (!this.sinceNanos.isEmpty()) {
			this.sinceNanos.remove(address);
		}
	}

	/**
	 * Says that a request failed.
	 * @param address where the request was sent
	 * @param nowNanos the time now
	 * @return whether this has lasted too long
	 */
	boolean goesOn(RequestAddress address, long nowNanos) {
		Long since = this.sinceNanos.putIfAbsent(address, nowNanos);
		if (since == null && this.sinceNanos.size() > MAX_ADDRESSES) {
			forgetOldest(nowNanos);
		}
		return since != null && nowNanos - since > this.borneNanos;
	}

	private void forgetOldest(long nowNanos) {
		this.sinceNanos.entrySet()
			.stream()
			.max(Comparator.comparingLong((entry) -> nowNanos - entry.getValue()))
			.ifPresent((oldest) -> this.sinceNanos.remove(oldest.getKey(), oldest.getValue()));
	}

}
