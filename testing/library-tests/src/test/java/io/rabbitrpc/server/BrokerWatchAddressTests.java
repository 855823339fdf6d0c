package io.rabbitrpc.server;

import java.util.List;
import java.util.Map;

import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of which address messages name.
 */
@Tag("broker")
@ExtendWith(OutputCaptureExtension.class)
class BrokerWatchAddressTests {

	@Test
	void theAddressThatAnsweredIsTheOneThatIsNamed(CapturedOutput output) {
		try (VirtualHost virtualHost = TestBroker.shared().createVirtualHost();
				TcpProxy first = TcpProxy.to(virtualHost.broker());
				TcpProxy second = TcpProxy.to(virtualHost.broker())) {
			first.refuse();
			String addresses = "127.0.0.1:%d,127.0.0.1:%d".formatted(first.port(), second.port());
			Map<String, String> broker = Map.of("spring.rabbitmq.addresses", addresses, "spring.rabbitmq.virtual-host",
					virtualHost.name());
			RunningListener
				.start(broker, List.of(), "--logging.level.org.springframework.amqp=off",
						"--logging.level.io.rabbitrpc.server=info")
				.close();
			assertThat(output).contains("Connected to RabbitMQ at 127.0.0.1:" + second.port())
				.doesNotContain("at 127.0.0.1:" + first.port());
		}
	}

}
