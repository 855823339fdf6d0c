package io.rabbitrpc.bench.result;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import tools.jackson.databind.json.JsonMapper;

/**
 * The results as a page with charts. It needs only a browser.
 */
final class ResultPage {

	private static final String TEMPLATE = "page.html";

	private static final int POINTS_PER_NINE = 12;

	private static final double PERCENT = 100;

	private final BenchFacts facts;

	private final List<RowResult> results;

	ResultPage(BenchFacts facts, List<RowResult> results) {
		this.facts = facts;
		this.results = results;
	}

	byte[] bytes() throws IOException {
		String data = JsonMapper.shared()
			.writeValueAsString(new Data(this.facts, Warnings.of(this.results),
					this.results.stream().map(ResultPage::row).toList()))
			// An end tag ends a script, even within a text of the script
			.replace("<", "\\u003c");
		return template().replace("@DATA@", data).getBytes(StandardCharsets.UTF_8);
	}

	private String template() throws IOException {
		try (InputStream template = ResultPage.class.getResourceAsStream(TEMPLATE)) {
			if (template == null) {
				throw new IOException("the page's template is missing");
			}
			return new String(template.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private static Row row(RowResult result) {
		return new Row(ResultJson.row(result), curve(result.latencies()));
	}

	/**
	 * Points of the latency curve, up to the percentile that one call stands for, or to
	 * where calls failed.
	 * @param latencies of a row
	 * @return pairs of how many nines a percentile has, 1 being 90 % and 2 being 99 %,
	 * and the latency in microseconds
	 */
	static List<double[]> curve(Latencies latencies) {
		List<double[]> points = new ArrayList<>();
		long calls = latencies.calls();
		int last = (int) Math.ceil(Math.log10(Math.max(1, (double) calls)) * POINTS_PER_NINE);
		for (int i = 0; calls > 0 && i <= last; i++) {
			double nines = (double) i / POINTS_PER_NINE;
			double percentile = PERCENT * (1 - Math.pow(10, -nines));
			Long nanos = latencies.at(percentile);
			if (nanos == null) {
				break;
			}
			points.add(new double[] { nines, nanos / (double) TimeUnit.MICROSECONDS.toNanos(1) });
		}
		return points;
	}

	/**
	 * What the page shows.
	 *
	 * @param facts what the results depend on
	 * @param warnings warnings about the results
	 * @param rows the results
	 */
	record Data(BenchFacts facts, List<String> warnings, List<Row> rows) {

	}

	/**
	 * A row with its curve.
	 *
	 * @param row its values
	 * @param curve points of its latency curve
	 */
	record Row(@JsonUnwrapped ResultJson.Row row, List<double[]> curve) {

	}

}
