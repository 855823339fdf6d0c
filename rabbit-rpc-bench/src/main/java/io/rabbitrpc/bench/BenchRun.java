package io.rabbitrpc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.load.CallFailure;
import io.rabbitrpc.bench.load.FibonacciTable;
import io.rabbitrpc.bench.result.BenchReports;
import io.rabbitrpc.bench.result.RowResult;
import io.rabbitrpc.client.ReplyMode;

/**
 * A run of the load tester, from the first call to the results.
 */
final class BenchRun {

	private final BenchPlan plan;

	private final String queue;

	private final @Nullable Duration deadline;

	private final List<String> settings;

	private final BenchReports reports;

	private final List<BenchContext> contexts = new ArrayList<>();

	BenchRun(BenchPlan plan, String queue, @Nullable Duration deadline, List<String> settings, BenchReports reports) {
		this.plan = plan;
		this.queue = queue;
		this.deadline = deadline;
		this.settings = settings;
		this.reports = reports;
	}

	BenchPlan plan() {
		return this.plan;
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
			FibonacciTable table = this.plan.table();
			CallFailure failure = connect(table);
			if (failure != null) {
				errors.println("error: %s: %s".formatted(failure.outcome(), failure.message()));
				return failure.exitCode();
			}
			String broker = this.contexts.get(0).broker();
			List<RowResult> results = measure(table, earlyEnd, errors);
			if (results.isEmpty()) {
				errors.println("error: ended before anything was measured");
			}
			this.reports.show(results, broker, output);
			return exitCode(results, errors);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return 1;
		}
		catch (IOException ex) {
			errors.println("error: the results cannot be written: " + ex);
			return 1;
		}
		finally {
			earlyEnd.reported();
			this.contexts.forEach(BenchContext::close);
		}
	}

	// What fails at the first call need not be measured for minutes
	private @Nullable CallFailure connect(FibonacciTable table) {
		for (ReplyMode replyMode : this.plan.replyModes()) {
			BenchContext context = BenchContext.start(replyMode, this.queue, this.deadline, this.settings);
			this.contexts.add(context);
			CallFailure failure = new Probe(context.client(), table).call(this.plan.numbers().next());
			if (failure != null) {
				return failure;
			}
		}
		return null;
	}

	private List<RowResult> measure(FibonacciTable table, EarlyEnd earlyEnd, PrintStream errors)
			throws InterruptedException {
		try (BenchProgress progress = BenchProgress.of(this.plan, errors)) {
			RowRunner runner = new RowRunner(this.plan, table, earlyEnd, progress);
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
		return exitCode;
	}

}
