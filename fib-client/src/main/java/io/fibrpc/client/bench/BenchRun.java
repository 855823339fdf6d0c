package io.fibrpc.client.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A run of the load tester, from the first call to the results.
 */
public final class BenchRun {

	private final BenchPlan plan;

	private final @Nullable Duration deadline;

	private final List<String> settings;

	private final @Nullable Path json;

	BenchRun(BenchPlan plan, @Nullable Duration deadline, List<String> settings, @Nullable Path json) {
		this.plan = plan;
		this.deadline = deadline;
		this.settings = settings;
		this.json = json;
	}

	/**
	 * Measures, and shows the results.
	 * @param output where the results go
	 * @param errors where everything else goes
	 * @return the exit code
	 */
	public int run(PrintStream output, PrintStream errors) {
		EarlyEnd earlyEnd = new EarlyEnd().listen();
		List<BenchContext> contexts = new ArrayList<>();
		try {
			FibonacciTable table = this.plan.table();
			for (ReplyMode replyMode : this.plan.replyModes()) {
				BenchContext context = BenchContext.start(replyMode, this.deadline, this.settings);
				contexts.add(context);
				CallFailure failure = new Probe(context.client(), table).call(this.plan.numbers().next());
				if (failure != null) {
					errors.println("error: %s: %s".formatted(failure.outcome(), failure.message()));
					return failure.exitCode();
				}
			}
			BenchProgress progress = new LineProgress(errors, this.plan.order().size());
			RowRunner runner = new RowRunner(this.plan, table, earlyEnd, progress);
			return report(new Bench(this.plan, contexts, earlyEnd, runner).run(), output, errors);
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
			contexts.forEach(BenchContext::close);
			earlyEnd.reported();
		}
	}

	private int report(List<RowResult> results, PrintStream output, PrintStream errors) throws IOException {
		new ResultTable(results).print(output);
		if (this.json != null) {
			Files.write(this.json, new ResultJson(results).bytes());
		}
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
