package io.rabbitrpc.client.channel;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * The calls of a channel whose requests the broker has neither taken nor nacked, by the
 * numbers of their publishes. Numbers start at 1. A call that has ended leaves only its
 * number here, even if the broker is silent for long.
 */
final class UnconfirmedCalls {

	private final Map<Long, RpcCall> calls = new ConcurrentHashMap<>();

	// The last publish whose call ended before the broker answered
	private final AtomicLong lastUnknown = new AtomicLong();

	// Used only by the thread that reads the connection. The broker has answered all
	// numbers below
	private long first = 1;

	void add(RpcCall call) {
		this.calls.put(call.publishNumber(), call);
	}

	/**
	 * Forgets a call whose request was not written.
	 * @param call the call
	 */
	void remove(RpcCall call) {
		this.calls.remove(call.publishNumber());
	}

	/**
	 * Forgets a call that has ended.
	 * @param call the call
	 * @param replied whether a server has replied to it, so that the broker took it
	 */
	void ended(RpcCall call, boolean replied) {
		if (this.calls.remove(call.publishNumber(), call) && !replied) {
			this.lastUnknown.accumulateAndGet(call.publishNumber(), Math::max);
		}
	}

	/**
	 * Takes away the calls that an answer of the broker is about.
	 * @param number the number of a publish
	 * @param multiple whether the answer is about all numbers up to this one
	 * @param action is run for each of the calls
	 */
	void take(long number, boolean multiple, Consumer<RpcCall> action) {
		for (long next = multiple ? this.first : number; next <= number; next++) {
			RpcCall call = this.calls.remove(next);
			if (call != null) {
				action.accept(call);
			}
		}
		while (this.first <= number && (multiple || !this.calls.containsKey(this.first))) {
			this.first++;
		}
	}

	int size() {
		return this.calls.size();
	}

	List<RpcCall> calls(Predicate<RpcCall> wanted) {
		return this.calls.values().stream().filter(wanted).toList();
	}

	/**
	 * Finds the call that certainly has not run when the broker closes the channel
	 * because of a request. The broker discards all requests after that one. So the last
	 * one in question was not taken. Those before it may have been.
	 * @param inQuestion the calls that the refusal may be about
	 * @return that call, or {@code null} if the refusal may be about a call that has
	 * ended
	 */
	@Nullable RpcCall surelyRefused(List<RpcCall> inQuestion) {
		return inQuestion.stream()
			.max(Comparator.comparingLong(RpcCall::publishNumber))
			.filter((call) -> call.publishNumber() > this.lastUnknown.get())
			.orElse(null);
	}

}
