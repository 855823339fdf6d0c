package io.rabbitrpc;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.ClassUtils;

import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.RpcClientAutoConfiguration;
import io.rabbitrpc.client.observation.RpcClientObservationAutoConfiguration;
import io.rabbitrpc.client.proxy.RpcServiceAutoConfiguration;
import io.rabbitrpc.client.proxy.RpcServiceProxyFactory;
import io.rabbitrpc.connection.RpcConnectionAutoConfiguration;
import io.rabbitrpc.server.RpcServerAutoConfiguration;
import io.rabbitrpc.server.observation.RpcServerObservationAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that calls and listeners work when optional dependencies are missing.
 */
class OptionalDependenciesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RabbitAutoConfiguration.class, RpcConnectionAutoConfiguration.class,
				RpcClientAutoConfiguration.class, RpcServiceAutoConfiguration.class,
				RpcClientObservationAutoConfiguration.class, RpcServerAutoConfiguration.class,
				RpcServerObservationAutoConfiguration.class))
		.withUserConfiguration(QuoteListener.class)
		.withPropertyValues("spring.rabbitmq.addresses=localhost:1",
				"spring.rabbitmq.listener.direct.auto-startup=false");

	@ParameterizedTest
	@ValueSource(strings = { "io.micrometer.core", "io.micrometer.tracing", "io.micrometer",
			"org.springframework.boot.health", "io.micrometer,org.springframework.boot.health",
			"reactor,org.reactivestreams" })
	void bothSidesWorkWithoutThem(String absent) {
		this.runner.withClassLoader(new FilteredClassLoader(absent.split(","))).run((context) -> {
			assertThat(context).hasNotFailed().hasBean("rpc");
			assertThatExceptionOfType(RpcException.class)
				.isThrownBy(() -> context.getBean(RpcClient.class).queue("quotes").call("question", String.class))
				.extracting(RpcException::status)
				.isEqualTo(RpcStatus.UNAVAILABLE);
			assertThat(context.getBean(RpcServiceProxyFactory.class).createClient(Quotes.class).quote("question"))
				.failsWithin(Duration.ofSeconds(5));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.web.context.WebApplicationContext",
			"org.springframework.web.client.RestClient", "jakarta.servlet.Servlet" })
	void allTestsOfThisModuleRunWithoutWeb(String type) {
		assertThat(ClassUtils.isPresent(type, getClass().getClassLoader())).isFalse();
	}

	@Test
	void withAllOfThemBothSidesWork() {
		this.runner.run((context) -> assertThat(context).hasNotFailed()
			.hasBean("rpc")
			.hasBean("rpcListenersHealthIndicator")
			.hasBean("rpcServersHealthIndicator"));
	}

	interface Quotes {

		@RpcExchange("quotes")
		CompletableFuture<String> quote(String question);

	}

	static class QuoteListener {

		@RabbitListener(queues = "quotes", containerFactory = "rpc")
		String quote(String question) {
			return question;
		}

	}

}
