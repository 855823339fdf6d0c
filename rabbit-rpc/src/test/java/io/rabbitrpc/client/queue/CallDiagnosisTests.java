package io.rabbitrpc.client.queue;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.channel.FakeBroker;
import io.rabbitrpc.client.channel.RequestAddress;
import io.rabbitrpc.client.channel.RpcChannel;
import io.rabbitrpc.client.channel.RpcConnector;
import io.rabbitrpc.client.channel.TestCall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link CallDiagnosis}.
 */
class CallDiagnosisTests {

	private static final Duration DEADLINE = Duration.ofMillis(10);

	private final FakeBroker broker = new FakeBroker();

	private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(2);

	private final RpcConnector connector = new RpcConnector(this.broker.connections(), (channel) -> "replies",
			this.scheduler, Runnable::run);

	private final RequestQueueMonitor monitor = new RequestQueueMonitor(this.connector, false, this.scheduler);

	private final CallDiagnosis diagnosis = new CallDiagnosis(this.connector, this.monitor);

	@BeforeEach
	void connect() {
		this.connector.start();
		await().until(() -> this.connector.openChannel() != null);
	}

	@AfterEach
	void stop() {
		this.connector.stop();
		this.scheduler.shutdownNow();
	}

	@Test
	void callWhoseDeadlineIsNoticedLateWaitsLessForTheBroker() throws Exception {
		this.broker.leavesQuestionsUnanswered = true;
		Duration inTime = diagnosed(DEADLINE);
		Duration late = diagnosed(DEADLINE.plusMillis(200));
		assertThat(inTime).isGreaterThan(Duration.ofMillis(100));
		assertThat(late).isLessThan(inTime.dividedBy(2));
	}

	@Test
	void answerFromBeforeTheDeadlineIsUsedHoweverLateTheDeadlineIsNoticed() throws Exception {
		AtomicInteger questions = new AtomicInteger();
		this.broker.beforeAnswer = questions::incrementAndGet;
		TestCall call = published(Duration.ofMillis(300));
		this.broker.lastChannel().confirm(1, false);
		await().until(call::isAccepted);
		assertThat(this.monitor.state("queue")).succeedsWithin(Duration.ofSeconds(5));
		Thread.sleep(600);
		this.diagnosis.expired(call);
		assertThat(call.outcome()).hasMessageStartingWith("no reply within 300 ms: queue has 1 consumer");
		assertThat(questions).hasValue(1);
	}

	private TestCall published(Duration deadline) {
		TestCall call = new TestCall(new RequestAddress("", "queue"), deadline);
		RpcChannel channel = Objects.requireNonNull(this.connector.openChannel());
		channel.publish(call, () -> channel.write(call,
				(target) -> target.basicPublish("", "queue", true, new BasicProperties(), new byte[0])));
		return call;
	}

	private Duration diagnosed(Duration noticed) throws Exception {
		TestCall call = published(DEADLINE);
		Thread.sleep(noticed.toMillis());
		long start = System.nanoTime();
		this.diagnosis.expired(call);
		await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).until(call::isDone);
		Duration took = Duration.ofNanos(System.nanoTime() - start);
		assertThat(call.outcome().status()).isEqualTo(RpcStatus.DEADLINE_EXCEEDED);
		return took;
	}

}
