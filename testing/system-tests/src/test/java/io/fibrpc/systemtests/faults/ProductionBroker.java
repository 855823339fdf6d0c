package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

import io.fibrpc.systemtests.ReplyMode;
import io.fibrpc.testbroker.TestBroker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A broker that uses exactly the files in {@code config/rabbitmq/production}, with
 * secrets of its own.
 */
final class ProductionBroker implements AutoCloseable {

	static final String SERVER = "fib-server";

	static final String VIRTUAL_HOST = "rpc";

	static final Path FILES = Path.of("..", "..", "config", "rabbitmq", "production");

	private final Path files;

	private final Path secrets;

	private final TestBroker broker;

	private ProductionBroker(Path files, Path secrets) throws Exception {
		this.files = files;
		this.secrets = secrets;
		makeSecrets();
		this.broker = TestBroker.startWith(files.resolve("rabbitmq.conf"), secrets.resolve("broker"),
				(factory) -> setUp(factory, SERVER));
	}

	/**
	 * Makes secrets and starts a broker.
	 * @param secrets an empty folder
	 * @return the broker, ready
	 */
	static ProductionBroker start(Path secrets) throws Exception {
		return start(FILES, secrets);
	}

	/**
	 * Makes secrets and starts a broker with other files.
	 * @param files the folder that stands for {@code config/rabbitmq/production}
	 * @param secrets an empty folder
	 * @return the broker, ready
	 */
	static ProductionBroker start(Path files, Path secrets) throws Exception {
		return new ProductionBroker(files, secrets);
	}

	private void makeSecrets() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", this.files.resolve("MakeSecrets.java").toString(), this.secrets.toString(),
				"localhost")
			.inheritIO()
			.start();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).isZero();
	}

	/**
	 * Replaces passwords and certificates of the programs, as an operator would, while
	 * broker and programs run. Connections stay.
	 * @param users whose passwords change
	 */
	void replaceSecrets(String... users) throws Exception {
		for (String user : users) {
			String password = "new-password-of-" + user;
			rabbitmqctl("change_password", user, password);
			Files.writeString(settings(user).resolve("spring.rabbitmq.password"), password);
		}
		makeSecrets();
	}

	/**
	 * When the certificates of the programs that are connected were made.
	 * @return a line for each connection
	 */
	List<String> certificates() {
		return rabbitmqctl("list_connections", "peer_cert_validity").lines()
			.filter((line) -> line.contains("20"))
			.toList();
	}

	static String client(ReplyMode mode) {
		return (mode == ReplyMode.DIRECT) ? "fib-client" : "fib-client-callback";
	}

	TestBroker broker() {
		return this.broker;
	}

	/**
	 * Runs rabbitmqctl.
	 * @param arguments its arguments
	 * @return what it printed
	 */
	String rabbitmqctl(String... arguments) {
		return this.broker.rabbitmqctl(arguments);
	}

	/**
	 * Whether the broker lets every user ask about every queue.
	 * @return whether it is RabbitMQ 3
	 */
	boolean isOld() {
		return this.broker.version().startsWith("3.");
	}

	void permit(String user, String configure, String write, String read) {
		rabbitmqctl("set_permissions", "-p", VIRTUAL_HOST, user, configure, write, read);
	}

	/**
	 * Connects with TLS and the certificate of a user.
	 * @param user the user
	 * @return a connection, which the caller closes
	 */
	Connection connect(String user) throws IOException, TimeoutException {
		return factory(user).newConnection("test");
	}

	/**
	 * Makes connections with TLS and the certificate of a user.
	 * @param user the user
	 * @return their factory
	 */
	ConnectionFactory factory(String user) {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setPort(this.broker.port());
		factory.setAutomaticRecoveryEnabled(false);
		setUp(factory, user);
		return factory;
	}

	private void setUp(ConnectionFactory factory, String user) {
		factory.setHost("localhost");
		factory.setVirtualHost(VIRTUAL_HOST);
		factory.setUsername(user);
		factory.setPassword(password(user));
		factory.useSslProtocol(
				SslBundle
					.of(new PemSslStoreBundle(
							PemSslStoreDetails.forCertificate(pem(user, "certificate"))
								.withPrivateKey(pem(user, "key")),
							PemSslStoreDetails.forCertificate(pem(user, "authority"))))
					.createSslContext());
		factory.enableHostnameVerification();
	}

	String password(String user) {
		try {
			return Files.readString(settings(user).resolve("spring.rabbitmq.password"));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The folder of a user's settings, a file for each.
	 * @param user the user
	 * @return the folder
	 */
	Path settings(String user) {
		return this.secrets.resolve(user).resolve("settings");
	}

	private String pem(String user, String name) {
		return this.secrets.resolve(user).resolve("tls").resolve(name + ".pem").toUri().toString();
	}

	/**
	 * The settings by which a program connects as a user.
	 * @param user the user
	 * @param more further settings, and arguments
	 * @return the arguments of the program
	 */
	List<String> arguments(String user, String... more) {
		List<String> arguments = new ArrayList<>(List.of("--spring.config.import=configtree:" + settings(user) + "/",
				"--spring.rabbitmq.host=localhost", "--spring.rabbitmq.port=" + this.broker.port(),
				"--spring.rabbitmq.virtual-host=" + VIRTUAL_HOST, "--spring.rabbitmq.ssl.bundle=broker",
				"--spring.ssl.bundle.pem.broker.truststore.certificate=" + pem(user, "authority"),
				"--spring.ssl.bundle.pem.broker.keystore.certificate=" + pem(user, "certificate"),
				"--spring.ssl.bundle.pem.broker.keystore.private-key=" + pem(user, "key"), "--server.port=0"));
		arguments.addAll(List.of(more));
		return arguments;
	}

	@Override
	public void close() {
		this.broker.close();
	}

}
