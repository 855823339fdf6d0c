package io.fibrpc.systemtests.inside;

import java.io.FileDescriptor;
import java.io.OutputStream;

/**
 * Replaces the {@link java.io.FileOutputStream} of the process's standard output, which
 * would bypass {@link System#out}.
 */
public final class StandardOutput extends OutputStream {

	/**
	 * Opens the standard output.
	 * @param descriptor {@link FileDescriptor#out}
	 */
	public StandardOutput(FileDescriptor descriptor) {
		if (descriptor != FileDescriptor.out) {
			throw new IllegalArgumentException("Only the standard output is known");
		}
	}

	@Override
	public void write(int value) {
		ProgramSystem.standardOutput().write(value);
	}

	@Override
	public void write(byte[] bytes, int offset, int length) {
		ProgramSystem.standardOutput().write(bytes, offset, length);
	}

	@Override
	public void flush() {
		ProgramSystem.standardOutput().flush();
	}

}
