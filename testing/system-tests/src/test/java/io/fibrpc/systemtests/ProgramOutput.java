package io.fibrpc.systemtests;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines that a program in this JVM writes to one of its outputs.
 */
final class ProgramOutput extends OutputStream {

	private final List<OutputLine> lines = new ArrayList<>();

	private final ByteArrayOutputStream line = new ByteArrayOutputStream();

	private boolean ended;

	@Override
	public synchronized void write(int value) {
		if (this.ended) {
			return;
		}
		if (value == '\n') {
			endLine();
		}
		else if (value != '\r') {
			this.line.write(value);
		}
	}

	@Override
	public synchronized void write(byte[] bytes, int offset, int length) {
		for (int i = offset; i < offset + length; i++) {
			write(bytes[i]);
		}
	}

	private void endLine() {
		this.lines.add(new OutputLine(this.line.toString(StandardCharsets.UTF_8), System.nanoTime()));
		this.line.reset();
	}

	synchronized List<OutputLine> timedLines(int first) {
		return List.copyOf(this.lines.subList(first, this.lines.size()));
	}

	/** Accepts no more bytes, because a killed program writes nothing more. */
	synchronized void end() {
		if (!this.ended && this.line.size() > 0) {
			endLine();
		}
		this.ended = true;
	}

}
