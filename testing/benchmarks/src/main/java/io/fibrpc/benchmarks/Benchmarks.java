package io.fibrpc.benchmarks;

import java.util.Arrays;

import org.openjdk.jmh.Main;

import io.fibrpc.benchmarks.report.ReportProgram;
import io.fibrpc.benchmarks.scaling.GrowthProgram;
import io.fibrpc.benchmarks.scaling.ScalingProgram;
import io.fibrpc.benchmarks.stockclient.StockClientApplication;
import io.fibrpc.benchmarks.stockserver.StockServerApplication;

/**
 * The programs of this jar, by name. {@code scripts/bench} calls them.
 */
public final class Benchmarks {

	private Benchmarks() {
	}

	/**
	 * Runs a program.
	 * @param args its name and its arguments
	 * @throws Exception whatever it throws: these programs are for people who read stack
	 * traces
	 */
	public static void main(String[] args) throws Exception {
		String program = (args.length > 0) ? args[0] : "";
		String[] rest = Arrays.copyOfRange(args, Math.min(1, args.length), args.length);
		switch (program) {
			case "hand-written-server" -> HandWrittenServerProgram.run(rest);
			case "stock-server" -> StockServerApplication.main(rest);
			case "stock-client" -> StockClientApplication.main(rest);
			case "queue" -> QueueProgram.run(rest);
			case "compute" -> Main.main(rest);
			case "start-up" -> StartUpProgram.run(rest);
			case "memory" -> MemoryProgram.run(rest);
			case "report" -> ReportProgram.run(rest);
			case "growth" -> GrowthProgram.run(rest);
			case "scaling" -> ScalingProgram.run(rest);
			default -> throw new IllegalArgumentException(
					"Programs: hand-written-server, stock-server, stock-client, queue, compute, start-up, memory, report, growth, scaling");
		}
	}

}
