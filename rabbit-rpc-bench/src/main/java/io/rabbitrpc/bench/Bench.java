package io.rabbitrpc.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.options.BenchPlan;
import io.rabbitrpc.bench.result.BenchRow;
import io.rabbitrpc.bench.result.RoundResult;
import io.rabbitrpc.bench.result.RowResult;
import io.rabbitrpc.client.ReplyMode;

/**
 * Measures all rows in all rounds.
 */
final class Bench {

	private final BenchPlan plan;

	private final Map<ReplyMode, BenchContext> contexts = new EnumMap<>(ReplyMode.class);

	private final EarlyEnd earlyEnd;

	private final RowRunner runner;

	Bench(BenchPlan plan, List<BenchContext> contexts, EarlyEnd earlyEnd, RowRunner runner) {
		this.plan = plan;
		contexts.forEach((context) -> this.contexts.put(context.replyMode(), context));
		this.earlyEnd = earlyEnd;
		this.runner = runner;
	}

	/**
	 * Measures.
	 * @return a result for each row that was measured
	 * @throws InterruptedException if the thread is interrupted
	 */
	List<RowResult> run() throws InterruptedException {
		Map<BenchRow, List<RoundResult>> results = new LinkedHashMap<>();
		for (BenchRow row : this.plan.order()) {
			BenchContext context = this.contexts.get(row.replyMode());
			@Nullable RoundResult result = (context != null && !this.earlyEnd.isAsked()) ? this.runner.run(row, context) : null;
			if (result != null) {
				results.computeIfAbsent(row, (key) -> new ArrayList<>()).add(result);
			}
		}
		return results.entrySet().stream().map((entry) -> new RowResult(entry.getKey(), entry.getValue())).toList();
	}

}
