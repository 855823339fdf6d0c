package io.fibrpc.systemtests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The lines that a process writes to one of its outputs. A thread reads them as they
 * come.
 */
final class ProcessOutput {

	private final List<OutputLine> lines = Collections.synchronizedList(new ArrayList<>());

	private final Thread reader;

	ProcessOutput(InputStream stream) {
		this.reader = new Thread(() -> readUntilEnd(stream), "process-output");
		this.reader.setDaemon(true);
		this.reader.start();
	}

	private void readUntilEnd(InputStream stream) {
		try (BufferedReader lineReader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
			for (String line = lineReader.readLine(); line != null; line = lineReader.readLine()) {
				this.lines.add(new OutputLine(line, System.nanoTime()));
			}
		}
		catch (IOException ex) {
			this.lines.add(new OutputLine("(the output ended: " + ex.getMessage() + ")", System.nanoTime()));
		}
	}

	List<OutputLine> timedLines(int first) {
		synchronized (this.lines) {
			return List.copyOf(this.lines.subList(first, this.lines.size()));
		}
	}

	// After the process has ended, its last lines may still be on their way
	List<OutputLine> linesToTheEnd() {
		try {
			this.reader.join(5000);
			return timedLines(0);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

}
