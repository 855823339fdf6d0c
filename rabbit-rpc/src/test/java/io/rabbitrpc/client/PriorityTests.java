package io.rabbitrpc.client;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.rabbitrpc.RpcExchange;
import io.rabbitrpc.client.proxy.RpcServiceProxyFactory;
import io.rabbitrpc.connection.RpcConnectionAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the priority of a request is on the wire if it is set, and else nothing is:
 * on a quorum queue of RabbitMQ 4 a priority of 0 is less than none.
 */
@Tag("broker")
@TestInstance(Lifecycle.PER_CLASS)
class PriorityTests {

	private static final String QUEUE = "quotes";

	private final VirtualHost host = TestBroker.shared().createVirtualHost();

	private final BlockingQueue<BasicProperties> requests = new LinkedBlockingQueue<>();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RabbitAutoConfiguration.class, RpcClientAutoConfiguration.class,
				RpcConnectionAutoConfiguration.class))
		.withPropertyValues(this.host.springProperties()
			.entrySet()
			.stream()
			.map((setting) -> setting.getKey() + "=" + setting.getValue())
			.toArray(String[]::new));

	@BeforeAll
	void serve() throws IOException {
		Channel channel = this.host.connect().createChannel();
		channel.queueDeclare(QUEUE, true, false, false, null);
		channel.basicConsume(QUEUE, true, (tag, request) -> answer(channel, request), (tag) -> {
		});
	}

	private void answer(Channel channel, Delivery request) throws IOException {
		BasicProperties properties = request.getProperties();
		this.requests.add(properties);
		channel.basicPublish("", properties.getReplyTo(),
				new BasicProperties.Builder().correlationId(properties.getCorrelationId())
					.contentType("application/json")
					.build(),
				new byte[] { '1' });
	}

	@AfterAll
	void close() {
		this.host.close();
	}

	private @Nullable Integer priority(Consumer<Calls> call, ApplicationContext context) {
		call.accept(new Calls(context.getBean(RpcTemplate.class), context.getBean(RpcClient.class),
				new RpcServiceProxyFactory(context.getBean(RpcClient.class)).createClient(Quotes.class)));
		BasicProperties request = this.requests.poll();
		assertThat(request).isNotNull();
		return request.getPriority();
	}

	@ParameterizedTest
	@ValueSource(strings = { "direct", "callback-queue" })
	void aPriorityIsSentIfItIsSet(String replyMode) {
		this.runner.withPropertyValues("rabbit.rpc.client.reply-mode=" + replyMode).run((context) -> {
			assertThat(priority((calls) -> calls.template.convertSendAndReceive("", QUEUE, "q", (request) -> {
				request.getMessageProperties().setPriority(3);
				return request;
			}), context)).isEqualTo(3);
			assertThat(priority((calls) -> calls.client.queue(QUEUE).priority(31).call("q", Integer.class), context))
				.isEqualTo(31);
			assertThat(
					priority((calls) -> assertThat(calls.client.queue(QUEUE).priority(4).callAsync("q", Integer.class))
						.succeedsWithin(5, TimeUnit.SECONDS), context))
				.isEqualTo(4);
			assertThat(priority((calls) -> calls.quotes.urgent("q"), context)).isEqualTo(7);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "direct", "callback-queue" })
	void noneIsSentElse(String replyMode) {
		this.runner.withPropertyValues("rabbit.rpc.client.reply-mode=" + replyMode).run((context) -> {
			assertThat(priority((calls) -> calls.template.convertSendAndReceive("", QUEUE, "q"), context)).isNull();
			assertThat(priority((calls) -> calls.client.queue(QUEUE).call("q", Integer.class), context)).isNull();
			assertThat(priority((calls) -> calls.quotes.quote("q"), context)).isNull();
		});
	}

	@RpcExchange(QUEUE)
	interface Quotes {

		int quote(String question);

		@RpcExchange(queue = QUEUE, priority = 7)
		int urgent(String question);

	}

	/**
	 * The three ways to make a call.
	 *
	 * @param template Spring's
	 * @param client the library's own
	 * @param quotes an interface
	 */
	private record Calls(RpcTemplate template, RpcClient client, Quotes quotes) {

	}

}
