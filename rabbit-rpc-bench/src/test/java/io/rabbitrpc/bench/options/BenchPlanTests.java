package io.rabbitrpc.bench.options;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.rabbitrpc.bench.load.Api;
import io.rabbitrpc.bench.result.BenchRow;
import io.rabbitrpc.bench.result.MeasuredClient;
import io.rabbitrpc.client.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BenchPlan}.
 */
class BenchPlanTests {

	@Test
	void eachRoundHasEveryRowOnce() {
		List<BenchRow> rows = BenchRow.product(List.of(MeasuredClient.RABBIT_RPC, MeasuredClient.HAND_WRITTEN),
				List.of(Api.ASYNC), List.of(ReplyMode.DIRECT), List.of(8), List.of());
		BenchPlan plan = new BenchPlan(rows, Duration.ofSeconds(1), Duration.ofSeconds(2), 3);
		assertThat(plan.order()).extracting(BenchRow::client)
			.containsExactly(MeasuredClient.RABBIT_RPC, MeasuredClient.HAND_WRITTEN, MeasuredClient.RABBIT_RPC,
					MeasuredClient.HAND_WRITTEN, MeasuredClient.RABBIT_RPC, MeasuredClient.HAND_WRITTEN);
		assertThat(plan.total()).isEqualTo(Duration.ofSeconds(18));
	}

}
