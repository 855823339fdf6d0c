package io.rabbitrpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two applications: one uses only Boot, the other one also the library, with one more
 * listener for it.
 */
final class TwoApplications implements AutoCloseable {

	/** The queue in which a test finds sent messages. */
	static final String PLAIN = "plain";

	/**
	 * A queue for listeners. RabbitMQ moves the messages that they reject to
	 * {@link #PLAIN}.
	 */
	static final String LISTENED = "listened";

	private static final String RANDOM = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|amq\\.ctag-[\\w-]+"
			+ "|amq\\.rabbitmq\\.reply-to\\.[^,)\\]]+";

	private final VirtualHost host = TestBroker.shared().createVirtualHost();

	private final ApplicationContextRunner stock = TestApplications.runner(this.host, RabbitAutoConfiguration.class);

	private final ApplicationContextRunner ours = this.stock.withConfiguration(AutoConfigurations.of(library()))
		.withUserConfiguration(Neighbour.class);

	private static Class<?>[] library() {
		return ImportCandidates.load(AutoConfiguration.class, null)
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("io.rabbitrpc."))
			.map((name) -> ClassUtils.resolveClassName(name, null))
			.toArray(Class<?>[]::new);
	}

	/**
	 * Fails unless both applications do the same.
	 * @param configured further configuration of both
	 * @param use uses one of them
	 */
	void assertSame(UnaryOperator<ApplicationContextRunner> configured, Use use) {
		List<String> expected = seen(configured.apply(this.stock), use);
		assertThat(expected).isNotEmpty();
		assertThat(seen(configured.apply(this.ours), use)).isEqualTo(expected);
	}

	private List<String> seen(ApplicationContextRunner runner, Use use) {
		List<String> seen = new ArrayList<>();
		Connection connection = this.host.connect();
		try (Channel channel = connection.createChannel()) {
			channel.queueDeclare(PLAIN, true, false, false, Map.of("x-max-priority", 9));
			channel.queueDeclare(LISTENED, true, false, false,
					Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", PLAIN));
			runner.run((context) -> {
				assertThat(context).hasNotFailed();
				for (Object each : use.see(context, new Wire(channel))) {
					seen.add(String.valueOf(each).replaceAll(RANDOM, "<random>"));
				}
			});
			channel.queueDelete(PLAIN);
			channel.queueDelete(LISTENED);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			connection.abort(5_000);
		}
		return seen;
	}

	/** Closes what is open, and deletes the queues. */
	@Override
	public void close() {
		this.host.close();
	}

	/**
	 * Uses an application.
	 */
	@FunctionalInterface
	interface Use {

		/**
		 * Uses it.
		 * @param context the application
		 * @param wire the peer on the other side
		 * @return the visible result
		 */
		List<?> see(ApplicationContext context, Wire wire) throws Exception;

		/**
		 * Uses its template.
		 * @param use sends to {@link #PLAIN}
		 * @return reads the sent message
		 */
		static Use sending(Sending use) {
			return (context, wire) -> {
				use.send(context.getBean(RabbitTemplate.class));
				return List.of(wire.take());
			};
		}

	}

	/**
	 * Sends one message.
	 */
	@FunctionalInterface
	interface Sending {

		void send(RabbitTemplate template);

	}

	/**
	 * A peer that sends and takes messages.
	 *
	 * @param channel its channel
	 */
	record Wire(Channel channel) {

		void send(String queue, String body) throws IOException {
			this.channel.basicPublish("", queue,
					new BasicProperties.Builder().contentType("text/plain")
						.replyTo(PLAIN)
						.correlationId("mine")
						.headers(Map.of("tenant", "north"))
						.build(),
					body.getBytes(StandardCharsets.UTF_8));
		}

		String take() {
			AtomicReference<GetResponse> taken = new AtomicReference<>();
			await().until(() -> {
				taken.set(this.channel.basicGet(PLAIN, true));
				return taken.get() != null;
			});
			GetResponse message = Objects.requireNonNull(taken.get());
			BasicProperties properties = message.getProps();
			Map<String, Object> headers = (properties.getHeaders() != null) ? new TreeMap<>(properties.getHeaders())
					: new TreeMap<>();
			// It contains the time
			headers.remove("x-death");
			return message.getEnvelope() + " " + properties.builder().headers(headers).build() + " "
					+ new String(message.getBody(), StandardCharsets.UTF_8);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Neighbour {

		@RabbitListener(queues = "neighbour", containerFactory = "rpc")
		String answer(String text) {
			return text;
		}

		@Bean
		Queue neighbourQueue() {
			return new Queue("neighbour");
		}

	}

}
