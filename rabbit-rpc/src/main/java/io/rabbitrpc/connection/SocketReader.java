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
 * Reads from a channel that does not block as one reads from any socket: it waits for
 * bytes, as long as the socket's timeout says.
 */
final class SocketReader extends InputStream {

	static final String CLOSED = "Socket closed";

	private final SocketChannel channel;

	private final Selector selector;

	private ByteBuffer buffer = ByteBuffer.allocate(0);

	private volatile int timeoutMillis;

	// Why no more can come than what is here now
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
	 * Ends reading once everything has been read that has arrived, which may be the
	 * broker's reason.
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

	/** Releases what the reader holds, when the channel is closed. */
	void release() {
		this.stopped = true;
		try {
			this.selector.close();
		}
		catch (IOException ex) {
			// Closed is closed
		}
	}

	@Override
	public int read() throws IOException {
		byte[] one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : Byte.toUnsignedInt(one[0]);
	}

	@Override
	public int read(byte[] bytes, int offset, int length) throws IOException {
		// The same array comes each time: amqp-client's buffer
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
				// By another thread, a moment ago
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
				// An interrupt ends no read of a socket, but it ends a select
				interrupted |= Thread.interrupted();
				// The wake-up of a failure may have gone to an earlier read
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
