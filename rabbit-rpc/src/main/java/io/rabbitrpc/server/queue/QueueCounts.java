package io.rabbitrpc.server.queue;

import org.jspecify.annotations.Nullable;

/**
 * What the broker tells of a queue when it is asked.
 *
 * @param failure why nothing is known and the queue is of no use, or {@code null}
 * @param depth messages in the queue, without those that a consumer holds, or
 * {@code null} if this user may not know
 * @param consumers consumers of the queue, of all servers, or {@code null} likewise
 */
public record QueueCounts(@Nullable String failure, @Nullable Integer depth, @Nullable Integer consumers) {

	/** Nothing is known, and nothing is wrong. */
	public static final QueueCounts UNKNOWN = new QueueCounts(null, null, null);

	static QueueCounts failed(String failure) {
		return new QueueCounts(failure, null, null);
	}

}
