package io.rabbitrpc.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

import io.rabbitrpc.bench.call.CallTarget;
import io.rabbitrpc.bench.request.Expectation;
import io.rabbitrpc.bench.request.NumberMix;
import io.rabbitrpc.bench.request.Requests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AsyncClosedLoop}.
 */
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class AsyncClosedLoopTests {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final Measurement measurement = new Measurement(Expectation.NONE, System.nanoTime(),
			System.nanoTime() + Duration.ofMinutes(1).toNanos());

	private final Queue<BiConsumer<byte @Nullable [], @Nullable Throwable>> inFlight = new ConcurrentLinkedQueue<>();

	@Test
	void whereACallEndsTheNextOneStarts() throws Exception {
		AsyncClosedLoop loop = loop(3, (request, ended) -> this.inFlight.add(ended));
		loop.start();
		assertThat(this.inFlight).hasSize(3);
		for (int i = 0; i < 10; i++) {
			this.inFlight.remove().accept(new byte[0], null);
			assertThat(this.inFlight).hasSize(3);
		}
		assertThat(loop.stop(Duration.ofMillis(1))).isEqualTo(3);
		while (!this.inFlight.isEmpty()) {
			this.inFlight.remove().accept(new byte[0], null);
		}
		assertThat(loop.stop(PATIENCE)).isZero();
		assertThat(this.measurement.outcomes()).containsEntry("OK", 13L);
	}

	@Test
	void callsThatEndAtOnceNeedNoStack() throws Exception {
		AtomicInteger calls = new AtomicInteger();
		AsyncClosedLoop loop = loop(1, (request, ended) -> {
			if (calls.incrementAndGet() > 100_000) {
				this.inFlight.add(ended);
			}
			else {
				ended.accept(new byte[0], null);
			}
		});
		loop.start();
		assertThat(this.measurement.outcomes()).containsEntry("OK", 100_000L);
	}

	@Test
	void failedCallIsFollowedByAPause() throws Exception {
		AsyncClosedLoop loop = loop(1, (request, ended) -> {
			this.inFlight.add(ended);
			ended.accept(null, new IOException("refused"));
		});
		long begin = System.nanoTime();
		loop.start();
		assertThat(loop.stop(PATIENCE)).isZero();
		assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(Load.PAUSE_AFTER_FAILURE.toNanos());
		assertThat(this.inFlight).hasSize(1);
	}

	private AsyncClosedLoop loop(int calls, CallTarget.AsyncCalls target) {
		return new AsyncClosedLoop(target, calls, new Requests(new byte[0], NumberMix.of("30")), this.measurement);
	}

}
