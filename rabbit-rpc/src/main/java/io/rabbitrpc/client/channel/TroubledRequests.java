package io.rabbitrpc.client.channel;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Notices when one thing goes wrong with all requests of a channel to one address for
 * longer than it may. It goes on until a request fares better.
 */
final class TroubledRequests {

	/** Of how many addresses something is remembered, the last ones. */
	static final int MAX_ADDRESSES = 1000;

	private final long borneNanos;

	private final Map<RequestAddress, Long> sinceNanos = new ConcurrentHashMap<>();

	/**
	 * Creates it, with no trouble yet.
	 * @param borne for how long the trouble is borne
	 */
	TroubledRequests(Duration borne) {
		this.borneNanos = borne.toNanos();
	}

	/**
	 * Says that a request fared better.
	 * @param address where it was sent
	 */
	void over(RequestAddress address) {
		// Mostly it is empty, and this is done for each request
		if (!this.sinceNanos.isEmpty()) {
			this.sinceNanos.remove(address);
		}
	}

	/**
	 * Says that it went wrong with a request.
	 * @param address where the request was sent
	 * @param nowNanos the time now
	 * @return whether that has gone on for longer than it may
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
