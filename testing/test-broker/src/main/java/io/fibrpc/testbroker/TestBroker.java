package io.fibrpc.testbroker;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real RabbitMQ: a container where a Docker daemon answers, else a private node of an
 * installed RabbitMQ. The environment variable {@value #CHOICE} chooses one of them:
 * {@code docker} or {@code node}. If there is no broker, tests fail. They are never
 * skipped.
 */
public final class TestBroker implements AutoCloseable {

	private static final String CHOICE = "FIB_TEST_BROKER";

	private static final Duration START_TIMEOUT = Duration.ofSeconds(90);

	private final BrokerNode node;

	private final Consumer<ConnectionFactory> login;

	private String version = "";

	private volatile boolean startedUp;

	TestBroker(BrokerNode node) {
		this(node, (factory) -> {
		});
	}

	private TestBroker(BrokerNode node, Consumer<ConnectionFactory> login) {
		this.node = node;
		this.login = login;
	}

	/**
	 * The broker that all tests of this JVM share, each with a virtual host of its own.
	 * The first call starts it, and it stops with the JVM. Tests must not stop it.
	 * @return the broker
	 */
	public static TestBroker shared() {
		return Shared.get();
	}

	/**
	 * Starts a broker for one test. The test may stop or kill it, and must close it.
	 * @return the broker, ready
	 * @throws IllegalStateException if there is neither Docker nor an installed RabbitMQ
	 */
	public static TestBroker start() {
		return start(new TestBroker(newNode()));
	}

	/**
	 * Starts a broker with a configuration that allows only TLS.
	 * @param configuration a {@code rabbitmq.conf} with port 5671
	 * @param secrets the folder that stands for {@code /etc/rabbitmq/secrets} in it
	 * @param login sets user, virtual host and TLS of the connection that checks whether
	 * the broker answers
	 * @return the broker, ready, whose {@link #port} is that for TLS
	 * @throws IllegalStateException if there is neither Docker nor an installed RabbitMQ
	 */
	public static TestBroker startWith(Path configuration, Path secrets, Consumer<ConnectionFactory> login) {
		BrokerNode node = newNode();
		node.configureTls(configuration, secrets);
		return start(new TestBroker(node, login));
	}

	private static TestBroker start(TestBroker broker) {
		try {
			broker.startAgain();
			return broker;
		}
		catch (RuntimeException ex) {
			broker.close();
			throw ex;
		}
	}

	static BrokerNode newNode() {
		return newNode(choice());
	}

	static BrokerNode newNode(String choice) {
		if (areContainers(choice)) {
			return new ContainerNode();
		}
		if (choice.isEmpty() && !InstalledRabbit.exists()) {
			throw new IllegalStateException("These tests need RabbitMQ: start Docker or install rabbitmq-server");
		}
		return new PrivateNode();
	}

	/**
	 * Whether the brokers of the tests are containers.
	 * @return {@code false} if they are nodes of an installed RabbitMQ
	 * @throws IllegalStateException if the environment variable has another value
	 */
	public static boolean areContainers() {
		return areContainers(choice());
	}

	private static boolean areContainers(String choice) {
		return switch (choice.toLowerCase(Locale.ROOT)) {
			case "docker" -> true;
			case "node" -> false;
			case "" -> ContainerNode.isDockerAvailable();
			default -> throw new IllegalStateException("%s takes docker or node, not '%s'".formatted(CHOICE, choice));
		};
	}

	private static String choice() {
		return System.getenv().getOrDefault(CHOICE, "");
	}

	/**
	 * The broker's host.
	 * @return a name or an address
	 */
	public String host() {
		return this.node.host();
	}

	/**
	 * The broker's AMQP port, the same after each start.
	 * @return the port
	 */
	public int port() {
		return this.node.port();
	}

	/**
	 * The version that the broker reported at its last start.
	 * @return such as {@code 4.3.6}
	 */
	public String version() {
		return this.version;
	}

	/**
	 * Makes an empty virtual host in which user guest may do everything.
	 * @return the virtual host, which the caller closes
	 */
	public VirtualHost createVirtualHost() {
		String name = "test-" + UUID.randomUUID();
		// What add_vhost and set_permissions do, in one command: each takes a second to
		// start
		rabbitmqctl("eval", """
				rabbit_vhost:add(<<"%1$s">>, <<"test">>),
				rabbit_auth_backend_internal:set_permissions(
				    <<"guest">>, <<"%1$s">>, <<".*">>, <<".*">>, <<".*">>, <<"test">>).
				""".formatted(name));
		return new VirtualHost(this, name);
	}

	/**
	 * Runs {@code rabbitmqctl}.
	 * @param arguments its arguments; {@code -q} is added
	 * @return what it printed
	 * @throws IllegalStateException if it failed; the message has what it printed
	 */
	public String rabbitmqctl(String... arguments) {
		// A node accepts connections before its start has ended. Only eval does not need
		// the end, and a node that has paused itself takes only eval
		if (!this.startedUp && !arguments[0].equals("eval")) {
			this.node.rabbitmqctl("await_startup");
			this.startedUp = true;
		}
		return this.node.rabbitmqctl(arguments);
	}

	/**
	 * The last lines that the broker logged.
	 * @return some lines
	 */
	public String log() {
		return this.node.log();
	}

	/** Stops the broker cleanly: it closes its connections. */
	public void stop() {
		this.node.stop();
	}

	/**
	 * Makes the broker write its definitions to the disk now. RabbitMQ 3.10 answers
	 * first, and writes virtual hosts, permissions and queues later. If it is killed in
	 * between, they are lost. It also registers a new quorum queue half a second late. If
	 * it is killed before that, the queue never has a leader again.
	 * @see <a href="https://github.com/rabbitmq/ra">ra_directory, whose table has
	 * auto_save 500</a>
	 */
	public void writeDefinitions() {
		// RabbitMQ 4 may have no Mnesia
		rabbitmqctl("eval", "catch mnesia:sync_log(), [ok = dets:sync(Table) || Table <- dets:all()].");
	}

	/** Kills the broker by SIGKILL. */
	public void kill() {
		this.node.kill();
	}

	/**
	 * Starts the broker after {@link #stop} or {@link #kill}, on the same port with the
	 * same data, and waits until it answers.
	 */
	public void startAgain() {
		launch();
		awaitAnswers();
	}

	void launch() {
		this.node.start();
	}

	void awaitAnswers() {
		this.startedUp = false;
		Instant end = Instant.now().plus(START_TIMEOUT);
		// One for all attempts: reading the keys for TLS takes long
		ConnectionFactory factory = connectionFactory();
		Awaitility.await().pollInterval(Duration.ofMillis(100)).atMost(START_TIMEOUT.plusSeconds(10)).until(() -> {
			if (!this.node.isRunning() || Instant.now().isAfter(end)) {
				throw new IllegalStateException("RabbitMQ did not start:\n" + this.node.log());
			}
			return answers(factory);
		});
	}

	private boolean answers(ConnectionFactory factory) {
		try (Connection connection = factory.newConnection("readiness")) {
			this.version = String.valueOf(connection.getServerProperties().get("version"));
			return true;
		}
		catch (IOException | TimeoutException ex) {
			return false;
		}
	}

	ConnectionFactory connectionFactory() {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setHost(host());
		factory.setPort(port());
		factory.setAutomaticRecoveryEnabled(false);
		factory.setExceptionHandler(new QuietExceptionHandler());
		this.login.accept(factory);
		return factory;
	}

	/** Stops the broker cleanly and starts it again. */
	public void restart() {
		stop();
		startAgain();
	}

	/** Freezes the broker. Its connections stay open, but it reads and writes nothing. */
	public void pause() {
		this.node.pause();
	}

	/** Lets the broker run again after {@link #pause}. */
	public void resume() {
		this.node.resume();
	}

	/**
	 * Whether the broker's process runs.
	 * @return whether it does
	 */
	public boolean isRunning() {
		return this.node.isRunning();
	}

	/** Ends the broker and removes its data. */
	@Override
	public void close() {
		this.node.close();
	}

	/** Does not log lost connections, because tests cause them on purpose. */
	private static final class QuietExceptionHandler extends ForgivingExceptionHandler {

		@Override
		public void handleUnexpectedConnectionDriverException(Connection connection, Throwable exception) {
			// The next user of the connection gets the exception
		}

	}

	/** Holds the shared broker. The first user starts it. */
	private static final class Shared {

		private static @Nullable TestBroker broker;

		private static @Nullable String failure;

		// Not in a class initializer: if that fails, the second test does not see the
		// reason
		static synchronized TestBroker get() {
			if (failure != null) {
				throw new IllegalStateException(failure);
			}
			if (broker == null) {
				try {
					broker = start();
					Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "test-broker-close"));
				}
				catch (RuntimeException ex) {
					failure = String.valueOf(ex.getMessage());
					throw ex;
				}
			}
			return broker;
		}

	}

}
