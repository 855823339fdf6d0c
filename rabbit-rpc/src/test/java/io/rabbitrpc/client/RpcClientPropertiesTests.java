package io.rabbitrpc.client;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RpcClientProperties}.
 */
class RpcClientPropertiesTests {

	private static final Duration OTHERWISE = Duration.ofSeconds(9);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(PropertiesConfiguration.class);

	@ParameterizedTest
	@ValueSource(strings = { "deadline=0s", "deadline=-1s", "deadline=25h", "deadline=999us", "deadline=soon",
			"reply-mode=shared", "no-server=panic", "max-in-flight=0", "max-in-flight=100001", "no-such-setting=1",
			"retry.max-attempts=0", "retry.max-attempts=11", "retry.backoff=0s", "retry.max-tokens=-1",
			"retry.max-tokens=1", "retry.max-tokens=2", "retry.max-tokens=1001", "retry.token-ratio=0",
			"retry.token-ratio=1.1", "retry.token-ratio=NaN", "queues.quotes.deadline=0s", "queues.quotes.timeout=1s",
			"queues.quotes.idempotent=maybe", "queues.quotes.shards=0", "queues.quotes.shards=101" })
	void wrongValuesStopTheStart(String setting) {
		this.runner.withPropertyValues("rabbit.rpc.client." + setting)
			.run((context) -> assertThat(context).hasFailed());
	}

	@ParameterizedTest
	@ValueSource(strings = { "deadline=1ms", "deadline=2s", "deadline=24h", "reply-mode=callback-queue",
			"reply-mode=direct", "no-server=wait", "max-in-flight=1", "retry.max-attempts=10", "retry.max-tokens=0",
			"retry.max-tokens=3", "retry.token-ratio=0.001", "queues.quotes.deadline=300ms",
			"queues.[a/b.c].idempotent=true", "queues.quotes.shards=100" })
	void rightValuesDoNot(String setting) {
		this.runner.withPropertyValues("rabbit.rpc.client." + setting)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void queueHasItsOwnDeadlineOrThatOfAllCalls() {
		RpcClientProperties properties = TestProperties
			.of(Map.of("deadline", "2s", "queues.quotes.deadline", "300ms", "queues.rpc_queue.deadline", "400ms"));
		assertThat(properties.deadline("quotes", OTHERWISE)).isEqualTo(Duration.ofMillis(300));
		assertThat(properties.deadline("rpc_queue", OTHERWISE)).isEqualTo(Duration.ofMillis(400));
		assertThat(properties.deadline("stock", OTHERWISE)).isEqualTo(Duration.ofSeconds(2));
		assertThat(properties.deadline(null, OTHERWISE)).isEqualTo(Duration.ofSeconds(2));
	}

	@Test
	void withoutSettingsAnotherDeadlineCounts() {
		assertThat(TestProperties.of(Map.of("queues.quotes.idempotent", "true")).deadline("quotes", OTHERWISE))
			.isEqualTo(OTHERWISE);
	}

	@Test
	void queueMayBeSetByAnyWordWithItsName() {
		this.runner.withPropertyValues("queue=a.b c", "rabbit.rpc.client.queues.pair.name=${queue}",
				"rabbit.rpc.client.queues.pair.idempotent=true", "rabbit.rpc.client.queues.rpc_queue.idempotent=true")
			.run((context) -> {
				RpcClientProperties properties = context.getBean(RpcClientProperties.class);
				assertThat(properties.queues()).containsOnlyKeys("a.b c", "rpc_queue");
				assertThat(properties.isIdempotent("a.b c")).isTrue();
				assertThat(properties.isIdempotent("pair")).isFalse();
				assertThat(properties.isIdempotent(null)).isFalse();
			});
	}

	@Test
	void twoKeysForOneQueueStopTheStart() {
		this.runner
			.withPropertyValues("rabbit.rpc.client.queues.rpc_queue.shards=2",
					"rabbit.rpc.client.queues.fib.name=rpc_queue", "rabbit.rpc.client.queues.fib.idempotent=true")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (ex) -> {
					assertThat(ex.getName()).isEqualTo("rabbit.rpc.client.queues");
					assertThat(ex.getValue()).isEqualTo("rpc_queue and fib");
					assertThat(ex.getReason()).isEqualTo("must have one key for each queue: both are for rpc_queue");
				}));
	}

	@Test
	void shardsOfAQueueAreNamedAfterIt() {
		RpcClientProperties properties = TestProperties
			.of(Map.of("queues.pair.name", "a.b", "queues.pair.shards", "3", "queues.quotes.idempotent", "true"));
		assertThat(properties.shards("a.b")).containsExactly("a.b", "a.b.1", "a.b.2");
		assertThat(properties.shards("quotes")).containsExactly("quotes");
		assertThat(properties.shards("stock")).containsExactly("stock");
	}

	@Test
	void wrongNumberOfShardsIsSaidInASentence() {
		this.runner.withPropertyValues("rabbit.rpc.client.queues.quotes.shards=101")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class, (ex) -> {
					assertThat(ex.getName()).isEqualTo("rabbit.rpc.client.queues.quotes.shards");
					assertThat(ex.getReason()).isEqualTo("must be from 1 to 100");
				}));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(RpcClientProperties.class)
	static class PropertiesConfiguration {

	}

}
