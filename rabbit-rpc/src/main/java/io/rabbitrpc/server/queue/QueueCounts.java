package io.rabbitrpc.server.queue;

import org.jspecify.annotations.Nullable;

/**
 * The broker's answer about a queue.
 *
 * @param failure why the queue cannot be used, or {@code null}
 * @param depth messages in the queue, without those that consumers hold, or {@code null}
 * if this user may not know
 * @param consumers consumers of the queue, of all servers, or {@code null} if this user
 * may not know
 */
public record QueueCounts(@Nullable String failure, @Nullable Integer depth, @Nullable Integer consumers) {

	/** Nothing is known, and nothing is wrong. */
	public static final QueueCounts UNKNOWN = new QueueCounts(null, null, null);

	static QueueCounts failed(String failure) {
		return new QueueCounts(failure, null, null);
	}

}
