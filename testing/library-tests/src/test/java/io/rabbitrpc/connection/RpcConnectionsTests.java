package io.rabbitrpc.connection;

import java.util.List;
import java.util.Objects;

import com.rabbitmq.client.Connection;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails.Address;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link RpcConnections}.
 */
@Tag("broker")
class RpcConnectionsTests {

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final CachingConnectionFactory factory = new CachingConnectionFactory(TestBroker.shared().host(),
			TestBroker.shared().port());

	private final RpcConnections connections = new RpcConnections(this.factory, new ConnectionWriters(), List::of,
			new RabbitProperties());

	@AfterEach
	void close() {
		this.factory.destroy();
		this.virtualHost.close();
	}

	@Test
	void aConnectionThatWasOpenBeforeIsReplacedByOneWithAWriter() {
		this.factory.setVirtualHost(this.virtualHost.name());
		Connection before = open();
		assertThat(this.connections.factory()).isSameAs(this.factory);
		assertThat(before.isOpen()).isFalse();
		Connection after = open();
		assertThat(this.connections.writer(after)).isInstanceOf(SocketWriter.class);
		this.connections.factory();
		assertThat(open()).isSameAs(after);
	}

	@Test
	void aFailureNamesAllAddressesThatWereTried() {
		CachingConnectionFactory nowhere = new CachingConnectionFactory("127.0.0.1", 1);
		RpcConnections several = new RpcConnections(nowhere, new ConnectionWriters(),
				() -> List.of(new Address("127.0.0.1", 1), new Address("127.0.0.1", 2)), new RabbitProperties());
		RuntimeException ex = catchThrowableOfType(RuntimeException.class, () -> several.factory().createConnection());
		assertThat(several.failure(ex).message())
			.startsWith("none of 127.0.0.1:1, 127.0.0.1:2 can be reached: Connection refused");
	}

	private Connection open() {
		return Objects.requireNonNull(this.factory.createConnection().getDelegate());
	}

}
