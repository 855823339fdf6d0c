package io.fibrpc.testbroker;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

/**
 * Three nodes that form a cluster. A test may stop, kill or freeze each of them. They are
 * of the same kind as any {@link TestBroker}.
 */
public final class TestCluster implements AutoCloseable {

	/** How many nodes there are: two are a majority. */
	public static final int SIZE = 3;

	private final List<BrokerNode> nodes;

	private final List<TestBroker> brokers;

	private TestCluster() {
		BrokerNode first = TestBroker.newNode();
		this.nodes = List.of(first, first.another(), first.another());
		this.nodes.forEach((node) -> node.configure(settings()));
		this.brokers = this.nodes.stream().map(TestBroker::new).toList();
	}

	// RabbitMQ 3 answers no declaration while it waits for a silent node, by default for
	// up to 75 s. A node that was given up must not rejoin as if nothing had happened.
	// https://www.rabbitmq.com/docs/cluster-formation#peer-discovery-classic-config
	private String settings() {
		StringBuilder settings = new StringBuilder("""
				net_ticktime = 8
				cluster_partition_handling = pause_minority
				cluster_formation.peer_discovery_backend = classic_config
				""");
		for (int i = 0; i < SIZE; i++) {
			settings.append(
					"cluster_formation.classic_config.nodes.%d = %s\n".formatted(i + 1, this.nodes.get(i).nodeName()));
		}
		return settings.toString();
	}

	/**
	 * Starts a cluster.
	 * @return the cluster, in which all nodes run
	 * @throws IllegalStateException if there is neither Docker nor an installed RabbitMQ,
	 * or no cluster was formed
	 */
	public static TestCluster start() {
		TestCluster cluster = new TestCluster();
		try {
			cluster.startMissing();
			String running = cluster.broker(0).rabbitmqctl("eval", "rabbit_nodes:all_running().");
			if (!cluster.hasAllNodes(running)) {
				throw new IllegalStateException("Only %s are in the cluster".formatted(running));
			}
			return cluster;
		}
		catch (RuntimeException ex) {
			cluster.close();
			throw ex;
		}
	}

	/**
	 * One of the nodes.
	 * @param index from 0 to {@link #SIZE} - 1
	 * @return the node
	 */
	public TestBroker broker(int index) {
		return this.brokers.get(index);
	}

	/**
	 * All nodes.
	 * @return the nodes, by their index
	 */
	public List<TestBroker> brokers() {
		return this.brokers;
	}

	/** Starts all nodes that do not run and waits until each answers. */
	public void startMissing() {
		List<TestBroker> missing = this.brokers.stream().filter((broker) -> !broker.isRunning()).toList();
		// All together, because at the first start each node waits for the others
		missing.forEach(TestBroker::launch);
		missing.forEach(TestBroker::awaitAnswers);
	}

	/**
	 * Kills nodes by SIGKILL, all at the same moment.
	 * @param indexes the nodes
	 */
	public void killTogether(int... indexes) {
		IntStream.of(indexes).parallel().mapToObj(this::broker).forEach(TestBroker::kill);
	}

	/**
	 * Adds to the configuration of a node's next start.
	 * @param index the node
	 * @param settings lines of {@code rabbitmq.conf}
	 */
	public void configure(int index, String settings) {
		this.nodes.get(index).configure(settings);
	}

	/**
	 * Cuts all connections between a node and the others, and allows no new ones. Clients
	 * still reach all nodes.
	 * @param index the node
	 */
	public void cutOff(int index) {
		// Both sides of a connection must know the same cookie
		broker(index).rabbitmqctl("eval",
				"[begin erlang:set_cookie(Node, wrong), erlang:disconnect_node(Node) end || Node <- %s]."
					.formatted(others(index)));
	}

	/**
	 * Allows connections between all nodes again, and waits until each node answers.
	 */
	public void healPartition() {
		for (int i = 0; i < SIZE; i++) {
			broker(i).rabbitmqctl("eval",
					"[erlang:set_cookie(Node, erlang:get_cookie()) || Node <- %s].".formatted(others(i)));
		}
		this.brokers.forEach(TestBroker::awaitAnswers);
	}

	// As a list of Erlang
	private String others(int index) {
		return IntStream.range(0, SIZE)
			.filter((other) -> other != index)
			.mapToObj((other) -> "'%s'".formatted(this.nodes.get(other).nodeName()))
			.collect(Collectors.joining(", ", "[", "]"));
	}

