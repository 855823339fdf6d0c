package io.fibrpc.client;

import java.util.HashMap;
import java.util.Map;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.ReplyMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for the first connection of a client that makes no call.
 */
@Tag("broker")
class FirstConnectionTests {

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	@AfterEach
	void close() {
		this.virtualHost.close();
	}

	@ParameterizedTest
	@EnumSource(ReplyMode.class)
	void clientWithoutADemoRequestEndsIfItsVirtualHostIsRefused(ReplyMode mode) {
		Map<String, String> settings = new HashMap<>(this.virtualHost.springProperties());
		settings.put("spring.rabbitmq.virtual-host", "no-such");
		RpcException ex = catchThrowableOfType(RpcException.class, () -> RunningClient.start(settings, mode).close());
		assertThat(ex).hasMessageContaining("no-such");
		assertThat(ex.status()).isEqualTo(RpcStatus.PERMISSION_DENIED);
	}

	@ParameterizedTest
	@EnumSource(ReplyMode.class)
	void clientWithoutADemoRequestStartsIfTheBrokerIsNotThere(ReplyMode mode) {
		Map<String, String> settings = new HashMap<>(this.virtualHost.springProperties());
		settings.put("spring.rabbitmq.addresses", "amqp://guest:guest@127.0.0.1:1");
		try (RunningClient client = RunningClient.start(settings, mode)) {
			assertThat(client.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
		}
	}

}
