package io.rabbitrpc.client.observation;

import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.RpcClientAutoConfiguration;
import io.rabbitrpc.client.call.CallObserver;
import io.rabbitrpc.connection.RpcConnectionAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RpcClientObservationAutoConfiguration}.
 */
class RpcClientObservationAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RabbitAutoConfiguration.class, RpcClientAutoConfiguration.class,
				RpcConnectionAutoConfiguration.class, RpcClientObservationAutoConfiguration.class))
		.withPropertyValues("spring.rabbitmq.addresses=localhost:1");

	private static void assertUnavailable(RpcClient client) {
		assertThatExceptionOfType(RpcException.class)
			.isThrownBy(() -> client.queue("quotes").call("question", String.class))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.UNAVAILABLE));
	}

	@Test
	void callsAreCountedAndTheirServersHaveAHealth() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			assertUnavailable(context.getBean(RpcClient.class));
			assertThat(context.getBean(MeterRegistry.class)
				.get("rabbit.rpc.client.calls")
				.tags("queue", "quotes", "status", "UNAVAILABLE")
				.timer()
				.count()).isOne();
			assertThat(context.getBean("rpcServersHealthIndicator", HealthIndicator.class).health())
				.satisfies((health) -> {
					assertThat(health.getStatus()).isEqualTo(Status.DOWN);
					assertThat(health.getDetails()).containsKeys("reason", "lastCall", "replyMode");
				});
		});
	}

	@Test
	void callsHaveSpansWhereSomebodyTraces() {
		this.runner.withBean(Tracer.class, () -> Tracer.NOOP)
			.withBean(Propagator.class, () -> Propagator.NOOP)
			.run((context) -> assertThat(context).hasSingleBean(CallSpans.class));
		this.runner.withBean(Tracer.class, () -> Tracer.NOOP)
			.withBean(Propagator.class, () -> Propagator.NOOP)
			.withPropertyValues("management.tracing.export.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(CallSpans.class));
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(CallSpans.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "io.micrometer.core", "io.micrometer.tracing", "org.springframework.boot.health",
			"io.micrometer" })
	void callsAreMadeWithoutThem(String absent) {
		this.runner.withClassLoader(new FilteredClassLoader(absent)).run((context) -> {
			assertThat(context).hasNotFailed();
			assertUnavailable(context.getBean(RpcClient.class));
		});
	}

	@Test
	void applicationsOwnObserverTakesTheirPlace() {
		this.runner.withBean(CallObserver.class, () -> CallObserver.NONE)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(CallRecorder.class));
	}

	@Test
	void healthIsSwitchedOffAsBootsIs() {
		for (String setting : List.of("management.health.rpc-servers.enabled=false",
				"management.health.defaults.enabled=false")) {
			this.runner.withPropertyValues(setting)
				.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(HealthIndicator.class));
		}
		this.runner
			.withPropertyValues("management.health.defaults.enabled=false",
					"management.health.rpc-servers.enabled=true")
			.run((context) -> assertThat(context).hasSingleBean(HealthIndicator.class));
	}

	@Test
	void switchedOffThereAreNoBeans() {
		this.runner.withPropertyValues("rabbit.rpc.client.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(CallObserver.class)
				.doesNotHaveBean(HealthIndicator.class));
	}

}
