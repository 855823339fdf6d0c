package io.rabbitrpc.client.observation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MicrometerCallMeters}.
 */
class MicrometerCallMetersTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final CallMeters meters = new MicrometerCallMeters(this.registry, ReplyMode.DIRECT, List.of("quotes"));

	private long calls(String queue) {
		return this.registry.find("rabbit.rpc.client.calls")
			.tag("queue", queue)
			.timers()
			.stream()
			.mapToLong((timer) -> timer.count())
			.sum();
	}

	@Test
	void seriesOfAKnownQueueAreThereBeforeTheFirstCall() {
		assertThat(this.registry.find("rabbit.rpc.client.calls").tag("queue", "quotes").timers())
			.hasSize(RpcStatus.values().length);
		assertThat(this.registry.find("rabbit.rpc.client.retries").tag("queue", "quotes").counter()).isNotNull();
	}

	@Test
	void anyNumberOfQueuesMakesABoundedNumberOfSeries() {
		for (int i = 0; i < 1_000; i++) {
			this.meters.ended("queue-" + i, RpcStatus.OK, 1);
			this.meters.retried("queue-" + i);
		}
		this.meters.ended("quotes", RpcStatus.OK, 1);
		assertThat(calls("queue-0")).isOne();
		assertThat(calls("queue-49")).isOne();
		assertThat(calls("queue-50")).isZero();
		assertThat(calls("other")).isEqualTo(950);
		assertThat(calls("quotes")).isOne();
		assertThat(this.registry.find("rabbit.rpc.client.retries").counters()).hasSize(52);
	}

	@Test
	void queuesThatComeAtTheSameTimeMakeNoMoreSeries() throws Exception {
		for (int round = 0; round < 20; round++) {
			SimpleMeterRegistry crowded = new SimpleMeterRegistry();
			CallMeters shared = new MicrometerCallMeters(crowded, ReplyMode.DIRECT, List.of());
			for (int i = 1; i < MicrometerCallMeters.MAX_OTHER_QUEUES; i++) {
				shared.retried("queue-" + i);
			}
			CyclicBarrier start = new CyclicBarrier(8);
			List<Future<?>> callers = new ArrayList<>();
			ExecutorService executor = Executors.newFixedThreadPool(8);
			for (int i = 0; i < 8; i++) {
				String queue = "late-" + i;
				callers.add(executor.submit(() -> {
					start.await();
					shared.retried(queue);
					return null;
				}));
			}
			for (Future<?> caller : callers) {
				caller.get(10, TimeUnit.SECONDS);
			}
			executor.shutdown();
			assertThat(crowded.find("rabbit.rpc.client.retries").counters())
				.hasSize(MicrometerCallMeters.MAX_OTHER_QUEUES + 1);
		}
	}

	@Test
	void queueNamedAsTheOthersSharesTheirSeries() {
		this.meters.ended("other", RpcStatus.OK, 1);
		for (int i = 0; i < 100; i++) {
			this.meters.ended("queue-" + i, RpcStatus.OK, 1);
		}
		assertThat(calls("other")).isGreaterThan(50);
	}

	@Test
	void droppedHeadersAreCountedFromTheFirst() {
		assertThat(this.registry.get("rabbit.rpc.client.headers.dropped").tag("queue", "quotes").counter().count())
			.isZero();
		this.meters.headersDropped("quotes", 3);
		assertThat(this.registry.get("rabbit.rpc.client.headers.dropped").tag("queue", "quotes").counter().count())
			.isEqualTo(3);
	}

	@Test
	void cancelledCallHasAStatusOfItsOwn() {
		this.meters.ended("quotes", null, 1);
		assertThat(this.registry.get("rabbit.rpc.client.calls").tag("status", "CANCELLED").timer().count()).isOne();
	}

	@Test
	void serverHasNotWorkedForLongerThanTheCallTook() {
		this.meters.answered("quotes", Duration.ofDays(1), Duration.ofMillis(5).toNanos());
		assertThat(this.registry.get("rabbit.rpc.client.calls.server.time")
			.tag("queue", "quotes")
			.timer()
			.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(5);
	}

}
