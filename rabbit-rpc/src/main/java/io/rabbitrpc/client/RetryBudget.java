package io.rabbitrpc.client;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import io.rabbitrpc.client.RpcClientProperties.Retry;
import io.rabbitrpc.client.channel.RequestAddress;

/**
 * Decides whether a failed call may be made again, so that an outage is not multiplied by
 * repetitions. Each queue has tokens. An attempt that fails takes one, one that is
 * answered gives back a part of one, and only while more than half of them are there
 * calls are made again.
 *
 * @see <a href=
 * "https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs">Throttling
 * of gRPC</a>
 */
final class RetryBudget {

	private static final long TOKEN = 1_000;

	// An application may call queues without end, whose names it makes
	private static final int MAX_ADDRESSES = 1_000;

	private static final RequestAddress OTHERS = new RequestAddress("", "");

	private final long full;

	private final long refund;

	// Tokens, in thousandths, where some are missing
	private final Map<RequestAddress, AtomicLong> tokens = new ConcurrentHashMap<>();

	/**
	 * Creates a budget for all queues.
	 * @param retry how many tokens each has, and what an answer gives back
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
		// As a rule no tokens are missing
		if (this.tokens.isEmpty()) {
			return;
		}
		RequestAddress key = key(address);
		AtomicLong left = this.tokens.get(key);
		if (left != null && left.updateAndGet((before) -> Math.min(this.full, before + this.refund)) == this.full) {
			this.tokens.remove(key, left);
		}
	}

	/**
	 * Counts an attempt that failed.
	 * @param address where it went
	 * @return whether a call to there may be made again
	 */
	boolean failed(RequestAddress address) {
		if (this.full == 0) {
			return true;
		}
		AtomicLong left = this.tokens.computeIfAbsent(key(address), (key) -> new AtomicLong(this.full));
		return left.updateAndGet((before) -> Math.max(0, before - TOKEN)) > this.full / 2;
	}

	private RequestAddress key(RequestAddress address) {
		return (this.tokens.size() < MAX_ADDRESSES || this.tokens.containsKey(address)) ? address : OTHERS;
	}

}
