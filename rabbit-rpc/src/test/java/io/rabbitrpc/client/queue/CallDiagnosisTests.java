package io.rabbitrpc.client.queue;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;

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

	private final CallDiagnosis diagnosis = new CallDiagnosis(this.connector,
			new RequestQueueMonitor(this.connector, false, this.scheduler));

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

	private Duration diagnosed(Duration noticed) throws Exception {
		TestCall call = new TestCall(new RequestAddress("", "queue"), DEADLINE);
		RpcChannel channel = Objects.requireNonNull(this.connector.openChannel());
		channel.publish(call, () -> channel.write(call,
				(target) -> target.basicPublish("", "queue", true, new BasicProperties(), new byte[0])));
		Thread.sleep(noticed.toMillis());
		long start = System.nanoTime();
		this.diagnosis.expired(call);
		await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).until(call::isDone);
		Duration took = Duration.ofNanos(System.nanoTime() - start);
		assertThat(call.outcome().status()).isEqualTo(RpcStatus.DEADLINE_EXCEEDED);
		return took;
	}

}
