package io.rabbitrpc.connection;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import javax.net.SocketFactory;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.connection.AbstractConnectionFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionNameStrategy;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.test.util.ReflectionTestUtils;

import io.rabbitrpc.client.RpcClientAutoConfiguration;
import io.rabbitrpc.connection.inbound.InboundFilter;
import io.rabbitrpc.server.RpcServerAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RpcConnectionAutoConfiguration}.
 */
class RpcConnectionAutoConfigurationTests {

	private static final String ALLOW_GUEST = "rabbit.rpc.allow-guest=true";

	private final ApplicationContextRunner stock = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RabbitAutoConfiguration.class))
		.withPropertyValues("spring.rabbitmq.addresses=localhost:1,localhost:2",
				"spring.rabbitmq.listener.simple.auto-startup=false",
				"spring.rabbitmq.listener.direct.auto-startup=false");

	private final ApplicationContextRunner ours = this.stock.withConfiguration(AutoConfigurations
		.of(RpcConnectionAutoConfiguration.class, RpcClientAutoConfiguration.class, RpcServerAutoConfiguration.class));

	@Test
	void withBothSidesOffTheConnectionsAreThoseThatBootMakes() {
		assertStock(this.ours.withUserConfiguration(StockListener.class)
			.withPropertyValues("rabbit.rpc.client.enabled=false", "rabbit.rpc.server.enabled=false"));
	}

	@Test
	void withoutCallsAndListenersTheConnectionsAreThoseThatBootMakes() {
		assertStock(this.ours.withUserConfiguration(StockListener.class)
			.withPropertyValues("rabbit.rpc.client.enabled=false"));
	}

	private void assertStock(ApplicationContextRunner runner) {
		this.stock.withUserConfiguration(StockListener.class).run((boot) -> runner.run((context) -> {
			assertThat(traits(context.getBean(CachingConnectionFactory.class)))
				.isEqualTo(traits(boot.getBean(CachingConnectionFactory.class)));
			assertThat(context).doesNotHaveBean(ConnectionNameStrategy.class);
		}));
	}

	// Everything that this library may set
	private static List<@Nullable Object> traits(CachingConnectionFactory factory) {
		com.rabbitmq.client.ConnectionFactory rabbit = factory.getRabbitConnectionFactory();
		return Arrays.asList(rabbit.getSocketFactory(), rabbit.getHandshakeTimeout(),
				rabbit.params(null).getTrafficListener(), factory.getCloseTimeout(), field(factory, "addressResolver"),
				field(factory, "executorService"), listeners(factory).size());
	}

	private static @Nullable Object field(Object target, String name) {
		return ReflectionTestUtils.getField(target, name);
	}

	private static List<?> listeners(AbstractConnectionFactory factory) {
		Object composite = Objects.requireNonNull(field(factory, "connectionListener"));
		return (List<?>) Objects.requireNonNull(field(composite, "delegates"));
	}

	@Test
	void whoCallsAndAnswersHasItsConnectionsMadeReadyOnce() {
		this.ours.withUserConfiguration(RpcListener.class).run((context) -> {
			CachingConnectionFactory factory = context.getBean(CachingConnectionFactory.class);
			assertThat(factory.getRabbitConnectionFactory().getSocketFactory()).isInstanceOf(WriterSocketFactory.class);
			assertThat(factory.getCloseTimeout()).isEqualTo(1000);
			assertListensOnce(factory);
			assertListensOnce(
					(AbstractConnectionFactory) Objects.requireNonNull(factory.getPublisherConnectionFactory()));
		});
	}

	private static void assertListensOnce(AbstractConnectionFactory factory) {
		assertThat(listeners(factory)).filteredOn(LostAddressLast.class::isInstance).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "client", "server" })
	void guestAtAnotherHostIsRefusedOnEachSide(String side) {
		ApplicationContextRunner oneSide = this.ours.withPropertyValues("rabbit.rpc.client.enabled=false",
				"rabbit.rpc.server.enabled=false", "spring.rabbitmq.addresses=localhost:1,192.0.2.1:2",
				"rabbit.rpc.%s.enabled=true".formatted(side));
		ApplicationContextRunner runner = side.equals("server") ? oneSide.withUserConfiguration(RpcListener.class)
				: oneSide;
		runner.run((context) -> assertThat(
				NestedExceptionUtils.getMostSpecificCause(Objects.requireNonNull(context.getStartupFailure())))
			.hasMessageContaining("must be a user of your own at 192.0.2.1:")
			.hasMessageContaining("rabbit.rpc.allow-guest=true"));
		runner.withPropertyValues("rabbit.rpc.allow-guest=true").run((context) -> assertThat(context).hasNotFailed());
		runner.withPropertyValues("spring.rabbitmq.password=changed")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void anApplicationsOwnConnectionFactoryIsMadeReadyAndLeadsWhereItLed() {
		CachingConnectionFactory own = new CachingConnectionFactory("elsewhere", 1);
		this.ours.withBean(ConnectionFactory.class, () -> own).withPropertyValues(ALLOW_GUEST).run((context) -> {
			assertThat(own.getRabbitConnectionFactory().getSocketFactory()).isInstanceOf(WriterSocketFactory.class);
			assertThat(field(own, "addressResolver")).isNull();
		});
	}

	@Test
	void theBoundOfBodiesIsThatOfTheApplicationsOwnConnectionFactory() {
		CachingConnectionFactory own = new CachingConnectionFactory("elsewhere", 1);
		own.getRabbitConnectionFactory().setMaxInboundMessageBodySize(1000);
		this.ours.withBean(ConnectionFactory.class, () -> own)
			.withPropertyValues(ALLOW_GUEST)
			.run((context) -> assertThat(field(context.getBean(InboundFilter.class), "maxBodyBytes")).isEqualTo(1000L));
	}

	@Test
	void anApplicationsOwnSocketFactoryIsRefusedWithAWayOut() {
		CachingConnectionFactory own = new CachingConnectionFactory("elsewhere", 1);
		own.getRabbitConnectionFactory().setSocketFactory(SocketFactory.getDefault());
		this.ours.withBean(ConnectionFactory.class, () -> own)
			.withPropertyValues(ALLOW_GUEST)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("already has a SocketFactory")
				.hasMessageContaining("rabbit.rpc.client.enabled=false"));
	}

	@Test
	void severalConnectionFactoriesOfWhichNoneIsPreferredStayAsTheyAre() {
		this.ours.withBean("one", ConnectionFactory.class, () -> new CachingConnectionFactory("localhost", 1))
			.withBean("two", ConnectionFactory.class, () -> new CachingConnectionFactory("localhost", 2))
			// Otherwise even an application with only Boot would not start
			.withBean("rabbitListenerContainerFactory", SimpleRabbitListenerContainerFactory.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RpcConnections.class)
				.doesNotHaveBean("rpc"));
	}

	@Test
	void beansHaveNamesThatAnApplicationDoesNotUse() {
		this.ours.run((context) -> {
			BeanDefinitionRegistry registry = (BeanDefinitionRegistry) context.getBeanFactory();
			assertThat(context.getBeanDefinitionNames())
				.filteredOn((name) -> String.valueOf(registry.getBeanDefinition(name).getFactoryBeanName())
					.startsWith("io.rabbitrpc"))
				.contains("rpcClient", "rpcConnections", "rpcRequestAges")
				// This bean replaces Boot's
				.filteredOn((name) -> !name.equals("rabbitTemplate"))
				.allMatch((name) -> name.startsWith("rpc"));
		});
	}

	@Test
	void anApplicationsOwnWritersTakeTheirPlace() {
		ConnectionWriters own = new ConnectionWriters();
		this.ours.withBean(ConnectionWriters.class, () -> own)
			.run((context) -> assertThat(context.getBean(ConnectionWriters.class)).isSameAs(own));
	}

	@Test
	void nothingIsThereWithoutBootsConnections() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(RpcConnectionAutoConfiguration.class))
			.run((context) -> assertThat(context).doesNotHaveBean(ConnectionWriters.class));
	}

	static class StockListener {

		@RabbitListener(queues = "stock")
		void listen(String message) {
		}

	}

	static class RpcListener {

		@RabbitListener(queues = "rpc", containerFactory = "rpc")
		int listen(int n) {
			return n;
		}

	}

}
