package io.fibrpc.client.page;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The servers that have answered, by the names in their replies. The broker tells a
 * client only how many consumers a queue has. So when a consumer leaves, nobody knows
 * which server it was until the others have answered again.
 */
final class AnsweringServers {

	private static final int MAX_SERVERS = 50;

	// RabbitMQ gives requests to its consumers in turn
	private static final int REPLIES_UNTIL_GONE = 20;

	private final Map<String, Answers> servers = new LinkedHashMap<>();

	private int consumers;

	private long replies;

	// Whether a server has left, and nobody knows which one
	private boolean doubtful;

	private long doubtfulSince;

	synchronized void answered(String name) {
		this.replies++;
		Answers answers = this.servers.computeIfAbsent(name, (added) -> new Answers());
		answers.count++;
		answers.last = this.replies;
		if (this.servers.size() > MAX_SERVERS) {
			this.servers.entrySet()
				.stream()
				.min(Comparator.comparingLong((server) -> server.getValue().last))
				.map(Map.Entry::getKey)
				.ifPresent(this.servers::remove);
		}
	}

	/**
	 * The servers that may be consuming.
	 * @param consumersNow how many consumers the queue has, or -1 if that is not known
	 * @return them, in the order of their first answers
	 */
	synchronized List<Server> consuming(int consumersNow) {
		if (consumersNow >= 0) {
			update(consumersNow);
		}
		return this.servers.entrySet()
			.stream()
			.map((server) -> new Server(server.getKey(), server.getValue().count, isCertain(server.getValue())))
			.toList();
	}

	private void update(int consumersNow) {
		if (consumersNow < this.consumers || (!this.doubtful && this.servers.size() > consumersNow)) {
			this.doubtful = true;
			this.doubtfulSince = this.replies;
		}
		this.consumers = consumersNow;
		if (consumersNow == 0) {
			this.servers.clear();
		}
		if (this.doubtful) {
			long certain = this.servers.values().stream().filter(this::isCertain).count();
			if (certain >= consumersNow || this.replies - this.doubtfulSince >= REPLIES_UNTIL_GONE) {
				this.servers.values().removeIf((server) -> !isCertain(server));
				this.doubtful = false;
			}
		}
	}

	private boolean isCertain(Answers server) {
		return !this.doubtful || server.last > this.doubtfulSince;
	}

	/**
	 * A server.
	 *
	 * @param name its name
	 * @param answered how many replies it has sent
	 * @param certain whether it surely still consumes
	 */
	record Server(String name, long answered, boolean certain) {
	}

	private static final class Answers {

		private long count;

		private long last;

	}

}
