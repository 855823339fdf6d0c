package io.rabbitrpc.server.reply;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The replies of a channel that the broker has not confirmed, in the order in which they
 * were published. Only one thread at a time may use this, but every thread may ask for
 * the size.
 */
final class UnconfirmedReplies {

	private static final int MANY_REPLIES = 100;

	private static final long MANY_BYTES = 1024 * 1024;

	private final Deque<Reply> replies = new ArrayDeque<>();

	private long bytes;

	private volatile int size;

	boolean hasRoomFor(Reply reply) {
		return this.size < ReplyChannel.MAX_REPLIES
				&& (this.bytes == 0 || this.bytes + reply.body().length <= ReplyChannel.MAX_BYTES);
	}

	void add(Reply reply) {
		this.replies.add(reply);
		this.bytes += reply.body().length;
		this.size = this.replies.size();
	}

	/**
	 * Whether the broker should be asked about these replies at once.
	 * @return whether there are many of them, or many bytes
	 */
	boolean areMany() {
		return this.size >= MANY_REPLIES || this.bytes >= MANY_BYTES;
	}

	/**
	 * Takes one reply away.
	 * @param reply the reply
	 * @return whether it was there
	 */
	boolean remove(Reply reply) {
		boolean removed = this.replies.remove(reply);
		if (removed) {
			this.bytes -= reply.body().length;
			this.size = this.replies.size();
		}
		return removed;
	}

	/**
	 * Takes the oldest replies away.
	 * @param count how many
	 * @return those replies
	 */
	List<Reply> take(int count) {
		List<Reply> taken = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			Reply reply = this.replies.remove();
			this.bytes -= reply.body().length;
			taken.add(reply);
		}
		this.size = this.replies.size();
		return taken;
	}

	int size() {
		return this.size;
	}

}
