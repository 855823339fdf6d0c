package io.rabbitrpc.client;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import io.rabbitrpc.client.RpcClientProperties.Retry;
import io.rabbitrpc.client.channel.RequestAddress;

/**
 * Decides whether a failed call may be made again. Without a limit, retries would make an
 * outage worse. Each queue has tokens. An attempt that fails takes one. An attempt that
 * is answered gives back a part of one. Calls are made again only while more than half of
 * the tokens are left.
 *
 * @see <a href=
 * "https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs">Throttling
 * of gRPC</a>
 */
final class RetryBudget {

	private static final long TOKEN = 1_000;

	// An application may make up names of queues, so their number must be limited
	private static final int MAX_ADDRESSES = 1_000;

	private final long full;

	private final long refund;

	// Only the queues that lack tokens
	private final Map<RequestAddress, Tokens> tokens = new ConcurrentHashMap<>();

	private final AtomicLong failures = new AtomicLong();

	/**
	 * Creates a budget for all queues.
	 * @param retry the number of tokens, and how much an answer gives back
	 */
	RetryBudget(Retry retry) {
		this.full = retry.maxTokens() * TOKEN;
		this.refund = Math.round(retry.tokenRatio() * TOKEN);
	}

	/**
	 * Counts an attempt that a server answered.
	 * @param address where it went
	 */
	void answered(RequestAddress address) {
		// Mostly no queue lacks tokens
		if (this.tokens.isEmpty()) {
			return;
		}
		Tokens known = this.tokens.get(address);
		if (known != null
				&& known.left.updateAndGet((before) -> Math.min(this.full, before + this.refund)) == this.full) {
			this.tokens.remove(address, known);
		}
	}

	/**
	 * Counts an attempt that failed.
	 * @param address where it went
	 * @return whether a call to that queue may be made again
	 */
	boolean failed(RequestAddress address) {
		if (this.full == 0) {
			return true;
		}
		Tokens known = this.tokens.computeIfAbsent(address, (key) -> new Tokens(this.full));
		known.lastFailure = this.failures.incrementAndGet();
		if (this.tokens.size() > MAX_ADDRESSES) {
			forgetOldest();
		}
		return known.left.updateAndGet((before) -> Math.max(0, before - TOKEN)) > this.full / 2;
	}

	// A queue that nobody calls any more never gets its tokens back
	private void forgetOldest() {
		this.tokens.entrySet()
			.stream()
			.min(Comparator.comparingLong((entry) -> entry.getValue().lastFailure))
			.ifPresent((oldest) -> this.tokens.remove(oldest.getKey(), oldest.getValue()));
	}

	/**
	 * The tokens of one queue.
	 */
	private static final class Tokens {

		// In thousandths
		private final AtomicLong left;

		// The number of the failure, of all that were counted
		private volatile long lastFailure = Long.MAX_VALUE;

		Tokens(long full) {
			this.left = new AtomicLong(full);
		}

	}

}
