package io.rabbitrpc.client;

import java.util.UUID;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.TestApplications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of a caller that may call only one service. Each service has an exchange.
 */
@Tag("broker")
class CallerPermissionsTests {

	@Test
	void whoMayWriteToOneExchangeCallsThatServiceAndNoOther() throws Exception {
		String user = "user-" + UUID.randomUUID();
		TestBroker broker = TestBroker.shared();
		try (VirtualHost host = broker.createVirtualHost();
				ConfigurableApplicationContext server = TestApplications.run(Server.class, host,
						"rabbit.rpc.client.enabled=false")) {
			assertThat(server.isActive()).isTrue();
			Channel channel = host.connect().createChannel();
			for (String service : new String[] { "quotes", "stock" }) {
				channel.exchangeDeclare(service, BuiltinExchangeType.DIRECT);
				channel.queueBind(service, service, service);
			}
			broker.rabbitmqctl("add_user", user, "secret");
			broker.rabbitmqctl("set_permissions", "-p", host.name(), user, "^$", "^quotes$", "^$");
			try (ConfigurableApplicationContext client = TestApplications.run(Client.class, host,
					"rabbit.rpc.server.enabled=false",
					"spring.rabbitmq.addresses=%s:%d".formatted(broker.host(), broker.port()),
					"spring.rabbitmq.username=" + user, "spring.rabbitmq.password=secret")) {
				RabbitTemplate template = client.getBean(RabbitTemplate.class);
				assertThat(template.convertSendAndReceive("quotes", "quotes", "hello")).isEqualTo("hello");
				assertDenied(template, "stock", "stock");
				assertDenied(template, "", "stock");
				assertDenied(template, "", "quotes");
			}
			finally {
				broker.rabbitmqctl("delete_user", user);
			}
		}
	}

	private static void assertDenied(RabbitTemplate template, String exchange, String routingKey) {
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> template.convertSendAndReceive(exchange, routingKey, "hello"))
			.extracting(RpcException::status)
			.isEqualTo(RpcStatus.PERMISSION_DENIED);
	}

	@EnableAutoConfiguration
	static class Client {

	}

	@EnableAutoConfiguration
	static class Server {

		@RabbitListener(queues = { "quotes", "stock" }, containerFactory = "rpc")
		String echo(String text) {
			return text;
		}

		@Bean
		Queue quotes() {
			return new Queue("quotes");
		}

		@Bean
		Queue stock() {
			return new Queue("stock");
		}

	}

}
