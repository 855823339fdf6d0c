package io.rabbitrpc.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.bench.request.Expectation;
import io.rabbitrpc.bench.request.Request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Measurement}.
 */
class MeasurementTests {

	private static final byte[] RIGHT = "55".getBytes(StandardCharsets.US_ASCII);

	private static final Request REQUEST = new Request("10".getBytes(StandardCharsets.US_ASCII), 10, 1);

	private static final Expectation EXPECTATION = (request, value) -> Arrays.equals(value, RIGHT);

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private final long now = System.nanoTime();

	private final Measurement measurement = new Measurement(EXPECTATION, this.now - 10 * SECOND,
			this.now + 60 * SECOND);

	@Test
	void latencyCountsFromTheMomentWhenTheCallWasMeantToStart() {
		this.measurement.ended(this.now - 2 * SECOND, REQUEST, RIGHT, null);
		assertThat(this.measurement.latencies().getMaxValue()).isBetween(2 * SECOND, 12 * SECOND);
		assertThat(this.measurement.outcomes()).isEqualTo(Map.of("OK", 1L));
	}

	@Test
	void callOfTheWarmupCountsForThroughputOnly() {
		this.measurement.ended(this.now - 11 * SECOND, REQUEST, RIGHT, null);
		assertThat(this.measurement.valuesWithinTime()).isEqualTo(1);
		assertThat(this.measurement.latencies().getTotalCount()).isZero();
		assertThat(this.measurement.outcomes()).isEmpty();
	}

	@Test
	void callThatEndsAfterTheTimeCountsForLatencyOnly() {
		Measurement over = new Measurement(EXPECTATION, this.now - 10 * SECOND, this.now - SECOND);
		over.ended(this.now - 2 * SECOND, REQUEST, RIGHT, null);
		assertThat(over.valuesWithinTime()).isZero();
		assertThat(over.endedWithinTime()).isZero();
		assertThat(over.latencies().getTotalCount()).isEqualTo(1);
		assertThat(over.seconds()).isEqualTo(9, within(0.001));
	}

	@Test
	void wrongValueIsNoSuccess() {
		assertThat(this.measurement.ended(this.now, REQUEST, "54".getBytes(StandardCharsets.US_ASCII), null)).isFalse();
		assertThat(this.measurement.outcomes()).isEqualTo(Map.of("WRONG", 1L));
		assertThat(this.measurement.valuesWithinTime()).isZero();
		assertThat(this.measurement.firstFailure())
			.isEqualTo(new CallFailure("WRONG", 1, "the request '10' got '54', which is not what --expect says"));
	}

	@Test
	void failureCountsByItsStatus() {
		RpcException failure = new RpcException(RpcStatus.UNAVAILABLE, "no server");
		this.measurement.ended(this.now, REQUEST, null, new CompletionException(failure));
		this.measurement.ended(this.now, REQUEST, null, failure);
		this.measurement.ended(this.now, REQUEST, null, new IllegalStateException("a bug"));
		assertThat(this.measurement.outcomes()).isEqualTo(Map.of("UNAVAILABLE", 2L, "INTERNAL", 1L));
		assertThat(this.measurement.firstFailure()).isEqualTo(new CallFailure("UNAVAILABLE", 5, "no server"));
		assertThat(this.measurement.endedWithinTime()).isEqualTo(3);
	}

	@Test
	void sampleHasWhatCameSinceTheLastOne() {
		this.measurement.ended(this.now, REQUEST, RIGHT, null);
		assertThat(this.measurement.sample().getTotalCount()).isEqualTo(1);
		this.measurement.ended(this.now, REQUEST, RIGHT, null);
		this.measurement.ended(this.now, REQUEST, RIGHT, null);
		assertThat(this.measurement.sample().getTotalCount()).isEqualTo(2);
		assertThat(this.measurement.latencies().getTotalCount()).isEqualTo(3);
	}

	@Test
	void callsThatHaveNotEndedAreCounted() {
		this.measurement.notEnded(0);
		assertThat(this.measurement.outcomes()).isEmpty();
		this.measurement.notEnded(3);
		assertThat(this.measurement.outcomes()).isEqualTo(Map.of("NOT_ENDED", 3L));
	}

}
