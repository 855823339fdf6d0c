package io.rabbitrpc.client.call;

import java.util.concurrent.atomic.AtomicLong;

import org.springframework.amqp.core.Message;
import org.springframework.util.unit.DataSize;

/**
 * Counts the bytes of the large replies that wait to be read. So replies that arrive
 * faster than the client reads them cannot fill its heap.
 */
final class LargeReplies {

	/**
	 * From this size on a reply is large. To read a smaller one costs less than to hand
	 * it to another thread.
	 */
	static final int LARGE_BYTES = 4 * 1024;

	// A value needs some more memory than its body
	private static final int SHARE_OF_HEAP = 8;

	private final AtomicLong held = new AtomicLong();

	private final long most;

	LargeReplies() {
		this(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
	}

	/**
	 * Creates it.
	 * @param most how many bytes to hold at a time. A larger reply is held only if it is
	 * the only one
	 */
	LargeReplies(long most) {
		this.most = most;
	}

	static boolean isLarge(Message reply) {
		return reply.getBody().length >= LARGE_BYTES;
	}

	/**
	 * Holds a reply that has arrived, if it is a large one.
	 * @param reply the reply
	 * @return {@code false} if there is no room for it
	 */
	boolean hold(Message reply) {
		if (!isLarge(reply)) {
			return true;
		}
		int bytes = reply.getBody().length;
		long before = this.held.getAndAdd(bytes);
		if (before > 0 && before + bytes > this.most) {
			this.held.addAndGet(-bytes);
			return false;
		}
		return true;
	}

	/**
	 * Releases a reply that was held.
	 * @param reply the reply
	 */
	void release(Message reply) {
		if (isLarge(reply)) {
			this.held.addAndGet(-reply.getBody().length);
		}
	}

	String full() {
		return "large replies that wait to be read already fill the %d MiB reserved for them"
			.formatted(DataSize.ofBytes(this.most).toMegabytes());
	}

}
