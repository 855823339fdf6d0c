package io.rabbitrpc.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import io.fibrpc.testbroker.OwnBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

import io.rabbitrpc.TestApplications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of RabbitMQ's {@code consumer_timeout}. If a consumer holds a request for longer,
 * RabbitMQ 3 and 4.2 close its channel. RabbitMQ 4.3 cancels the consumer and leaves the
 * channel open.
 */
@Tag("broker")
@ExtendWith(OutputCaptureExtension.class)
class ConsumerTimeoutTests {

	@RegisterExtension
	static final OwnBroker broker = new OwnBroker();

	private final BlockingQueue<Delivery> replies = new LinkedBlockingQueue<>();

	@Test
	void aServerWhoseRequestRabbitMqTakesBackGoesOnAnswering(CapturedOutput output) throws Exception {
		// By itself RabbitMQ waits for half an hour, and looks once in a minute
		broker.broker()
			.rabbitmqctl("eval", "application:set_env(rabbit, consumer_timeout, 3000),"
					+ " application:set_env(rabbit, channel_tick_interval, 1000).");
		VirtualHost host = broker.host();
		// The next request waits behind the one that hangs
		try (ConfigurableApplicationContext context = TestApplications.run(Application.class, host,
				"spring.rabbitmq.listener.direct.prefetch=5")) {
			Worker worker = context.getBean(Worker.class);
			Connection connection = host.connect();
			Channel channel = connection.createChannel();
			channel.basicConsume("amq.rabbitmq.reply-to", true, (tag, reply) -> this.replies.add(reply), (tag) -> {
			});
			// It expires. Otherwise the next consumer would hang, too
			send(channel, "hang", "2000");
			assertThat(worker.begun.await(10, TimeUnit.SECONDS)).isTrue();
			send(channel, "next", null);
			Delivery reply = this.replies.poll(50, TimeUnit.SECONDS);
			assertThat(reply).as("the reply to the next request").isNotNull();
			assertThat(new String(reply.getBody(), StandardCharsets.UTF_8)).isEqualTo("\"next\"");
			assertThat(worker.hanging).as("requests that hang").hasValue(1);
			await().untilAsserted(() -> assertThat(output)
				.contains("RabbitMQ has taken back a request of work (correlation id hang)"));
			worker.release.countDown();
			// Nobody waits for its result any more, and the server goes on
			await().untilAsserted(() -> assertThat(worker.hanging).hasValue(0));
			await().untilAsserted(() -> assertThat(output)
				.contains("A request of work (correlation id next) is not run here: RabbitMQ has taken it back"));
			assertThat(worker.next).as("runs of the next request").hasValue(1);
			this.replies.clear();
			for (int i = 0; i < 5; i++) {
				send(channel, "after" + i, "20000");
				Delivery after = this.replies.poll(20, TimeUnit.SECONDS);
				assertThat(after).isNotNull();
			}
		}
	}

	@Test
	void aRequestWhoseQueueIsDeletedGoesOnAndIsAnswered(CapturedOutput output) throws Exception {
		VirtualHost host = broker.host();
		try (ConfigurableApplicationContext context = TestApplications.run(Application.class, host)) {
			Worker worker = context.getBean(Worker.class);
			Channel channel = host.connect().createChannel();
			channel.basicConsume("amq.rabbitmq.reply-to", true, (tag, reply) -> this.replies.add(reply), (tag) -> {
			});
			send(channel, "hang", "55000");
			assertThat(worker.begun.await(10, TimeUnit.SECONDS)).isTrue();
			channel.queueDelete("work");
			await().untilAsserted(() -> assertThat(output).contains("RabbitMQ has cancelled a consumer of work"));
			assertThat(output).doesNotContain("RabbitMQ has taken back");
			worker.release.countDown();
			assertThat(this.replies.poll(20, TimeUnit.SECONDS)).as("the reply").isNotNull();
		}
	}

	private static void send(Channel channel, String body, @Nullable String expiration) throws IOException {
		channel.basicPublish("", "work",
				new BasicProperties.Builder().replyTo("amq.rabbitmq.reply-to")
					.correlationId(body)
					.expiration(expiration)
					.contentType("application/json")
					.build(),
				("\"" + body + "\"").getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Hangs, and ignores interrupts.
	 */
	static final class Worker {

		private final CountDownLatch begun = new CountDownLatch(1);

		private final CountDownLatch release = new CountDownLatch(1);

		private final AtomicInteger hanging = new AtomicInteger();

		private final AtomicInteger next = new AtomicInteger();

		@RabbitListener(queues = "work", containerFactory = "rpc")
		String work(String kind) throws InterruptedException {
			if (kind.equals("hang")) {
				this.hanging.incrementAndGet();
				this.begun.countDown();
				this.release.await(2, TimeUnit.MINUTES);
				this.hanging.decrementAndGet();
			}
			if (kind.equals("next")) {
				this.next.incrementAndGet();
			}
			return kind;
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
			return QueueBuilder.durable("work").quorum().build();
		}

	}

}
