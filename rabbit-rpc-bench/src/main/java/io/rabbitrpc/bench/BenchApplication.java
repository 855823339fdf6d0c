package io.rabbitrpc.bench;

import java.io.PrintStream;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Starts the load tester.
 */
@SpringBootApplication
public class BenchApplication {

	/**
	 * Measures, and exits.
	 * @param args options and settings; {@code --help} explains them
	 */
	public static void main(String[] args) {
		PrintStream output = System.out;
		// Only results go to the standard output. The log goes to the standard error
		// output
		System.setOut(System.err);
		System.exit(new BenchProgram(output, System.err).run(args));
	}

}
