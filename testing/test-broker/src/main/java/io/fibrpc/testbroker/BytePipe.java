package io.fibrpc.testbroker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A pipe that any thread may write to. {@link java.io.PipedInputStream} ends when the
 * thread that wrote last has ended.
 */
final class BytePipe extends InputStream {

	private static final byte[] END = new byte[0];

	private final BlockingQueue<byte[]> chunks = new LinkedBlockingQueue<>();

	private byte[] chunk = END;

	private int position;

	private boolean ended;

	/**
	 * The end of the pipe that takes bytes.
	 * @return a stream whose {@code close} ends the pipe
	 */
	OutputStream input() {
		return new OutputStream() {
			@Override
			public void write(int value) {
				write(new byte[] { (byte) value }, 0, 1);
			}

			@Override
			public void write(byte[] bytes, int offset, int length) {
				if (length > 0) {
					byte[] copy = new byte[length];
					System.arraycopy(bytes, offset, copy, 0, length);
					BytePipe.this.chunks.add(copy);
				}
			}

			@Override
			public void close() {
				BytePipe.this.chunks.add(END);
			}
		};
	}

	@Override
	public int read() throws IOException {
		byte[] one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xff;
	}

	@Override
	public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
		if (!this.ended && this.position == this.chunk.length) {
			try {
				this.chunk = this.chunks.take();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IOException("Interrupted", ex);
			}
			this.position = 0;
			this.ended = this.chunk == END;
		}
		if (this.ended) {
			return -1;
		}
		int count = Math.min(length, this.chunk.length - this.position);
		System.arraycopy(this.chunk, this.position, bytes, offset, count);
		this.position += count;
		return count;
	}

}
