package io.rabbitrpc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

import io.rabbitrpc.client.RpcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of calls to a queue with three shards.
 */
@Tag("broker")
@TestInstance(Lifecycle.PER_CLASS)
abstract class ShardsContractTests {

	private static final List<String> QUEUES = List.of("quotes", "quotes.1", "quotes.2");

	private final VirtualHost host = TestBroker.shared().createVirtualHost();

	private final String replyMode;

	private ConfigurableApplicationContext client;

	private RpcClient rpc;

	private AmqpAdmin admin;

	ShardsContractTests(String replyMode) {
		this.replyMode = replyMode;
	}

	// Declared here, so that a shard without a server is a queue that exists. The client
	// is new, because it remembers for a second which shards had no server
	@BeforeEach
	void start() {
		this.client = client();
		this.rpc = this.client.getBean(RpcClient.class);
		this.admin = this.client.getBean(AmqpAdmin.class);
		QUEUES.forEach((queue) -> this.admin.declareQueue(new Queue(queue)));
	}

	private ConfigurableApplicationContext client(String... settings) {
		List<String> all = new ArrayList<>(
				List.of("rabbit.rpc.server.enabled=false", "rabbit.rpc.client.reply-mode=" + this.replyMode,
						"rabbit.rpc.client.queues.quotes.shards=3", "rabbit.rpc.client.queues.quotes.deadline=4s"));
		all.addAll(List.of(settings));
		return TestApplications.run(Client.class, this.host, all.toArray(String[]::new));
	}

	@AfterEach
	void stop() {
		QUEUES.forEach(this.admin::deleteQueue);
		this.client.close();
	}

	@AfterAll
	void close() {
		this.host.close();
	}

	private ConfigurableApplicationContext server(String... queues) {
		return TestApplications.run(Server.class, this.host, "rabbit.rpc.client.enabled=false",
				"queues=" + String.join(",", queues));
	}

