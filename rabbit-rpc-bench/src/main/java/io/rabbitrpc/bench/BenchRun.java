package io.rabbitrpc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.bench.load.CallFailure;
import io.rabbitrpc.bench.options.BenchPlan;
import io.rabbitrpc.bench.options.BenchTarget;
import io.rabbitrpc.bench.result.BenchReports;
import io.rabbitrpc.bench.result.Limits;
import io.rabbitrpc.bench.result.RowResult;
import io.rabbitrpc.client.ReplyMode;

/**
 * A run of the load tester, from the first call to the results.
 */
final class BenchRun {

	private final BenchPlan plan;

	private final BenchTarget asked;

	private final BenchReports reports;

	private final Limits limits;

	private final List<BenchContext> contexts = new ArrayList<>();

	BenchRun(BenchPlan plan, BenchTarget asked, BenchReports reports, Limits limits) {
		this.plan = plan;
		this.asked = asked;
		this.reports = reports;
		this.limits = limits;
	}

	BenchPlan plan() {
		return this.plan;
	}

	BenchTarget asked() {
		return this.asked;
	}

	/**
	 * Measures, and shows the results.
	 * @param output where the results go
	 * @param errors where everything else goes
	 * @return the exit code
	 */
	int run(PrintStream output, PrintStream errors) {
		EarlyEnd earlyEnd = new EarlyEnd().listen();
		try {
			CallFailure failure = connect();
			if (failure != null) {
				errors.println("error: %s: %s".formatted(failure.outcome(), failure.message()));
				return failure.exitCode();
			}
			String broker = this.contexts.get(0).broker();
			List<RowResult> results = measure(earlyEnd, errors);
			if (results.isEmpty()) {
				errors.println("error: ended before anything was measured");
			}
			this.reports.show(results, broker, output, errors);
			return exitCode(results, errors);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return RpcStatus.INTERNAL.exitCode();
		}
		catch (BenchContext.InvalidSettingException ex) {
			return RpcStatus.INVALID_ARGUMENT.exitCode();
		}
		catch (IOException ex) {
			errors.println("error: the results cannot be written: " + ex);
			return RpcStatus.INTERNAL.exitCode();
		}
		finally {
			earlyEnd.reported();
			this.contexts.forEach(BenchContext::close);
		}
	}

	// If the first call fails, do not measure for minutes
	private @Nullable CallFailure connect() {
		for (ReplyMode replyMode : this.plan.replyModes()) {
			BenchContext context = BenchContext.start(replyMode, this.asked);
			this.contexts.add(context);
			CallFailure failure = new Probe(context.client(), this.asked.expectation())
				.call(this.asked.requests().next());
			if (failure != null) {
				return failure;
			}
		}
		return null;
	}

	private List<RowResult> measure(EarlyEnd earlyEnd, PrintStream errors) throws InterruptedException {
		try (BenchProgress progress = BenchProgress.of(this.plan, errors)) {
			RowRunner runner = new RowRunner(this.plan, this.asked, earlyEnd, progress);
			return new Bench(this.plan, this.contexts, earlyEnd, runner).run();
		}
	}

	private int exitCode(List<RowResult> results, PrintStream errors) {
		int exitCode = 0;
		for (RowResult result : results) {
			CallFailure failure = result.firstFailure();
			if (failure != null) {
				errors.println("%s: the first failure was %s: %s".formatted(result.row(), failure.outcome(),
						failure.message()));
			}
			exitCode = (exitCode != 0) ? exitCode : result.exitCode();
		}
		List<String> missed = this.limits.missed(results);
		missed.forEach((sentence) -> errors.println("error: " + sentence));
		return (exitCode == 0 && !missed.isEmpty()) ? CallFailure.EXPECTATION_MISSED : exitCode;
	}

}
