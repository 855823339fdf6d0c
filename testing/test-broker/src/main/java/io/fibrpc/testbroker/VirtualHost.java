package io.fibrpc.testbroker;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;

/**
 * A virtual host of a {@link TestBroker}, for one test.
 */
public final class VirtualHost implements AutoCloseable {

	private final TestBroker broker;

	private final String name;

	private final Queue<Connection> connections = new ConcurrentLinkedQueue<>();

	VirtualHost(TestBroker broker, String name) {
		this.broker = broker;
		this.name = name;
	}

	/**
	 * The virtual host's name.
	 * @return letters, digits and hyphens
	 */
	public String name() {
		return this.name;
	}

	/**
	 * The broker that the virtual host belongs to.
	 * @return the broker
	 */
	public TestBroker broker() {
		return this.broker;
	}

	/**
	 * The AMQP URI with user, password and virtual host.
	 * @return such as {@code amqp://guest:guest@127.0.0.1:5672/test}
	 */
	public String uri() {
		return "amqp://guest:guest@%s:%d/%s".formatted(this.broker.host(), this.broker.port(), this.name);
	}

	/**
	 * The settings with which a Spring Boot program uses this virtual host.
	 * @return property names and values
	 */
	public Map<String, String> springProperties() {
		return springProperties(this.broker.host(), this.broker.port());
	}

	/**
	 * The settings with which a Spring Boot program uses this virtual host through a
	 * proxy.
	 * @param proxy the proxy
	 * @return property names and values
	 */
	public Map<String, String> springProperties(TcpProxy proxy) {
		return springProperties("127.0.0.1", proxy.port());
	}

	/**
	 * The settings with which a Spring Boot program uses this virtual host over a
	 * network.
	 * @param network the network
	 * @return property names and values
	 */
	public Map<String, String> springProperties(VethNetwork network) {
		return springProperties(network.host(), network.port());
	}

	private Map<String, String> springProperties(String host, int port) {
		return springProperties("amqp://guest:guest@%s:%d".formatted(host, port));
	}

	Map<String, String> springProperties(String addresses) {
		return Map.of("spring.rabbitmq.addresses", addresses, "spring.rabbitmq.virtual-host", this.name,
				// A container may run on another machine, and a network of a test has
				// numbers of its own
				"rabbit.rpc.allow-guest", "true");
	}

	/**
	 * Connects, without automatic recovery.
	 * @return a connection. {@link #close} closes it, if the caller does not
	 */
	public Connection connect() {
		try {
			ConnectionFactory factory = this.broker.connectionFactory();
			factory.setVirtualHost(this.name);
			Connection connection = factory.newConnection("test");
			this.connections.add(connection);
			return connection;
		}
		catch (IOException | TimeoutException ex) {
			throw new IllegalStateException("Cannot connect to " + uri(), ex);
		}
	}

	/**
	 * Counts the messages and consumers of a queue.
	 * @param queue the queue's name
	 * @return the counts
	 * @throws IllegalStateException if there is no such queue or it is exclusive
	 */
	public QueueInfo queue(String queue) {
		try (Connection connection = connect()) {
			this.connections.remove(connection);
			AMQP.Queue.DeclareOk counts = connection.createChannel().queueDeclarePassive(queue);
			return new QueueInfo(queue, counts.getMessageCount(), counts.getConsumerCount());
		}
		catch (IOException ex) {
			throw new IllegalStateException("Cannot look at queue " + queue, ex);
		}
	}

	/**
	 * All queues by {@code rabbitmqctl list_queues}.
	 * @param columns the columns after the name, such as {@code type} or {@code durable}
	 * @return a line a queue: the name and the columns, with tabs between
	 */
	public List<String> listQueues(String... columns) {
		String[] command = { "list_queues", "-p", this.name, "--no-table-headers", "name" };
		String[] arguments = new String[command.length + columns.length];
		System.arraycopy(command, 0, arguments, 0, command.length);
		System.arraycopy(columns, 0, arguments, command.length, columns.length);
		return this.broker.rabbitmqctl(arguments).lines().toList();
	}

	/**
	 * Sets a policy.
	 * @param policy the policy's name
	 * @param pattern the regular expression for the names of its queues
	 * @param definition its JSON
	 * @param applyTo such as {@code queues} or {@code quorum_queues}. RabbitMQ 3 gets
	 * {@code queues}, because it knows no other
	 */
	public void setPolicy(String policy, String pattern, String definition, String applyTo) {
		boolean queues = this.broker.version().startsWith("3.") && applyTo.endsWith("_queues");
		this.broker.rabbitmqctl("set_policy", "-p", this.name, "--apply-to", queues ? "queues" : applyTo, policy,
				pattern, definition);
	}

	/**
	 * Lets the broker close every connection of the virtual host, as an operator would.
	 * @param reason what the clients are told
	 */
	public void closeAllConnections(String reason) {
		this.broker.rabbitmqctl("close_all_connections", "--vhost", this.name, reason);
	}

	/** Closes the connections made here and deletes the virtual host. */
	@Override
	public void close() {
		this.connections.forEach(Connection::abort);
		if (this.broker.isRunning()) {
			this.broker.rabbitmqctl("delete_vhost", this.name);
		}
	}

}
