package io.rabbitrpc.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;

import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.call.CallTarget;
import io.rabbitrpc.bench.load.CallFailure;
import io.rabbitrpc.bench.load.Load;
import io.rabbitrpc.bench.load.Measurement;
import io.rabbitrpc.bench.options.BenchPlan;
import io.rabbitrpc.bench.options.BenchTarget;
import io.rabbitrpc.bench.request.Requests;
import io.rabbitrpc.bench.result.BenchRow;
import io.rabbitrpc.bench.result.RoundResult;

/**
 * Measures one row in one round.
 */
final class RowRunner {

	private static final Duration TICK = Duration.ofMillis(250);

	private static final Duration AFTER_DEADLINE = Duration.ofSeconds(2);

	private static final Duration EARLY_END_PATIENCE = Duration.ofMillis(500);

	private final BenchPlan plan;

	private final BenchTarget asked;

	private final EarlyEnd earlyEnd;

	private final BenchProgress progress;

	RowRunner(BenchPlan plan, BenchTarget asked, EarlyEnd earlyEnd, BenchProgress progress) {
		this.plan = plan;
		this.asked = asked;
		this.earlyEnd = earlyEnd;
		this.progress = progress;
	}

	/**
	 * Puts the row under load and measures it.
	 * @param row the row
	 * @param context has its clients
	 * @return the result, or {@code null} if Ctrl-C came before anything was measured
	 * @throws InterruptedException if the thread is interrupted
	 */
	@Nullable RoundResult run(BenchRow row, BenchContext context) throws InterruptedException {
		try (CallTarget target = context.target(row.client())) {
			Load.Opened opened = open(row, target);
			long from = System.nanoTime() + this.plan.warmup().toNanos();
			long to = from + this.plan.duration().toNanos();
			Measurement measurement = new Measurement(this.asked.expectation(), from, to);
			Load load = opened.with(measurement);
			load.start();
			this.progress.begin(row, measurement);
			await(from);
			double cpuBefore = ProcessorTime.micros();
			if (await(to)) {
				measurement.endNow();
			}
			double cpu = ProcessorTime.micros() - cpuBefore;
			int running = load
				.stop(this.earlyEnd.isAsked() ? EARLY_END_PATIENCE : context.deadline().plus(AFTER_DEADLINE));
			if (!this.earlyEnd.isAsked()) {
				measurement.notEnded(running);
			}
			boolean nothing = this.earlyEnd.isAsked() && measurement.outcomes().isEmpty();
			return nothing ? null : RoundResult.of(measurement, cpu);
		}
		catch (IOException | ShutdownSignalException ex) {
			return RoundResult.withoutCalls(CallFailure.of(ex));
		}
	}

	private boolean await(long end) throws InterruptedException {
		for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
			if (this.earlyEnd.await(Duration.ofNanos(Math.min(left, TICK.toNanos())))) {
				return true;
			}
			this.progress.tick();
		}
		return false;
	}

	private Load.Opened open(BenchRow row, CallTarget target) throws IOException {
		Requests requests = this.asked.requests();
		return (row.rate() != null) ? Load.open(row.api(), target, row.rate(), requests)
				: Load.closed(row.api(), target, Objects.requireNonNull(row.inFlight()), requests);
	}

}
