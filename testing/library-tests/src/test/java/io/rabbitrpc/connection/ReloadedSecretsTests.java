package io.rabbitrpc.connection;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

import io.fibrpc.testbroker.KeyTool;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.TlsListener;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.RpcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of secrets that change while an application runs.
 */
@Tag("broker")
class ReloadedSecretsTests {

	private static final String STORE_PASSWORD = "secret";

	private final String user = "user-" + UUID.randomUUID();

	@TempDir
	private Path directory;

	private VirtualHost host;

	@BeforeEach
	void addUser() {
		this.host = TestBroker.shared().createVirtualHost();
		rabbitmqctl("add_user", this.user, "first");
		rabbitmqctl("set_permissions", "-p", this.host.name(), this.user, ".*", ".*", ".*");
	}

	@AfterEach
	void deleteUser() {
		rabbitmqctl("delete_user", this.user);
		this.host.close();
	}

	private static void rabbitmqctl(String... arguments) {
		TestBroker.shared().rabbitmqctl(arguments);
	}

	private ConfigurableApplicationContext run(Class<?> application, String host, int port, String... settings) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties("spring.rabbitmq.host=" + host, "spring.rabbitmq.port=" + port,
					"spring.rabbitmq.virtual-host=" + this.host.name())
			.properties(settings)
			.run();
	}

	@Test
	void aNewPasswordCountsForConnectionsFromThenOn() throws Exception {
		Path password = Files.writeString(this.directory.resolve("spring.rabbitmq.password"), "first\n");
		try (ConfigurableApplicationContext context = run(Server.class, TestBroker.shared().host(),
				TestBroker.shared().port(), "spring.rabbitmq.username=" + this.user,
				"spring.config.import=configtree:" + this.directory + "/")) {
			RpcClient client = context.getBean(RpcClient.class);
			assertThat(client.queue("echo").call("before", String.class)).isEqualTo("before");
			rabbitmqctl("change_password", this.user, "second");
			assertThat(client.queue("echo").call("meanwhile", String.class)).isEqualTo("meanwhile");
			Files.writeString(password, "second\n");
			this.host.closeAllConnections("rotation");
			await().ignoreExceptionsInstanceOf(RpcException.class)
				.until(() -> client.queue("echo").call("after", String.class), "after"::equals);
		}
	}

	@Test
	void renewedCertificatesCountForConnectionsFromThenOn() throws Exception {
		Path old = this.directory.resolve("old.p12");
		Path renewed = this.directory.resolve("renewed.p12");
		KeyTool.makeKey(old, STORE_PASSWORD, "old", "-ext", "san=dns:localhost");
		KeyTool.makeKey(renewed, STORE_PASSWORD, "renewed", "-ext", "san=dns:localhost");
		try (TlsListener listener = new TlsListener(renewed, "renewed", STORE_PASSWORD.toCharArray(),
				TestBroker.shared());
				ConfigurableApplicationContext context = run(Client.class, "localhost", listener.port(),
						"spring.rabbitmq.ssl.bundle=broker", bundle("broker", old), bundle("other", renewed),
						"spring.ssl.bundle.jks.broker.truststore.password=" + STORE_PASSWORD,
						"spring.ssl.bundle.jks.other.truststore.password=" + STORE_PASSWORD)) {
			RpcClient client = context.getBean(RpcClient.class);
			RpcException refused = call(client);
			assertThat(refused.status()).isEqualTo(RpcStatus.PERMISSION_DENIED);
			assertThat(refused).hasMessageContaining("TLS refused at localhost:" + listener.port());
			context.getBean(SslBundleRegistry.class)
				.updateBundle("broker", context.getBean(SslBundles.class).getBundle("other"));
			await().untilAsserted(() -> assertThat(call(client)).hasMessage("there is no queue echo"));
		}
	}

	private static String bundle(String name, Path trusted) {
		return "spring.ssl.bundle.jks.%s.truststore.location=%s".formatted(name, trusted.toUri());
	}

	private static RpcException call(RpcClient client) {
		return catchThrowableOfType(RpcException.class, () -> client.queue("echo").call("hello", String.class));
	}

	@EnableAutoConfiguration
	static class Client {

	}

	@EnableAutoConfiguration
	static class Server {

		@RabbitListener(queues = "echo", containerFactory = "rpc")
		String echo(String text) {
			return text;
		}

		@Bean
		Queue echo() {
			return new Queue("echo");
		}

	}

}
