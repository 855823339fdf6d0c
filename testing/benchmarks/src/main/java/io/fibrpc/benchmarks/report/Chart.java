package io.fibrpc.benchmarks.report;

import java.util.List;
import java.util.Locale;

import io.rabbitrpc.bench.report.Numbers;

/**
 * Calls a second as bars, ours above the other, in an SVG that is readable on a light and
 * on a dark page.
 */
final class Chart {

	private static final int LABELS = 290;

	private static final int BARS = 400;

	private static final int WIDTH = LABELS + BARS + 230;

	private static final int BAR_HEIGHT = 14;

	private static final int GROUP_HEIGHT = 46;

	private static final int TOP = 34;

	private static final String OURS = "#2f6fde";

	private static final String OTHER = "#9aa0a6";

	private Chart() {
	}

	static String of(List<Measure> all) {
		List<Measure> measures = all.stream().filter((measure) -> "calls/s".equals(measure.unit())).toList();
		double most = measures.stream()
			.mapToDouble((measure) -> Math.max(measure.ours(), measure.other()))
			.max()
			.orElse(1);
		StringBuilder svg = new StringBuilder();
		int height = TOP + measures.size() * GROUP_HEIGHT;
		svg.append("""
				<svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" \
				font-family="sans-serif" font-size="12">
				<title>Calls a second</title>
				<rect width="%1$d" height="%2$d" fill="#ffffff"/>
				<text x="8" y="20" font-size="14" font-weight="bold">Calls a second, medians</text>
				""".formatted(WIDTH, height));
		int y = TOP;
		for (Measure measure : measures) {
			svg.append("<text x=\"8\" y=\"%d\">%s</text>%n".formatted(y + BAR_HEIGHT + 3, measure.name()));
			bar(svg, y, measure.ours(), most, OURS, "ours, ratio " + Numbers.ratio(measure.ratio()));
			bar(svg, y + BAR_HEIGHT + 2, measure.other(), most, OTHER, measure.against());
			y += GROUP_HEIGHT;
		}
		return svg.append("</svg>\n").toString();
	}

	private static void bar(StringBuilder svg, int y, double value, double most, String colour, String label) {
		double width = Math.max(1, value / most * BARS);
		svg.append(String.format(Locale.ROOT, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
				LABELS, y, width, BAR_HEIGHT, colour));
		svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%d\" font-size=\"11\">%s %s</text>%n",
				LABELS + width + 5, y + BAR_HEIGHT - 3, Numbers.text(value), label));
	}

}
