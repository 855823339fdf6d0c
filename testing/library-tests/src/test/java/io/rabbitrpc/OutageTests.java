package io.rabbitrpc;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

import io.rabbitrpc.client.ReplyMode;
import io.rabbitrpc.client.RpcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of calls that are made again while a server fails, or asks callers to wait.
 */
@Tag("broker")
@TestInstance(Lifecycle.PER_CLASS)
class OutageTests {

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private ConfigurableApplicationContext context;

	private RpcClient client;

	private Server server;

	ReplyMode mode() {
		return ReplyMode.DIRECT;
	}

	@BeforeAll
	void start() {
		this.context = TestApplications.run(Application.class, this.virtualHost,
				"rabbit.rpc.client.reply-mode=" + mode(), "rabbit.rpc.client.deadline=30s",
				"rabbit.rpc.client.retry.max-attempts=5", "rabbit.rpc.client.retry.backoff=1ms");
		this.client = this.context.getBean(RpcClient.class);
		this.server = this.context.getBean(Server.class);
	}

	@AfterAll
	void stop() {
		this.context.close();
		this.virtualHost.close();
	}

	@Test
	void retriesDoNotMultiplyAnOutage() {
		List<CompletableFuture<String>> calls = IntStream.range(0, 200)
			.mapToObj((i) -> this.client.queue("broken").idempotent().callAsync("question", String.class))
			.toList();
		assertThat(calls).allSatisfy((call) -> assertThat(call).failsWithin(30, TimeUnit.SECONDS)
			.withThrowableOfType(Exception.class)
			.havingCause()
			.isInstanceOfSatisfying(RpcException.class,
					(ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.UNAVAILABLE)));
		// A client may spend half of 100 tokens. Without this limit it would make 1000
		// attempts
		assertThat(this.server.broken.get()).as("requests on the queue").isBetween(200, 250);
	}

	@Test
	void aCallThatMayHaveRunIsNotMadeAgainByDefault() {
		RpcException ex = catchThrowableOfType(RpcException.class,
				() -> this.client.queue("busy").call("always", String.class));
		assertThat(ex.retryAfter()).isEqualTo(Duration.ofMillis(300));
		assertThat(ex.mayHaveRun()).isTrue();
		assertThat(this.server.always.get()).isOne();
	}

	@Test
	void aServerThatAsksForPatienceHasIt() {
		assertThat(this.client.queue("busy").idempotent().call("twice", String.class)).isEqualTo("twice");
		Long[] times = this.server.times.toArray(new Long[0]);
		assertThat(times).hasSize(3);
		assertThat(Duration.ofNanos(times[1] - times[0])).isGreaterThanOrEqualTo(Duration.ofMillis(300));
		assertThat(Duration.ofNanos(times[2] - times[1])).isGreaterThanOrEqualTo(Duration.ofMillis(300));
	}

	@Test
	void patienceEndsWithTheDeadline() {
		long begun = System.nanoTime();
		RpcException ex = catchThrowableOfType(RpcException.class,
				() -> this.client.queue("busy")
					.idempotent()
					.deadline(Duration.ofMillis(250))
					.call("never", String.class));
		assertThat(ex.status()).isEqualTo(RpcStatus.RESOURCE_EXHAUSTED);
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(500));
	}

	/**
	 * Fails.
	 */
	static final class Server {

		private final AtomicInteger broken = new AtomicInteger();

		private final AtomicInteger always = new AtomicInteger();

		private final ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();

		@RabbitListener(queues = "broken", containerFactory = "rpc")
		String broken(String question) {
			this.broken.incrementAndGet();
			throw new RpcException(RpcStatus.UNAVAILABLE, "the database is gone");
		}

		@RabbitListener(queues = "busy", containerFactory = "rpc")
		String busy(String question) {
			if (question.equals("twice")) {
				this.times.add(System.nanoTime());
				if (this.times.size() == 3) {
					return question;
				}
			}
			if (question.equals("always")) {
				this.always.incrementAndGet();
			}
			throw new RpcException(RpcStatus.RESOURCE_EXHAUSTED, "too much to do")
				.withRetryAfter(Duration.ofMillis(300));
		}

	}

	@EnableAutoConfiguration
	static class Application {

		@Bean
		Server server() {
			return new Server();
		}

		@Bean
		Queue broken() {
			return new Queue("broken");
		}

		@Bean
		Queue busy() {
			return new Queue("busy");
		}

	}

}
