package io.rabbitrpc.connection;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The output stream of a socket. It accepts all bytes at once.
 */
final class WriterStream extends OutputStream {

	private final SocketWriter writer;

	WriterStream(SocketWriter writer) {
		this.writer = writer;
	}

	@Override
	public void write(int value) throws IOException {
		write(new byte[] { (byte) value }, 0, 1);
	}

	@Override
	public void write(byte[] bytes, int offset, int length) throws IOException {
		this.writer.append(bytes, offset, length);
	}

}
