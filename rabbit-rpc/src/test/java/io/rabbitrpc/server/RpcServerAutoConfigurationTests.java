package io.rabbitrpc.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import com.rabbitmq.client.Command;
import com.rabbitmq.client.TrafficListener;
import com.rabbitmq.client.impl.AMQCommand;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.rabbit.annotation.RabbitHandler;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionNameStrategy;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.amqp.autoconfigure.ConnectionFactoryCustomizer;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.test.util.ReflectionTestUtils;

import io.rabbitrpc.connection.RpcConnectionAutoConfiguration;
import io.rabbitrpc.connection.RpcConnections;
import io.rabbitrpc.server.container.QueueMeters;
import io.rabbitrpc.server.container.RpcListenerContainer;
import io.rabbitrpc.server.container.ServedQueue;
import io.rabbitrpc.server.container.ServedQueues;
import io.rabbitrpc.server.observation.RpcServerObservationAutoConfiguration;
import io.rabbitrpc.server.queue.QueueDeclarer;
import io.rabbitrpc.server.reply.Replies;
import io.rabbitrpc.server.request.RequestAges;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RpcServerAutoConfiguration}.
 */
class RpcServerAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RabbitAutoConfiguration.class, RpcConnectionAutoConfiguration.class,
				RpcServerAutoConfiguration.class, RpcServerObservationAutoConfiguration.class))
		.withPropertyValues("spring.rabbitmq.addresses=localhost:1",
				"spring.rabbitmq.listener.direct.auto-startup=false",
				"spring.rabbitmq.listener.simple.auto-startup=false");

	@Test
	void onlyAListenerThatNamesTheFactoryIsGuarded() {
		this.runner.withUserConfiguration(Listeners.class).run((context) -> {
			assertThat(container(context, RpcListenerContainer.class, "rpc").getMessageListener())
				.isInstanceOf(GuardedListener.class);
			assertThat(container(context, SimpleMessageListenerContainer.class, "stock").getMessageListener())
				.isNotInstanceOf(GuardedListener.class);
			assertThat(context.getBean(ServedQueues.class).all()).extracting(ServedQueue::name)
				.containsExactlyInAnyOrder("quotes", "stock");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "listener.direct.acknowledge-mode=none", "listener.direct.acknowledge-mode=manual",
			"listener.direct.default-requeue-rejected=true", "listener.direct.retry.enabled=true",
			"listener.direct.missing-queues-fatal=true", "listener.type=direct" })
	void listenerSettingsThatBreakAPromiseOnlyAffectOtherListeners(String setting) {
		this.runner.withUserConfiguration(Listeners.class)
			.withPropertyValues("spring.rabbitmq." + setting)
			.run((context) -> {
				RpcListenerContainer container = container(context, RpcListenerContainer.class, "rpc");
				assertThat(container.getAcknowledgeMode()).isEqualTo(AcknowledgeMode.AUTO);
				assertThat(container).extracting("defaultRequeueRejected", "missingQueuesFatal", "adviceChain")
					.containsExactly(false, false, new Object[0]);
			});
	}

	@ParameterizedTest
	@CsvSource({ "0s, 0", "6s, 3", "20s, 10", "30s, 20", "1m, 50", "10000d, 86400" })
	void requestsMayTakeMostOfTheTimeThatSpringWaitsAtTheEnd(String phase, int seconds) {
		this.runner.withUserConfiguration(Listeners.class)
			.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class))
			.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=" + phase)
			.run((context) -> assertThat(container(context, RpcListenerContainer.class, "rpc"))
				.extracting("shutdownTimeout")
				.isEqualTo(Duration.ofSeconds(seconds).toMillis()));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "cache.connection.mode=connection", "template.retry.enabled=true", "requested-heartbeat=0s" })
	void settingsThatBreakAPromiseAreRefused(String setting) {
		this.runner.withUserConfiguration(Listeners.class)
			.withPropertyValues("spring.rabbitmq." + setting)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.extracting("name")
				.isEqualTo("spring.rabbitmq." + setting.substring(0, setting.indexOf('='))));
	}

	@Test
	void anApplicationWithoutSuchListenersHasItsConnectionsAsTheyWere() {
		this.runner.withPropertyValues("spring.rabbitmq.cache.connection.mode=connection").run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(CachingConnectionFactory.class)).extracting("executorService").isNull();
		});
	}

	@Test
	void anApplicationsOwnTrafficListenerStillHearsEverything() {
		List<Command> heard = new ArrayList<>();
		this.runner.withUserConfiguration(Listeners.class)
			.withBean(ConnectionFactoryCustomizer.class,
					() -> (factory) -> factory.setTrafficListener(new OwnTrafficListener(heard)))
			.run((context) -> {
				TrafficListener installed = context.getBean(CachingConnectionFactory.class)
					.getRabbitConnectionFactory()
					.params(null)
					.getTrafficListener();
				Command command = new AMQCommand();
				installed.read(command);
				installed.write(command);
				assertThat(installed).isNotInstanceOf(OwnTrafficListener.class);
				assertThat(heard).containsExactly(command, command);
			});
	}

	static Stream<Arguments> refusedListeners() {
		return Stream.of(
				Arguments.of(AckModeListener.class,
						"AckModeListener.answer: a listener of the container factory rpc"
								+ " must not set ackMode: it acknowledges when the reply is out"),
				Arguments.of(ExecutorListener.class, "must not set an executor"),
				Arguments.of(ExclusiveListener.class, "must not be exclusive"),
				Arguments.of(BatchListener.class, "must not take batches"),
				Arguments.of(RangeListener.class, "must have a number as its concurrency, not a range"),
				Arguments.of(SendToListener.class, "SendToListener.answer: a listener of the container factory rpc"),
				Arguments.of(SendToListener.class, "must not have @SendTo"),
				Arguments.of(SendToHandlers.class, "SendToHandlers: a listener of the container factory rpc must not"),
				Arguments.of(SendToClass.class,
						"SendToClass: a listener of the container factory rpc must not have @SendTo"),
				Arguments.of(ManualHandlers.class, "ManualHandlers: a listener of the container factory rpc must not"),
				Arguments.of(FutureHandlers.class, "not a future of it"),
				Arguments.of(FutureListener.class, "not a future of it"));
	}

	@ParameterizedTest
	@MethodSource("refusedListeners")
	void attributesThatCannotWorkAreRefusedAtTheStart(Class<?> listener, String sentence) {
		this.runner.withUserConfiguration(listener)
			.withBean("tasks", TaskExecutor.class, SimpleAsyncTaskExecutor::new)
			.run((context) -> assertThat(context).getFailure().hasMessageContaining(sentence));
	}

	@Test
	void switchedOffThereIsNoFactory() {
		this.runner.withPropertyValues("rabbit.rpc.server.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean("rpc"));
	}

	@ParameterizedTest
	@ValueSource(classes = { HealthIndicator.class, MeterRegistry.class, Tracer.class })
	void optionalDependenciesMayBeAbsent(Class<?> absent) {
		this.runner.withUserConfiguration(Listeners.class)
			.withClassLoader(new FilteredClassLoader(absent.getPackageName()))
			.run((context) -> assertThat(context).hasNotFailed().hasBean("rpc"));
	}

	@Test
	void healthIsSwitchedOffAsBootsIs() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(HealthIndicator.class));
		this.runner.withPropertyValues("management.health.rpc-listeners.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().hasBean("rpc").doesNotHaveBean(HealthIndicator.class));
	}

	@Test
	void beansOfTheApplicationReplaceOurs() {
		this.runner.withUserConfiguration(Listeners.class, OwnParts.class)
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean(Tracer.class, () -> Tracer.NOOP)
			.withBean(Propagator.class, () -> Propagator.NOOP)
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.hasSingleBean(RequestAges.class)
					.hasSingleBean(ServedQueues.class)
					.hasSingleBean(BlockedConnections.class)
					.hasSingleBean(Replies.class)
					.hasSingleBean(QueueDeclarer.class)
					.hasSingleBean(QueueMeters.Factory.class)
					.hasSingleBean(ListenerDecorator.class);
				assertThat(context.getBean(ServerInstance.class).name()).isEqualTo("own");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "prefetch=0", "prefetch=1001", "instance=", "instance=a b", "dead-letters.max-length=0",
			"dead-letters.max-age=0s", "dead-letters.queue=", "no-such-setting=1" })
	void wrongValuesStopTheStart(String setting) {
		this.runner.withPropertyValues("rabbit.rpc.server." + setting)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining(setting.replaceAll("^.*\\.|=.*", "")));
	}

	@Test
	void connectionsAreNamedByTheInstanceUnlessTheApplicationNamesThem() {
		this.runner.withUserConfiguration(Listeners.class)
			.run((context) -> assertThat(connectionName(context))
				.isEqualTo(context.getBean(ServerInstance.class).name()));
		this.runner.withUserConfiguration(Listeners.class)
			.withBean(ConnectionNameStrategy.class, () -> (factory) -> "mine")
			.run((context) -> assertThat(connectionName(context)).isEqualTo("mine"));
	}

	private static String connectionName(ApplicationContext context) {
		ConnectionFactory factory = context.getBean(ConnectionFactory.class);
		ConnectionNameStrategy names = (ConnectionNameStrategy) ReflectionTestUtils.getField(factory,
				"connectionNameStrategy");
		return Objects.requireNonNull(names).obtainNewConnectionName(factory);
	}

	@Test
	void eachStartHasAnInstanceNameOfItsOwn() {
		this.runner.withPropertyValues("spring.application.name=my quotes")
			.run((context) -> assertThat(context.getBean(ServerInstance.class).name())
				.matches("my-quotes-[0-9a-f]{8}"));
	}

	private static <T> T container(ApplicationContext context, Class<T> type, String id) {
		RabbitListenerEndpointRegistry registry = context.getBean(RabbitListenerEndpointRegistry.class);
		return type.cast(Objects.requireNonNull(registry.getListenerContainer(id)));
	}

	static class Listeners {

		@RabbitListener(id = "rpc", queues = { "quotes", "stock" }, containerFactory = "rpc")
		int rpc(int n) {
			return n;
		}

		@RabbitListener(id = "stock", queues = "other")
		int stock(int n) {
			return n;
		}

	}

	/**
	 * The parts of the factory.
	 */
	@Configuration(proxyBeanMethods = false)
	static class OwnParts {

		@Bean
		ServerInstance ownInstance() {
			return new ServerInstance("own");
		}

		@Bean
		RequestAges ownAges() {
			return new RequestAges();
		}

		@Bean
		ServedQueues ownQueues(QueueMeters.Factory meters) {
			return new ServedQueues(meters);
		}

		@Bean
		BlockedConnections ownBlocked() {
			return new BlockedConnections();
		}

		@Bean
		Replies ownReplies(RpcConnections connections) {
			return new Replies(connections, (connection) -> false);
		}

		@Bean
		QueueDeclarer ownDeclarer() {
			return new QueueDeclarer(List::of);
		}

		@Bean
		QueueMeters.Factory ownMeters() {
			return (queue) -> new QueueMeters() {
			};
		}

		@Bean
		ListenerDecorator ownDecorator() {
			return (listener) -> listener;
		}

	}

	/**
	 * Keeps the events that it hears.
	 *
	 * @param heard holds them
	 */
	record OwnTrafficListener(List<Command> heard) implements TrafficListener {

		@Override
		public void read(Command inbound) {
			this.heard.add(inbound);
		}

		@Override
		public void write(Command outbound) {
			this.heard.add(outbound);
		}

	}

	static class AckModeListener {

		@RabbitListener(queues = "quotes", containerFactory = "rpc", ackMode = "MANUAL")
		int answer(int n) {
			return n;
		}

	}

	static class ExecutorListener {

		@RabbitListener(queues = "quotes", containerFactory = "rpc", executor = "tasks")
		int answer(int n) {
			return n;
		}

	}

	static class ExclusiveListener {

		@RabbitListener(queues = "quotes", containerFactory = "rpc", exclusive = true)
		int answer(int n) {
			return n;
		}

	}

	static class BatchListener {

		@RabbitListener(queues = "quotes", containerFactory = "rpc", batch = "true")
		int answer(List<Integer> all) {
			return all.size();
		}

	}

	static class RangeListener {

		@RabbitListener(queues = "quotes", containerFactory = "rpc", concurrency = "1-3")
		int answer(int n) {
			return n;
		}

	}

	static class SendToListener {

		@RabbitListener(queues = "quotes", containerFactory = "rpc")
		@SendTo("elsewhere")
		int answer(int n) {
			return n;
		}

	}

	@RabbitListener(queues = "quotes", containerFactory = "rpc")
	static class SendToHandlers {

		@RabbitHandler(isDefault = true)
		int answer(int n) {
			return n;
		}

		@RabbitHandler
		@SendTo("elsewhere")
		String answer(String text) {
			return text;
		}

	}

	@RabbitListener(queues = "quotes", containerFactory = "rpc")
	@SendTo("elsewhere")
	static class SendToClass {

		@RabbitHandler
		int answer(int n) {
			return n;
		}

	}

	@RabbitListener(queues = "quotes", containerFactory = "rpc", ackMode = "MANUAL")
	static class ManualHandlers {

		@RabbitHandler
		int answer(int n) {
			return n;
		}

	}

	@RabbitListener(queues = "quotes", containerFactory = "rpc")
	static class FutureHandlers {

		@RabbitHandler
		int answer(int n) {
			return n;
		}

		@RabbitHandler
		CompletableFuture<String> later(String text) {
			return CompletableFuture.completedFuture(text);
		}

	}

	static class FutureListener {

		@RabbitListener(queues = "quotes", containerFactory = "rpc")
		CompletableFuture<Integer> rpc(int n) {
			return CompletableFuture.completedFuture(n);
		}

	}

}
