package io.rabbitrpc.connection;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Reads from a non-blocking channel in the manner of a blocking socket: it waits for
 * bytes, up to the socket's timeout.
 */
final class SocketReader extends InputStream {

	static final String CLOSED = "Socket closed";

	private final SocketChannel channel;

	private final Selector selector;

	private ByteBuffer buffer = ByteBuffer.allocate(0);

	private volatile int timeoutMillis;

	// Why no more bytes can come than have arrived by now
	private volatile @Nullable String failure;

	private volatile boolean stopped;

	/**
	 * Creates a reader.
	 * @param channel a channel that does not block
	 * @throws IOException if the process has no file descriptor left
	 */
	SocketReader(SocketChannel channel) throws IOException {
		this.channel = channel;
		this.selector = Selector.open();
		channel.register(this.selector, SelectionKey.OP_READ);
	}

	void timeout(int millis) {
		this.timeoutMillis = millis;
	}

	int timeout() {
		return this.timeoutMillis;
	}

	/**
	 * Ends reading when all bytes that have arrived are read, because they may contain
	 * the broker's reason.
	 * @param reason what the reading thread is told then
	 */
	void fail(String reason) {
		this.failure = reason;
		this.selector.wakeup();
	}

	/** Ends reading at once. */
	void stop() {
		this.stopped = true;
		this.selector.wakeup();
	}

	/** Releases the selector after the channel was closed. */
	void release() {
		this.stopped = true;
		try {
			this.selector.close();
		}
		catch (IOException ex) {
			// It is closed in any case
		}
	}

	@Override
	public int read() throws IOException {
		byte[] one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : Byte.toUnsignedInt(one[0]);
	}

	@Override
	public int read(byte[] bytes, int offset, int length) throws IOException {
		// It is the same array each time: amqp-client's buffer
		if (this.buffer.array() != bytes) {
			this.buffer = ByteBuffer.wrap(bytes);
		}
		this.buffer.limit(offset + length).position(offset);
		int count = tryRead();
		return (count != 0 || length == 0) ? count : awaitAndRead();
	}

	private int tryRead() throws IOException {
		if (!this.stopped) {
			try {
				return this.channel.read(this.buffer);
			}
			catch (ClosedChannelException ex) {
				// Another thread closed it a moment ago
			}
		}
		throw closed();
	}

	private int awaitAndRead() throws IOException {
		int timeout = this.timeoutMillis;
		long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeout);
		boolean interrupted = false;
		try {
			while (true) {
				long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime() + 999_999);
				if (timeout > 0 && millis <= 0) {
					throw new SocketTimeoutException("Read timed out");
				}
				// An interrupt does not end the read of a socket, but it ends a select
				interrupted |= Thread.interrupted();
				// An earlier read may have consumed the wake-up of a failure
				if (this.failure == null) {
					this.selector.select((key) -> {
					}, (timeout > 0) ? millis : 0);
				}
				int count = tryRead();
				if (count != 0) {
					return count;
				}
				if (this.failure != null) {
					throw closed();
				}
			}
		}
		catch (ClosedSelectorException ex) {
			throw closed();
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private SocketException closed() {
		String reason = this.failure;
		return new SocketException((reason != null) ? reason : CLOSED);
	}

}
