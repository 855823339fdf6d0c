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
 * numbers of their publishes, which count from 1. A call that has ended leaves only a
 * number here, however long the broker is silent.
 */
final class UnconfirmedCalls {

	private final Map<Long, RpcCall> calls = new ConcurrentHashMap<>();

	// The last publish whose call ended before the broker said what became of it
	private final AtomicLong lastUnknown = new AtomicLong();

	// Only the thread that reads the connection has this: all before it are done with
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
	 * Takes the calls of which the broker speaks.
	 * @param number the number of a publish
	 * @param multiple whether it speaks of all up to that number
	 * @param action what becomes of each
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
	 * The call that the broker surely has not taken when it closes the channel because of
	 * a request. It discards all that follow, so of the requests in question the last one
	 * did not pass; one before it may have.
	 * @param inQuestion the calls that it may be about
	 * @return that call, or {@code null} if it may be about one that has ended
	 */
	@Nullable RpcCall surelyRefused(List<RpcCall> inQuestion) {
		return inQuestion.stream()
			.max(Comparator.comparingLong(RpcCall::publishNumber))
			.filter((call) -> call.publishNumber() > this.lastUnknown.get())
			.orElse(null);
	}

}
