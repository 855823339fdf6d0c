package io.rabbitrpc.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

import io.rabbitrpc.TestApplications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of listeners that hang, with {@code rabbit.rpc.server.handler-timeout}.
 */
@Tag("broker")
@TestInstance(Lifecycle.PER_CLASS)
class HandlerTimeoutTests {

	private static final Duration TIMEOUT = Duration.ofMillis(300);

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final BlockingQueue<Delivery> replies = new LinkedBlockingQueue<>();

	private ConfigurableApplicationContext context;

	private Worker worker;

	private Channel channel;

	@BeforeAll
	void start() throws IOException {
		this.context = TestApplications.run(Application.class, this.virtualHost,
				"rabbit.rpc.server.handler-timeout=" + TIMEOUT.toMillis() + "ms");
		this.worker = this.context.getBean(Worker.class);
		Connection connection = this.virtualHost.connect();
		this.channel = connection.createChannel();
		this.channel.basicConsume("amq.rabbitmq.reply-to", true, (tag, reply) -> this.replies.add(reply), (tag) -> {
		});
	}

	@AfterAll
	void stop() throws IOException {
		this.context.close();
		assertThat(this.channel.messageCount("work")).as("what was not acknowledged").isZero();
		this.virtualHost.close();
	}

	@BeforeEach
	void clear() {
		this.worker.ends.clear();
		this.replies.clear();
		this.worker.release = new CountDownLatch(1);
	}

	@Test
	void aListenerThatHangsIsInterruptedAndItsCallerGetsAStatus() throws Exception {
		long begun = System.nanoTime();
		send("patient");
		Delivery reply = reply();
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(TIMEOUT, TIMEOUT.plusSeconds(1));
		assertTimedOut(reply);
		assertThat(this.worker.ends.poll(5, TimeUnit.SECONDS)).isEqualTo("interrupted");
		assertNextIsAnswered();
	}

	@Test
	void theCallerOfAListenerThatIgnoresTheInterruptGetsOneReplyInTime() throws Exception {
		double late = late();
		long begun = System.nanoTime();
		send("stubborn");
		Delivery reply = reply();
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(TIMEOUT, TIMEOUT.plusSeconds(1));
		assertTimedOut(reply);
		await().untilAsserted(() -> assertThat(health().getStatus()).isEqualTo(Status.DOWN));
		assertThat(health().getDetails().get("queues")).asString()
			.contains("longer than the handler timeout of 300 ms", "longestRequest=");
		assertThat(longest()).isGreaterThan(0.3);
		assertThat(this.worker.ends).isEmpty();
		this.worker.release.countDown();
		assertThat(this.worker.ends.poll(5, TimeUnit.SECONDS)).isEqualTo("done");
		await().untilAsserted(() -> assertThat(late()).isEqualTo(late + 1));
		assertNextIsAnswered();
		assertThat(this.replies).isEmpty();
		await().untilAsserted(() -> assertThat(health().getStatus()).isEqualTo(Status.UP));
		assertThat(longest()).isLessThan(0.3);
	}

	@Test
	void manyThatHangAreEachAnsweredOnce() throws Exception {
		for (int i = 0; i < 5; i++) {
			send("patient");
		}
		for (int i = 0; i < 5; i++) {
			assertTimedOut(reply());
		}
		assertNextIsAnswered();
		assertThat(this.replies).isEmpty();
	}

	// The consumer and its channel are still the same, so no request comes again
	private void assertNextIsAnswered() throws Exception {
		send("quick");
		Delivery reply = reply();
		assertThat(new String(reply.getBody(), StandardCharsets.UTF_8)).isEqualTo("\"quick, interrupted false\"");
		assertThat(this.worker.redelivered).isFalse();
	}

	private void send(String body) throws IOException {
		this.channel.basicPublish("", "work",
				new BasicProperties.Builder().replyTo("amq.rabbitmq.reply-to")
					.correlationId(body)
					.contentType("application/json")
					.build(),
				("\"" + body + "\"").getBytes(StandardCharsets.UTF_8));
	}

	private Delivery reply() throws InterruptedException {
		Delivery reply = this.replies.poll(10, TimeUnit.SECONDS);
		if (reply == null) {
			throw new AssertionError("no reply within 10 s");
		}
		return reply;
	}

	private static void assertTimedOut(Delivery reply) {
		assertThat(reply.getProperties().getHeaders().get("x-rpc-status")).hasToString("DEADLINE_EXCEEDED");
		assertThat(new String(reply.getBody(), StandardCharsets.UTF_8))
			.matches("error: the server has worked for \\d+ ms and has not finished");
	}

	private Health health() {
		Health health = this.context.getBean("rpcListenersHealthIndicator", HealthIndicator.class).health();
		return (health != null) ? health : Health.unknown().build();
	}

	private double late() {
		return this.context.getBean(MeterRegistry.class).get("rabbit.rpc.server.results.late").counter().count();
	}

	private double longest() {
		return this.context.getBean(MeterRegistry.class)
			.get("rabbit.rpc.server.requests.longest")
			.timeGauge()
			.value(TimeUnit.SECONDS);
	}

	/**
	 * Hangs in the way that the request says.
	 */
	static final class Worker {

		private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

		private volatile CountDownLatch release = new CountDownLatch(1);

		private volatile boolean redelivered;

		@RabbitListener(queues = "work", containerFactory = "rpc")
		String work(String kind, RpcRequest request) {
			this.redelivered |= request.redelivered();
			String end = switch (kind) {
				case "patient" -> hold(false);
				case "stubborn" -> hold(true);
				default -> kind + ", interrupted " + Thread.currentThread().isInterrupted();
			};
			this.ends.add(end);
			return end;
		}

		private String hold(boolean stubborn) {
			while (true) {
				try {
					this.release.await();
					// Like code that restores an interrupt that it has ignored
					Thread.currentThread().interrupt();
					return "done";
				}
				catch (InterruptedException ex) {
					if (!stubborn) {
						return "interrupted";
					}
				}
			}
		}

	}

	@EnableAutoConfiguration
	static class Application {

		@Bean
		Worker worker() {
			return new Worker();
		}

		@Bean
		Queue work() {
			return new Queue("work");
		}

		@Bean
		MeterRegistry registry() {
			return new SimpleMeterRegistry();
		}

	}

}
