package io.fibrpc.launch;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/**
 * Prints to the error output why the program does not start. Boot's own report has
 * several paragraphs. Its log level in {@code application.properties} switches it off.
 */
final class StartFailureReporter implements FailureAnalysisReporter {

	@Override
	@SuppressWarnings("SystemOut") // The command line shows this line
	public void report(FailureAnalysis analysis) {
		System.err.println("error: " + analysis.getDescription().strip().replaceAll("\\s*\\R\\s*", " "));
	}

}
