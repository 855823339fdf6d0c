package io.rabbitrpc.bench;

import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;

import io.rabbitrpc.bench.load.Measurement;
import io.rabbitrpc.bench.options.BenchPlan;
import io.rabbitrpc.bench.result.BenchRow;

/**
 * Shows the progress of the measurement.
 */
interface BenchProgress extends AutoCloseable {

	/**
	 * Begins with a row.
	 * @param row the row
	 * @param measurement of its calls
	 */
	void begin(BenchRow row, Measurement measurement);

	/**
	 * Shows the progress of the row. It is called several times a second.
	 */
	void tick();

	@Override
	void close();

	/**
	 * Chooses the form for a terminal or for a log.
	 * @param plan what is measured
	 * @param output where to show it
	 * @return a bar on a terminal, else plain lines
	 */
	static BenchProgress of(BenchPlan plan, PrintStream output) {
		return isTerminal() ? new TerminalProgress(plan, output) : new LineProgress(output, plan.order().size());
	}

	@SuppressWarnings("SystemConsoleNull") // Its meaning depends on the version: see
											// below
	private static boolean isTerminal() {
		Console console = System.console();
		if (console == null) {
			return false;
		}
		try {
			return (boolean) Console.class.getMethod("isTerminal").invoke(console);
		}
		catch (NoSuchMethodException ex) {
			// Before Java 22 there is a console only on a terminal
			return true;
		}
		catch (IllegalAccessException | InvocationTargetException ex) {
			return false;
		}
	}

}
