package io.rabbitrpc.connection;

import java.util.List;
import java.util.Objects;

import com.rabbitmq.client.Address;
import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;

import io.rabbitrpc.broker.BrokerAddress;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LostAddressLast}.
 */
@Tag("broker")
class LostAddressLastTests {

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final TcpProxy one = TcpProxy.to(TestBroker.shared());

	private final TcpProxy two = TcpProxy.to(TestBroker.shared());

	private final CachingConnectionFactory factory = new CachingConnectionFactory();

	@BeforeEach
	void setAddresses() {
		this.factory.setVirtualHost(this.virtualHost.name());
		LostAddressLast.install(this.factory,
				List.of(new Address("127.0.0.1", 1), address(this.one), address(this.two)));
	}

	@AfterEach
	void close() {
		this.factory.destroy();
		this.one.close();
		this.two.close();
		this.virtualHost.close();
	}

	@Test
	void theAddressThatWasLostIsTriedLast() {
		for (TcpProxy next : List.of(this.one, this.two, this.one, this.two, this.one)) {
			assertThat(answering()).isEqualTo(address(next).toString());
			this.factory.resetConnection();
		}
	}

	@Test
	void eachOfTwoConnectionsHasItsOwnOrder() {
		ConnectionFactory publishers = Objects.requireNonNull(this.factory.getPublisherConnectionFactory());
		assertThat(answering()).isEqualTo(address(this.one).toString());
		assertThat(answering(publishers)).isEqualTo(address(this.one).toString());
		this.factory.resetConnection();
		// The second connection must not try the lost address only because the first one
		// has left it
		assertThat(answering()).isEqualTo(address(this.two).toString());
		assertThat(answering(publishers)).isEqualTo(address(this.two).toString());
	}

	private String answering() {
		return answering(this.factory);
	}

	private static String answering(ConnectionFactory factory) {
		return BrokerAddress.of(Objects.requireNonNull(factory.createConnection().getDelegate()));
	}

	private static Address address(TcpProxy proxy) {
		return new Address("127.0.0.1", proxy.port());
	}

}
