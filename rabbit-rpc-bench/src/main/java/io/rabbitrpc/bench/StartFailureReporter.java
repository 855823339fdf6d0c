package io.rabbitrpc.bench;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/**
 * Says in one sentence why the program does not start. Boot's own report, a banner of
 * several paragraphs, is switched off by its log level in {@code application.properties}.
 */
final class StartFailureReporter implements FailureAnalysisReporter {

	@Override
	@SuppressWarnings("SystemOut") // The command line shows this line
	public void report(FailureAnalysis analysis) {
		System.err.println("error: " + analysis.getDescription().strip().replaceAll("\\s*\\R\\s*", " "));
	}

}
