package io.rabbitrpc.connection;

import java.lang.management.ManagementFactory;

import javax.net.ssl.SSLContext;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.sun.management.UnixOperatingSystemMXBean;
import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of connections without TLS.
 */
class PlainConnectionWritersTests extends ConnectionWritersContractTests {

	private static final int CONNECTIONS = 200;

	@Override
	TcpProxy startProxy() {
		return TcpProxy.to(TestBroker.shared());
	}

	@Override
	void configure(ConnectionFactory factory) {
	}

	@Test
	void manyConnectionsLeaveNoThreadAndNoFileBehind() throws Exception {
		ConnectionWriters writers = new ConnectionWriters();
		ConnectionFactory factory = new ConnectionFactory();
		factory.setPort(TestBroker.shared().port());
		writers.install(factory);
		long before = openFiles();
		for (int i = 0; i < CONNECTIONS; i++) {
			try (Connection connection = factory.newConnection()) {
				assertThat(writers.of(connection).hasRoom()).isTrue();
			}
		}
		assertThat(openFiles()).isLessThan(before + 50);
	}

	private static long openFiles() {
		return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
	}

	@Test
	void aFactoryWhoseSocketsCannotBeTakenOverIsRefused() throws Exception {
		ConnectionFactory factory = new ConnectionFactory();
		ConnectionWriters writers = new ConnectionWriters();
		writers.install(factory);
		assertThatIllegalStateException().isThrownBy(() -> writers.install(factory));
		ConnectionFactory withContexts = new ConnectionFactory();
		SSLContext context = SSLContext.getDefault();
		withContexts.setSslContextFactory((name) -> context);
		assertThatIllegalStateException().isThrownBy(() -> writers.install(withContexts))
			.withMessageContaining("useSslProtocol");
	}

}
