package io.fibrpc.client.rpc;

import java.util.LinkedHashMap;
import java.util.Map;
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

	private final AtomicLong late = new AtomicLong();

	private final AtomicLong duplicate = new AtomicLong();

	private final AtomicLong foreign = new AtomicLong();

	/**
	 * How many replies came to calls that had ended without one.
	 * @return the number since the start
	 */
	public long late() {
		return this.late.get();
	}

	/**
	 * How many replies came to calls that had got theirs.
	 * @return the number since the start
	 */
	public long duplicate() {
		return this.duplicate.get();
	}

	/**
	 * How many replies came to no call that this client remembers.
	 * @return the number since the start
	 */
	public long foreign() {
		return this.foreign.get();
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
		AtomicLong counter = counter(wasReplied(id));
		counter.incrementAndGet();
		if (logger.isDebugEnabled()) {
			logger.debug("Dropped a reply that no call waits for: " + Escaped.text(id));
		}
	}

	private AtomicLong counter(@Nullable Boolean replied) {
		if (replied == null) {
			return this.foreign;
		}
		return replied ? this.duplicate : this.late;
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

}
