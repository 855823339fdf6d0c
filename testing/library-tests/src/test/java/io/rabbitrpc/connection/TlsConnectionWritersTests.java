package io.rabbitrpc.connection;

import java.nio.file.Path;
import java.time.Duration;

import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurators;
import io.fibrpc.testbroker.KeyTool;
import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.TlsListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests of connections with TLS.
 */
class TlsConnectionWritersTests extends ConnectionWritersContractTests {

	private static final String PASSWORD = "secret";

	@TempDir
	private static Path directory;

	private static Path keys;

	private static TlsListener listener;

	@BeforeAll
	static void listen() throws Exception {
		keys = directory.resolve("keys.p12");
		KeyTool.makeKey(keys, PASSWORD, "localhost", "-ext", "san=dns:localhost");
		KeyTool.makeKey(keys, PASSWORD, "other", "-ext", "san=dns:other.example");
		listener = listener("localhost");
	}

	@AfterAll
	static void closeListener() throws Exception {
		listener.close();
	}

	private static TlsListener listener(String alias) throws Exception {
		return new TlsListener(keys, alias, PASSWORD.toCharArray(), TestBroker.shared());
	}

	@Override
	TcpProxy startProxy() {
		return TcpProxy.to("localhost", listener.port());
	}

	@Override
	void configure(ConnectionFactory factory) throws Exception {
		trustAllOf(factory);
	}

	private static void trustAllOf(ConnectionFactory factory) throws Exception {
		factory.useSslProtocol(KeyTool.trust(keys, PASSWORD));
	}

	@Test
	void aCertificateOfAnotherHostIsRefusedIfTheHostNameIsVerified() throws Exception {
		try (TlsListener other = listener("other")) {
			ConnectionFactory factory = new ConnectionFactory();
			trustAllOf(factory);
			factory.setPort(other.port());
			new ConnectionWriters().install(factory);
			assertThat(factory.isSSL()).isTrue();
			factory.setSocketConfigurator(SocketConfigurators.defaultConfigurator());
			try (Connection connection = factory.newConnection()) {
				assertThat(connection.isOpen()).isTrue();
			}
			factory.enableHostnameVerification();
			assertThatExceptionOfType(SSLHandshakeException.class).isThrownBy(factory::newConnection)
				.withMessageContaining("localhost");
		}
	}

	@Test
	void aConfiguratorThatThrowsLeavesNoSocketBehind() throws Exception {
		try (TcpProxy own = startProxy()) {
			ConnectionFactory factory = new ConnectionFactory();
			trustAllOf(factory);
			factory.setPort(own.port());
			new ConnectionWriters().install(factory);
			factory.setSocketConfigurator((socket) -> {
				if (socket instanceof SSLSocket) {
					throw new IllegalStateException("for the test");
				}
			});
			assertThatIllegalStateException().isThrownBy(factory::newConnection).withMessage("for the test");
			// It may take the connection only after the client has closed it
			await().atMost(Duration.ofSeconds(5)).until(() -> own.connectionsTaken() == 1);
			await().atMost(Duration.ofSeconds(5)).until(() -> own.connections() == 0);
		}
	}

}
