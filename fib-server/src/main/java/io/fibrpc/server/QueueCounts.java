package io.fibrpc.server;

import org.jspecify.annotations.Nullable;

/**
 * What the broker tells of the server's queues when it is asked.
 *
 * @param failure why nothing is known and the queue is of no use, or {@code null}
 * @param depth requests in the queue, without those that a server holds, or {@code null}
 * if this user may not know
 * @param consumers consumers of the queue, of all servers, or {@code null} likewise
 * @param deadLetters messages in the dead letter queue, or {@code null} if unknown
 */
record QueueCounts(@Nullable String failure, @Nullable Integer depth, @Nullable Integer consumers,
		@Nullable Integer deadLetters) {

	static final QueueCounts UNKNOWN = new QueueCounts(null, null, null, null);

	static QueueCounts failed(String failure) {
		return new QueueCounts(failure, null, null, null);
	}

}
