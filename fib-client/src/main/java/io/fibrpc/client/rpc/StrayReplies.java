package io.fibrpc.client.rpc;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.fibrpc.protocol.Escaped;

/**
 * Counts the replies that no call waited for. They are dropped, and never given to
 * another call.
 */
public final class StrayReplies {

	private static final Log logger = LogFactory.getLog(StrayReplies.class);

	private static final int REMEMBERED_CALLS = 10_000;

	private final Lock lock = new ReentrantLock();

	// Which of the last calls got a reply, by correlation id
	private final Map<String, Boolean> ended = new LinkedHashMap<>() {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
			return size() > REMEMBERED_CALLS;
		}

	};

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
		this.lock.lock();
		try {
			this.ended.put(id, replied);
		}
		finally {
			this.lock.unlock();
		}
	}

	void add(String id) {
		counter(kind(wasReplied(id))).incrementAndGet();
		if (logger.isDebugEnabled()) {
			logger.debug("Dropped a reply that no call waits for: " + Escaped.text(id));
		}
	}

	private Kind kind(@Nullable Boolean replied) {
		if (replied == null) {
			return Kind.FOREIGN;
		}
		return replied ? Kind.DUPLICATE : Kind.LATE;
	}

	private @Nullable Boolean wasReplied(String id) {
		this.lock.lock();
		try {
			return this.ended.get(id);
		}
		finally {
			this.lock.unlock();
		}
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

}
