package io.rabbitrpc.client.observation;

import java.time.Duration;
import java.util.List;
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
