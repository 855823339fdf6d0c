package io.rabbitrpc;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The names of the queues that share the requests for one queue. The first shard is the
 * queue itself, so that a queue with one shard is like any other queue. The next ones are
 * {@code quotes.1}, {@code quotes.2} and so on. It is internal: applications have no use
 * for it.
 */
public final class QueueShards {

	private QueueShards() {
	}

	/**
	 * The names of the shards.
	 * @param queue the queue's name
	 * @param count how many shards it has, 1 or more
	 * @return their names, the queue's own name first
	 */
	public static List<String> names(String queue, int count) {
		return Stream.concat(Stream.of(queue), IntStream.range(1, count).mapToObj((shard) -> queue + "." + shard))
			.toList();
	}

	/**
	 * Whether a name is that of a shard.
	 * @param name the name
	 * @param queue the queue that may have the shard
	 * @return whether it is the queue itself, or its name with a number
	 */
	public static boolean isShard(String name, String queue) {
		return name.equals(queue)
				|| (name.startsWith(queue + ".") && name.substring(queue.length() + 1).matches("[1-9]\\d*"));
	}

}