	/**
	 * Whether a node pauses while it sees no majority of the others. A node of RabbitMQ 4
	 * goes on: its metadata store needs no such protection.
	 * @return whether it pauses, and so closes its connections
	 * @see <a href="https://www.rabbitmq.com/docs/partitions">RabbitMQ on partitions</a>
	 */
	public boolean pausesMinorities() {
		return broker(0).version().startsWith("3.");
	}

	/**
	 * Waits until a node knows that it sees no majority of the others.
	 * @param index the node
	 */
	public void awaitCutOff(int index) {
		// A connection that was just being made when the cookies changed would stay
		String isCutOff = "lists:foreach(fun erlang:disconnect_node/1, nodes()), "
				+ (pausesMinorities() ? "not rabbit:is_running()." : "nodes() == [].");
		Awaitility.await("node %d is cut off".formatted(index))
			.atMost(Duration.ofSeconds(30))
			.until(() -> broker(index).rabbitmqctl("eval", isCutOff), "true"::equals);
	}

	/**
	 * Moves the leader of a quorum queue to another node.
	 * @param host the queue's virtual host
	 * @param queue the queue's name
	 * @param index the node
	 */
	public void moveLeader(VirtualHost host, String queue, int index) {
		host.broker().rabbitmqctl("eval", """
				{ok, Queue} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"%s">>, queue, <<"%s">>)),
				{Moved, _} = rabbit_quorum_queue:transfer_leadership(Queue, '%s'),
				true = lists:member(Moved, [migrated, ok]).
				""".formatted(host.name(), queue, this.nodes.get(index).nodeName()));
	}

	/**
	 * The node that leads a quorum queue.
	 * @param host the queue's virtual host
	 * @param queue the queue's name
	 * @return its index
	 */
	public int leader(VirtualHost host, String queue) {
		List<String> queues = host.listQueues("leader");
		return IntStream.range(0, SIZE)
			.filter((index) -> queues.contains("%s\t%s".formatted(queue, this.nodes.get(index).nodeName())))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("%s has no leader: %s".formatted(queue, queues)));
	}

	/**
	 * Waits until all members of a quorum queue have what its leader has now. A member is
	 * online some time before. Until it is in sync, the queue accepts nothing if another
	 * member is lost.
	 * @param host the queue's virtual host
	 * @param queue the queue's name
	 */
	public void awaitMembersInSync(VirtualHost host, String queue) {
		AtomicLong newest = new AtomicLong();
		Awaitility.await("members of " + queue)
			.atMost(Duration.ofSeconds(60))
			// A node that has just come back does not know its queues yet
			.ignoreExceptionsInstanceOf(IllegalStateException.class)
			.until(() -> commitIndexes(host, queue), (indexes) -> {
				newest.compareAndSet(0, indexes.stream().max(Comparator.naturalOrder()).orElse(0L));
				return indexes.size() == SIZE && indexes.stream().allMatch((index) -> index >= newest.get());
			});
	}

	// Of each member that runs, how much of the queue's log it has and knows to be safe
	private List<Long> commitIndexes(VirtualHost host, String queue) {
		String indexes = host.broker().rabbitmqctl("eval", """
				list_to_tuple([Index || Member <- rabbit_quorum_queue:status(<<"%s">>, <<"%s">>),
				{<<"Commit Index">>, Index} <- Member]).
				""".formatted(host.name(), queue));
		return Pattern.compile("\\d+").matcher(indexes).results().map((index) -> Long.valueOf(index.group())).toList();
	}

	private boolean hasAllNodes(String text) {
		return this.nodes.stream().map(BrokerNode::nodeName).allMatch(text::contains);
	}

	/**
	 * The settings by which a Spring Boot program knows all nodes.
	 * @param host the virtual host
	 * @param first the node whose address stands first
	 * @return property names and values
	 */
	public Map<String, String> springProperties(VirtualHost host, int first) {
		String addresses = Stream.iterate(first, (index) -> (index + 1) % SIZE)
			.limit(SIZE)
			.map(this::broker)
			.map((broker) -> "amqp://guest:guest@%s:%d".formatted(broker.host(), broker.port()))
			.collect(Collectors.joining(","));
		return host.springProperties(addresses);
	}

	/** Ends all nodes and removes their data. */
	@Override
	public void close() {
		// The first node last: the others use its network
		IntStream.range(0, SIZE).map((index) -> SIZE - 1 - index).mapToObj(this::broker).forEach(TestBroker::close);
	}

}
