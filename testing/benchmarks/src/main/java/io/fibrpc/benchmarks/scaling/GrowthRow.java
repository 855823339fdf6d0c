package io.fibrpc.benchmarks.scaling;

/**
 * A load that is measured.
 *
 * @param name what grows, and how much of it there is
 * @param clients how many clients call, each with a connection of its own
 * @param queues how many queues they call in turn
 * @param shards how many shards the queue has; with more than one there is one queue
 * @param servers how many servers listen, each to all queues and shards
 * @param inFlight how many calls wait at any time, of all clients together
 * @param bytes how long a reply is
 * @param millis how long a server waits before it answers
 */
record GrowthRow(String name, int clients, int queues, int shards, int servers, int inFlight, int bytes, int millis) {

	static GrowthRow inFlight(int count) {
		return new GrowthRow("in flight " + count, 1, 1, 1, 1, count, 10, 0);
	}

	static GrowthRow bytes(int count) {
		return new GrowthRow("reply bytes " + count, 1, 1, 1, 1, 32, count, 0);
	}

	static GrowthRow queues(int count) {
		return new GrowthRow("queues " + count, 1, count, 1, 1, 100, 10, 0);
	}

	static GrowthRow clients(int count) {
		return new GrowthRow("clients " + count, count, 1, 1, 1, 100, 10, 0);
	}

	static GrowthRow shards(int count) {
		return new GrowthRow("shards " + count, 1, 1, count, 1, 100, 10, 0);
	}

	static GrowthRow servers(int count) {
		return new GrowthRow("servers " + count, 1, 1, 1, count, 100, 10, 0);
	}

	static GrowthRow waitingServers(int count) {
		return new GrowthRow("servers that wait 10 ms " + count, 1, 1, 1, count, 100, 10, 10);
	}

}
