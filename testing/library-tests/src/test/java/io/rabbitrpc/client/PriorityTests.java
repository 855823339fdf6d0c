package io.rabbitrpc.client;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ApplicationContext;

import io.rabbitrpc.RpcExchange;
import io.rabbitrpc.client.proxy.RpcServiceProxyFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a request has a priority on the wire only if one is set. On a quorum queue
 * of RabbitMQ 4, a priority of 0 is lower than no priority.
 */
@Tag("broker")
class PriorityTests {

	private static final String QUEUE = AnsweredQueue.NAME;

	@RegisterExtension
	static final AnsweredQueue queue = new AnsweredQueue();

	private @Nullable Integer priority(Consumer<Calls> call, ApplicationContext context) {
		call.accept(new Calls(context.getBean(RpcTemplate.class), context.getBean(RpcClient.class),
				new RpcServiceProxyFactory(context.getBean(RpcClient.class)).createClient(Quotes.class)));
		BasicProperties request = queue.requests().poll();
		assertThat(request).isNotNull();
		return request.getPriority();
	}

	@ParameterizedTest
	@ValueSource(strings = { "direct", "callback-queue" })
	void aPriorityIsSentIfItIsSet(String replyMode) {
		queue.client().withPropertyValues("rabbit.rpc.client.reply-mode=" + replyMode).run((context) -> {
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
	void withoutAPriorityNoneIsSent(String replyMode) {
		queue.client().withPropertyValues("rabbit.rpc.client.reply-mode=" + replyMode).run((context) -> {
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