	// The values are the names of the queues
	private static List<CompletableFuture<String>> calls(RpcClient rpc, int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> rpc.queue("quotes").idempotent().callAsync("which?", String.class))
			.toList();
	}

	// Of the calls that have one
	private static Set<String> values(List<CompletableFuture<String>> calls) {
		return calls.stream()
			.flatMap((call) -> call.<Stream<String>>handle((value, failure) -> Stream.ofNullable(value)).join())
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static List<RpcException> failures(List<CompletableFuture<String>> calls) {
		return calls.stream()
			.flatMap((call) -> call
				.<Stream<RpcException>>handle((value, failure) -> Stream.ofNullable((RpcException) failure))
				.join())
			.toList();
	}

	// At random, one of 300 goes to each shard, but for one in 10^50 runs
	private void assertAllAnswered(String... shards) {
		List<CompletableFuture<String>> calls = calls(this.rpc, 300);
		assertThat(failures(calls)).isEmpty();
		assertThat(values(calls)).containsExactly(shards);
	}

	private Health health() {
		return Objects.requireNonNull(this.client.getBean("rpcServersHealthIndicator", HealthIndicator.class).health());
	}

	@Test
	void callsByEachApiGoToAllShards() {
		try (ConfigurableApplicationContext server = server("quotes", "quotes.1", "quotes.2")) {
			assertThat(server.isRunning()).isTrue();
			assertAllAnswered("quotes", "quotes.1", "quotes.2");
			assertThat(IntStream.range(0, 100)
				.mapToObj((i) -> this.rpc.queue("quotes").call("which?", String.class))
				.distinct()).containsExactlyInAnyOrderElementsOf(QUEUES);
			RabbitTemplate template = this.client.getBean(RabbitTemplate.class);
			assertThat(IntStream.range(0, 100)
				.mapToObj((i) -> template.convertSendAndReceive("quotes", (Object) "which?"))
				.distinct()).containsExactlyInAnyOrderElementsOf(QUEUES);
		}
	}

	@Test
	void shardWithoutServersFailsAloneAndFastAndIsAvoidedUntilItHasOne() {
		try (ConfigurableApplicationContext server = server("quotes", "quotes.1")) {
			assertThat(server.isRunning()).isTrue();
			long start = System.nanoTime();
			List<CompletableFuture<String>> calls = calls(this.rpc, 100);
			List<RpcException> failures = failures(calls);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
			assertThat(failures).isNotEmpty()
				.allSatisfy((ex) -> assertThat(ex).hasMessageStartingWith("no server is consuming quotes.2"))
				.allSatisfy((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.UNAVAILABLE));
			assertThat(values(calls)).containsExactly("quotes", "quotes.1");
			await().atMost(Duration.ofSeconds(5)).until(() -> failures(calls(this.rpc, 20)).isEmpty());
			assertAllAnswered("quotes", "quotes.1");
			Health health = health();
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails()).extracting("queues")
				.asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
				.containsOnlyKeys("quotes", "quotes.1", "quotes.2")
				.hasEntrySatisfying("quotes.2",
						(shard) -> assertThat(shard).asString().contains("reason=no server is consuming quotes.2"));
			try (ConfigurableApplicationContext another = server("quotes.2")) {
				assertThat(another.isRunning()).isTrue();
				await().atMost(Duration.ofSeconds(5)).until(() -> values(calls(this.rpc, 20)).contains("quotes.2"));
			}
		}
	}

	@Test
	void shardThatDoesNotExistFailsAloneAndIsAvoided() {
		this.admin.deleteQueue("quotes.1");
		try (ConfigurableApplicationContext server = server("quotes", "quotes.2")) {
			assertThat(server.isRunning()).isTrue();
			assertThat(failures(calls(this.rpc, 100))).isNotEmpty()
				.allSatisfy((ex) -> assertThat(ex).hasMessage("there is no queue quotes.1"))
				.allSatisfy((ex) -> assertThat(ex.mayHaveRun()).isFalse());
			await().atMost(Duration.ofSeconds(5)).until(() -> failures(calls(this.rpc, 20)).isEmpty());
			assertAllAnswered("quotes", "quotes.2");
		}
	}

	@Test
	void callsEndFastIfNoShardHasAServer() {
		for (int i = 0; i < 2; i++) {
			long start = System.nanoTime();
			assertThat(failures(calls(this.rpc, 20))).hasSize(20)
				.allSatisfy((ex) -> assertThat(ex).hasMessageStartingWith("no server is consuming quotes"));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
		}
		Health health = health();
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.getDetails()).extracting("reason").asString().startsWith("no server is consuming quotes");
	}

	@Test
	void anotherAttemptGoesToAnotherShard() {
		try (ConfigurableApplicationContext server = server("quotes");
				ConfigurableApplicationContext patient = client("rabbit.rpc.client.retry.max-attempts=4")) {
			assertThat(server.isRunning()).isTrue();
			assertThat(failures(calls(patient.getBean(RpcClient.class), 30))).isEmpty();
			MeterRegistry meters = patient.getBean(MeterRegistry.class);
			assertThat(meters.get("rabbit.rpc.client.retries").tag("queue", "quotes").counter().count()).isPositive();
		}
	}

	@Test
	void metersCountTheCallsOfAllShardsTogether() {
		try (ConfigurableApplicationContext server = server("quotes", "quotes.1", "quotes.2")) {
			assertThat(server.isRunning()).isTrue();
			assertAllAnswered("quotes", "quotes.1", "quotes.2");
		}
		Collection<Timer> timers = this.client.getBean(MeterRegistry.class).get("rabbit.rpc.client.calls").timers();
		assertThat(timers).extracting((timer) -> timer.getId().getTag("queue")).containsOnly("quotes");
	}

	@EnableAutoConfiguration
	static class Client {

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

	}

	@EnableAutoConfiguration
	static class Server {

		@RabbitListener(queues = "#{'${queues}'.split(',')}", containerFactory = "rpc")
		String answer(Message request) {
			return String.valueOf(request.getMessageProperties().getConsumerQueue());
		}

	}

}
