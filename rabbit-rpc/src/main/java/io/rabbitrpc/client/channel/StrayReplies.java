package io.rabbitrpc.client.channel;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.Escaped;

/**
 * Counts the replies for which no call waited. They are dropped and never given to
 * another call.
 */
public final class StrayReplies {

	private static final Log logger = LogFactory.getLog(StrayReplies.class);

	private static final int REMEMBERED_CALLS = 1 << 14;

	// Which of the last calls got a reply. The id of a call decides its place. The call
	// replaces the one that was there. To keep an exact order would need a lock
	private final AtomicReferenceArray<@Nullable EndedCall> ended = new AtomicReferenceArray<>(REMEMBERED_CALLS);

	private final Map<Kind, AtomicLong> counts = new EnumMap<>(Kind.class);

	StrayReplies() {
		for (Kind kind : Kind.values()) {
			this.counts.put(kind, new AtomicLong());
		}
	}

	/**
	 * How many of them came.
	 * @param kind which of them
	 * @return the number since the start
	 */
	public long count(Kind kind) {
		return counter(kind).get();
	}

	private AtomicLong counter(Kind kind) {
		return Objects.requireNonNull(this.counts.get(kind));
	}

	void ended(String id, boolean replied) {
		this.ended.setRelease(place(id), new EndedCall(id, replied));
	}

	private int place(String id) {
		int hash = id.hashCode();
		return (hash ^ (hash >>> 16)) & (REMEMBERED_CALLS - 1);
	}

	void add(String id) {
		counter(kind(id)).incrementAndGet();
		if (logger.isDebugEnabled()) {
			logger.debug("Dropped a reply that no call waits for: " + Escaped.text(id));
		}
	}

	private Kind kind(String id) {
		EndedCall call = this.ended.getAcquire(place(id));
		if (call == null || !call.id().equals(id)) {
			return Kind.FOREIGN;
		}
		return call.replied() ? Kind.DUPLICATE : Kind.LATE;
	}

	/**
	 * Why no call waited for a reply.
	 */
	public enum Kind {

		/** Its call had ended without one. */
		LATE,

		/** Its call had got one. */
		DUPLICATE,

		/** It belongs to no call that this client remembers. */
		FOREIGN

	}

	/**
	 * A call that has ended.
	 *
	 * @param id its correlation id
	 * @param replied whether it got a reply
	 */
	private record EndedCall(String id, boolean replied) {
	}

}
