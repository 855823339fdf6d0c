package io.rabbitrpc.bench.load;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.rabbitrpc.bench.call.CallTarget;
import io.rabbitrpc.bench.request.Expectation;
import io.rabbitrpc.bench.request.NumberMix;
import io.rabbitrpc.bench.request.Requests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OpenLoop}.
 */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class OpenLoopTests {

	private static final int RATE = 1000;

	private static final Duration TIME = Duration.ofMillis(400);

	private static final long DUE = 400;

	private final long from = System.nanoTime();

	private final long to = this.from + TIME.toNanos();

	private final Measurement measurement = new Measurement(Expectation.NONE, this.from, this.to);

	private final Schedule schedule = new Schedule(this.from, RATE);

	private final Requests requests = new Requests(new byte[0], NumberMix.of("30"));

	@Test
	void dueCallThatFindsNoCallerIsCounted() throws Exception {
		assertThat(run(Api.BLOCKING, Duration.ofMillis(100), Duration.ofMillis(100))).isZero();
		Map<String, Long> outcomes = this.measurement.outcomes();
		assertThat(outcomes).containsOnlyKeys("OK", "NOT_STARTED");
		assertThat(outcomes.get("OK")).isBetween(1L, 40L);
		assertThat(outcomes.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(DUE);
		// Four callers of 100 ms are late after 400 ms, and no call of the schedule
		// vanishes
		assertThat(this.measurement.latencies().getTotalCount()).isEqualTo(outcomes.get("OK"));
		assertThat(this.measurement.latencies().getMaxValue()).isGreaterThan(TIME.toNanos() / 2);
		assertThat(this.measurement.firstFailure()).extracting(CallFailure::outcome).isEqualTo("NOT_STARTED");
	}

	@ParameterizedTest
	@EnumSource
	void everyCallIsMadeWhereCallersAreQuick(Api api) throws Exception {
		// As long as a busy machine needs
		assertThat(run(api, Duration.ZERO, Duration.ofSeconds(20))).isZero();
		assertThat(this.measurement.outcomes()).isEqualTo(Map.of("OK", DUE));
	}

	@Test
	void callDueBeforeOrAfterTheMeasuredTimeIsNotCounted() {
		LongStream.of(this.from - 1, this.from, this.to - 1, this.to).forEach(this.measurement::notStarted);
		assertThat(this.measurement.outcomes()).isEqualTo(Map.of("NOT_STARTED", 2L));
	}

	@Test
	void timeToOpenTheCallersIsNotTheTimeOfACall() throws Exception {
		Duration toOpen = Duration.ofSeconds(1);
		Load.Opened opened = Load.open(Api.BLOCKING, new SlowTarget(toOpen), 10, this.requests);
		long begin = System.nanoTime();
		Measurement measured = new Measurement(Expectation.NONE, begin, begin + TIME.toNanos());
		Load load = opened.with(measured);
		load.start();
		TimeUnit.NANOSECONDS.sleep(TIME.toNanos());
		assertThat(load.stop(Duration.ofSeconds(20))).isZero();
		assertThat(measured.outcomes()).isEqualTo(Map.of("OK", 4L));
		assertThat(measured.latencies().getMaxValue()).isLessThan(toOpen.toNanos());
	}

	private int run(Api api, Duration timeOfACall, Duration catchUp) throws Exception {
		CallTarget.BlockingCalls slow = (request) -> {
			TimeUnit.NANOSECONDS.sleep(timeOfACall.toNanos());
			return new byte[0];
		};
		Load calls = (api == Api.ASYNC)
				? new AsyncOpenLoop(
						(request, ended) -> CompletableFuture.runAsync(() -> ended.accept(new byte[0], null)),
						this.schedule, this.requests, this.measurement)
				: new BlockingLoop(Collections.nCopies(4, slow), this.schedule, this.requests, this.measurement);
		OpenLoop loop = new OpenLoop(this.schedule, calls, this.measurement, catchUp);
		loop.start();
		TimeUnit.NANOSECONDS.sleep(this.to - System.nanoTime());
		return loop.stop(Duration.ofSeconds(20));
	}

	/**
	 * Needs long to open all callers. Its calls end at once.
	 */
	private record SlowTarget(Duration toOpen) implements CallTarget {

		@Override
		public BlockingCalls blocking() {
			LockSupport.parkNanos(this.toOpen.toNanos() / Load.OPEN_LOOP_CALLERS);
			return (request) -> new byte[0];
		}

		@Override
		public AsyncCalls async() {
			throw new UnsupportedOperationException();
		}

		@Override
		public void close() {
			// Holds nothing
		}

	}

}
