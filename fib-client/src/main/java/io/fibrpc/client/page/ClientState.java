package io.fibrpc.client.page;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the client knows now.
 *
 * @param queue the request queue
 * @param servers the servers that have answered and may be consuming
 * @param inFlight how many calls wait for their replies
 * @param maxInFlight the most calls that may wait
 * @param outcomes how many calls have ended with each status since the client started.
 * Only statuses that have occurred are in it
 * @param latency how long the calls with a value took
 * @param replyMode how replies arrive
 * @param deadlineMillis the longest deadline of a call
 * @param notDrawn how many calls were not drawn because too many came at a time
 */
record ClientState(Queue queue, List<AnsweringServers.Server> servers, long inFlight, long maxInFlight,
		Map<String, Long> outcomes, List<Bucket> latency, String replyMode, long deadlineMillis, long notDrawn) {

	/**
	 * The request queue.
	 *
	 * @param name its name
	 * @param consumers how many consumers it has, if that is known
	 * @param depth how many requests wait in it, if that is known
	 * @param problem why a call would fail now, if it would
	 */
	record Queue(String name, @Nullable Integer consumers, @Nullable Integer depth, @Nullable String problem) {
	}

	/**
	 * A part of the calls.
	 *
	 * @param upToMillis the longest time in this part, or {@code null} if there is no
	 * limit. The limit of the part before is the shortest
	 * @param count how many calls
	 */
	record Bucket(@Nullable Double upToMillis, long count) {
	}

}
