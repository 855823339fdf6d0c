package io.rabbitrpc.connection;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import com.rabbitmq.client.ConnectionFactory;
import io.fibrpc.testbroker.KeyTool;
import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.TlsListener;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails.Address;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.broker.BrokerFailure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of a program that knows several addresses, one of which refuses the connection
 * while the others do not answer.
 */
@Tag("broker")
class RefusedAddressTests {

	private static final String PASSWORD = "secret";

	private static final int NOBODY = 1;

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final TcpProxy broker = TcpProxy.to(TestBroker.shared());

	private final ConnectionFactory rabbit = new ConnectionFactory();

	private final CachingConnectionFactory factory = new CachingConnectionFactory(this.rabbit);

	@AfterEach
	void close() {
		this.factory.destroy();
		this.broker.close();
		this.virtualHost.close();
	}

	private RpcConnections connections(int... ports) {
		this.rabbit.setAutomaticRecoveryEnabled(false);
		this.rabbit.setConnectionTimeout(1000);
		this.factory.setVirtualHost(this.virtualHost.name());
		this.factory.setHost("127.0.0.1");
		this.factory.setPort(ports[0]);
		List<Address> addresses = Arrays.stream(ports).mapToObj((port) -> new Address("127.0.0.1", port)).toList();
		return new RpcConnections(this.factory, new ConnectionWriters(), () -> addresses, new RabbitProperties());
	}

	private BrokerFailure failure(RpcConnections connections) {
		return connections
			.failure(catchThrowableOfType(RuntimeException.class, () -> connections.factory().createConnection()));
	}

	private static String at(int port) {
		return "127.0.0.1:" + port;
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aRefusedLoginIsToldWithItsAddress(boolean first) {
		this.rabbit.setPassword("wrong");
		int port = this.broker.port();
		BrokerFailure failure = failure(first ? connections(port, NOBODY) : connections(NOBODY, port));
		assertThat(failure)
			.isEqualTo(new BrokerFailure(RpcStatus.PERMISSION_DENIED, "login refused for user guest at " + at(port)));
	}

	@Test
	void aRefusedLoginIsToldEvenIfTheLastAddressSaysNothing() {
		this.rabbit.setPassword("wrong");
		try (TcpProxy silent = TcpProxy.to(TestBroker.shared())) {
			silent.blackHole();
			assertThat(failure(connections(this.broker.port(), silent.port())).message())
				.isEqualTo("login refused for user guest at " + at(this.broker.port()));
		}
	}

	@Test
	void aRefusedLoginIsToldIfAHostNameHasSeveralNumbers() {
		this.rabbit.setPassword("wrong");
		RpcConnections connections = connections(this.broker.port());
		connections.factory();
		// As amqp-client resolves a name. The proxy listens on one of them
		this.factory.setAddressResolver(() -> Stream.of("127.0.0.1", "127.0.0.2")
			.map((number) -> new com.rabbitmq.client.Address(number, this.broker.port()))
			.toList());
		assertThat(failure(connections).message())
			.isEqualTo("login refused for user guest at " + at(this.broker.port()));
	}

	@Test
	void aRefusedVirtualHostIsToldWithItsAddress() {
		RpcConnections connections = connections(this.broker.port(), NOBODY);
		this.factory.setVirtualHost("missing");
		BrokerFailure failure = failure(connections);
		assertThat(failure.status()).isEqualTo(RpcStatus.PERMISSION_DENIED);
		assertThat(failure.message()).startsWith(at(this.broker.port()) + " refused virtual host missing: NOT_ALLOWED");
	}

	@Test
	void aLimitIsToldWithItsAddress() {
		TestBroker.shared().rabbitmqctl("set_vhost_limits", "-p", this.virtualHost.name(), "{\"max-connections\": 0}");
		BrokerFailure failure = failure(connections(this.broker.port(), NOBODY));
		assertThat(failure.status()).isEqualTo(RpcStatus.RESOURCE_EXHAUSTED);
		assertThat(failure.message()).startsWith(at(this.broker.port()) + " refused: NOT_ALLOWED");
	}

	@Test
	void aRefusalOfTlsIsToldWithItsAddress(@TempDir Path directory) throws Exception {
		this.rabbit.useSslProtocol(KeyTool.trust(makeKey(directory), PASSWORD));
		BrokerFailure failure = failure(connections(this.broker.port(), NOBODY));
		assertThat(failure.status()).isEqualTo(RpcStatus.PERMISSION_DENIED);
		assertThat(failure.message()).startsWith("TLS refused at %s: ".formatted(at(this.broker.port())));
	}

	@Test
	void aLoginThatIsRefusedOverTlsIsToldWithItsAddress(@TempDir Path directory) throws Exception {
		Path keys = makeKey(directory);
		this.rabbit.useSslProtocol(KeyTool.trust(keys, PASSWORD));
		this.rabbit.setPassword("wrong");
		try (TlsListener listener = new TlsListener(keys, "localhost", PASSWORD.toCharArray(), TestBroker.shared())) {
			assertThat(failure(connections(listener.port(), NOBODY)).message())
				.isEqualTo("login refused for user guest at " + at(listener.port()));
		}
	}

	private static Path makeKey(Path directory) {
		Path keys = directory.resolve("keys.p12");
		KeyTool.makeKey(keys, PASSWORD, "localhost", "-ext", "san=ip:127.0.0.1");
		return keys;
	}

	@Test
	void aRefusalIsToldOnlyUntilThatAddressDoesNotAnswer() {
		this.rabbit.setPassword("wrong");
		RpcConnections connections = connections(this.broker.port(), NOBODY);
		assertThat(failure(connections).status()).isEqualTo(RpcStatus.PERMISSION_DENIED);
		this.broker.refuse();
		assertThat(failure(connections).message()).startsWith("none of ");
	}

	@Test
	void aRefusalIsToldOnlyUntilAConnectionIsOpen() {
		try (TcpProxy other = TcpProxy.to(TestBroker.shared())) {
			this.rabbit.setPassword("wrong");
			RpcConnections connections = connections(other.port(), this.broker.port());
			this.broker.refuse();
			assertThat(failure(connections).status()).isEqualTo(RpcStatus.PERMISSION_DENIED);
			this.rabbit.setPassword("guest");
			this.broker.restore();
			other.refuse();
			assertThat(connections.factory().createConnection().isOpen()).isTrue();
			this.broker.refuse();
			this.factory.resetConnection();
			assertThat(failure(connections).message()).startsWith("none of ");
		}
	}

}
