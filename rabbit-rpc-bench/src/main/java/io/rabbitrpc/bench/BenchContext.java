package io.rabbitrpc.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.NoOpMetricsCollector;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

import io.rabbitrpc.bench.call.CallTarget;
import io.rabbitrpc.bench.call.HandWrittenTarget;
import io.rabbitrpc.bench.call.Publishing;
import io.rabbitrpc.bench.call.RequestFormat;
import io.rabbitrpc.bench.call.RpcTarget;
import io.rabbitrpc.bench.options.BenchTarget;
import io.rabbitrpc.bench.result.MeasuredClient;
import io.rabbitrpc.client.ReplyMode;
import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.RpcTemplate;

/**
 * The client with the settings of one reply mode.
 */
final class BenchContext implements AutoCloseable {

	private static final int NO_LIMIT = 100_000;

	private final ReplyMode replyMode;

	private final RequestFormat format;

	private final ConfigurableApplicationContext context;

	private BenchContext(ReplyMode replyMode, RequestFormat format, ConfigurableApplicationContext context) {
		this.replyMode = replyMode;
		this.format = format;
		this.context = context;
	}

	/**
	 * Starts a client.
	 * @param replyMode where replies arrive
	 * @param asked the requests, and where they go
	 * @return the client, connected or still connecting
	 * @throws InvalidSettingException if a setting is wrong
	 */
	static BenchContext start(ReplyMode replyMode, BenchTarget asked) {
		Map<String, Object> fixed = new HashMap<>();
		fixed.put("rabbit.rpc.client.reply-mode", replyMode.toString());
		fixed.put("rabbit.rpc.client.max-in-flight", NO_LIMIT);
		if (asked.deadline() != null) {
			fixed.put("rabbit.rpc.client.deadline", asked.deadline().toMillis() + "ms");
		}
		return new BenchContext(replyMode, asked.format(), context(fixed, asked));
	}

	private static ConfigurableApplicationContext context(Map<String, Object> fixed, BenchTarget asked) {
		// A shutdown hook would close the context while the results are still being
		// written
		SpringApplicationBuilder application = new SpringApplicationBuilder(BenchApplication.class)
			.web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.initializers((starting) -> {
				starting.getEnvironment().getPropertySources().addFirst(new MapPropertySource("bench", fixed));
				starting.getBeanFactory().registerSingleton("requestFormat", asked.format());
			});
		try {
			return application.run(asked.settings().toArray(String[]::new));
		}
		catch (RuntimeException ex) {
			throw new InvalidSettingException(ex);
		}
	}

	ReplyMode replyMode() {
		return this.replyMode;
	}

	RpcTarget client() {
		return new RpcTarget(this.format, template(), this.context.getBean(RpcClient.class));
	}

	private RpcTemplate template() {
		return this.context.getBean(RpcTemplate.class);
	}

	String broker() {
		Connection connection = this.context.getBean(CachingConnectionFactory.class).createConnection().getDelegate();
		if (connection == null) {
			return "unknown";
		}
		Map<String, Object> properties = connection.getServerProperties();
		return "%s %s".formatted(properties.get("product"), properties.get("version"));
	}

	Duration deadline() {
		return template().deadline(this.format.routingKey());
	}

	/**
	 * Prepares a client to be measured.
	 * @param client which one
	 * @return the client, which the caller closes
	 * @throws IOException if the broker refuses
	 */
	CallTarget target(MeasuredClient client) throws IOException {
		return switch (client) {
			case RABBIT_RPC -> client();
			case HAND_WRITTEN -> handWritten(Publishing.PLAIN);
			case HAND_WRITTEN_PROTECTED -> handWritten(Publishing.PROTECTED);
		};
	}

	private CallTarget handWritten(Publishing publishing) throws IOException {
		return new HandWrittenTarget(connectionFactory(), addresses(), this.replyMode, this.format, deadline(),
				publishing);
	}

	// All of spring.rabbitmq.*, but without Boot's meters: a hand-written client has none
	private ConnectionFactory connectionFactory() {
		ConnectionFactory factory = this.context.getBean(CachingConnectionFactory.class)
			.getRabbitConnectionFactory()
			.clone();
		factory.setMetricsCollector(new NoOpMetricsCollector());
		return factory;
	}

	private List<Address> addresses() {
		return this.context.getBean(RabbitConnectionDetails.class)
			.getAddresses()
			.stream()
			.map((address) -> new Address(address.host(), address.port()))
			.toList();
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * The client does not start. {@link StartFailureReporter} has said why.
	 */
	static final class InvalidSettingException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private InvalidSettingException(RuntimeException cause) {
			super(cause);
		}

	}

}
