package io.fibrpc.benchmarks.report;

import java.util.List;
import java.util.Locale;

import io.rabbitrpc.bench.report.Numbers;

/**
 * Calls a second as bars, ours above the other, in the colours of the load tester's page.
 * The bars of a row have one scale. The SVG is readable at half its width, on a light and
 * on a dark page.
 */
final class Chart {

	private static final int WIDTH = 640;

	private static final int BARS = 330;

	private static final int BAR_HEIGHT = 16;

	private static final int ROW_HEIGHT = 74;

	private Chart() {
	}

	static String of(List<Measure> measures) {
		int height = measures.size() * ROW_HEIGHT;
		StringBuilder svg = new StringBuilder("""
				<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d">
				<title>Calls a second</title>
				<style>
				:root { --page: #fafaf8; --ink: #1d1f23; --soft: #5d636d; --ours: #2563c9; --other: #c2701c; }
				@media (prefers-color-scheme: dark) {
				:root { --page: #14161a; --ink: #e8eaee; --soft: #a0a7b3; --ours: #7aaeff; --other: #f0a65a; }
				}
				text { font: 15px system-ui, sans-serif; fill: var(--soft); }
				text.label { font-weight: 600; fill: var(--ink); }
				</style>
				<rect width="%1$d" height="%2$d" fill="var(--page)"/>
				""".formatted(WIDTH, height));
		int y = 0;
		for (Measure measure : measures) {
			double most = Math.max(measure.ours(), measure.other());
			svg.append("<text class=\"label\" x=\"8\" y=\"%d\">%s</text>%n".formatted(y + 20, measure.name()));
			bar(svg, y + 28, measure.ours() / most, "ours", "%s ours".formatted(Numbers.text(measure.ours())));
			bar(svg, y + 28 + BAR_HEIGHT + 2, measure.other() / most, "other",
					"%s %s".formatted(Numbers.text(measure.other()), measure.against()));
			y += ROW_HEIGHT;
		}
		return svg.append("</svg>\n").toString();
	}

	private static void bar(StringBuilder svg, int y, double part, String colour, String label) {
		double width = Math.max(1, part * BARS);
		svg.append(String.format(Locale.ROOT,
				"<rect x=\"8\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"var(--%s)\"/>%n", y, width,
				BAR_HEIGHT, colour));
		svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\">%s</text>%n", width + 14, y + BAR_HEIGHT - 3,
				label));
	}

}
