package io.fibrpc.systemtests.faults;

import java.util.List;

import io.fibrpc.testbroker.VirtualHost;

/**
 * What a broker holds in a virtual host.
 *
 * @param connections connections of clients
 * @param channels channels
 * @param queues queues
 * @param requests messages in {@code rpc_queue}, taken or not
 */
record BrokerCounts(long connections, long channels, long queues, long requests) {

	static BrokerCounts of(VirtualHost host) {
		List<String> queues = host.listQueues("messages");
		long requests = queues.stream()
			.filter((queue) -> queue.startsWith("rpc_queue\t"))
			.mapToLong((queue) -> Long.parseLong(queue.substring(queue.indexOf('\t') + 1)))
			.sum();
		return new BrokerCounts(count(host, "list_connections"), count(host, "list_channels"), queues.size(), requests);
	}

	BrokerCounts without(long idleChannels) {
		return new BrokerCounts(this.connections, this.channels - idleChannels, this.queues, this.requests);
	}

	private static long count(VirtualHost host, String command) {
		return host.broker()
			.rabbitmqctl(command, "vhost")
			.lines()
			.filter((line) -> line.strip().equals(host.name()))
			.count();
	}

}
