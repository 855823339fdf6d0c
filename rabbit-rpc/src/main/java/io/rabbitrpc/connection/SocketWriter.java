package io.rabbitrpc.connection;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.impl.NetworkConnection;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a socket in turns, each as much as the socket takes: its channel does not
 * block.
 */
final class SocketWriter implements ConnectionWriter {

	// The JDK keeps a copy of this size for each thread that writes
	private static final int CHUNK_BYTES = 128 * 1024;

	// As long as amqp-client itself would wait, see SocketFrameHandler.close
	private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(1);

	// Two of RabbitMQ's default heartbeats, for connections that have none
	private static final long NO_HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(2 * 60);

	private final SocketChannel channel;

	private final SocketReader reader;

	private final WriteLoop loop;

	private final PendingWrites pending = new PendingWrites(this::writeNow);

	private ByteBuffer direct = ByteBuffer.allocate(0);

	private final AtomicBoolean watched = new AtomicBoolean();

	private volatile boolean blocked;

	private volatile boolean first;

	private volatile long closeAt = Long.MAX_VALUE;

	// Only the loop's thread has these three
	private ByteBuffer taken = ByteBuffer.allocate(0);

	private @Nullable SelectionKey key;

	private boolean full;

	SocketWriter(SocketChannel channel, SocketReader reader, WriteLoop loop) {
		this.channel = channel;
		this.reader = reader;
		this.loop = loop;
	}

	boolean isOf(NetworkConnection connection) {
		try {
			// Connections to different brokers may share a local port
			return this.channel.getLocalAddress() instanceof InetSocketAddress local
					&& this.channel.getRemoteAddress() instanceof InetSocketAddress remote
					&& local.getPort() == connection.getLocalPort() && remote.getPort() == connection.getPort()
					&& local.getAddress().equals(connection.getLocalAddress())
					&& remote.getAddress().equals(connection.getAddress());
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Waits without an end while the broker blocks publishers: then it reads nothing, and
	 * another connection would not help.
	 * @param connection the connection of this socket
	 */
	void watchBlocking(Connection connection) {
		if (this.watched.compareAndSet(false, true)) {
			connection.addBlockedListener((reason) -> blocked(true), () -> blocked(false));
		}
	}

	void blocked(boolean isBlocked) {
		this.blocked = isBlocked;
		if (!isBlocked) {
			this.pending.restartClock();
		}
	}

	void append(byte[] bytes, int offset, int length) throws IOException {
		try {
			if (this.pending.add(bytes, offset, length, !this.loop.isCurrentThread())) {
				this.loop.wake();
			}
		}
		catch (RuntimeException | Error ex) {
			// Part of a frame may have left: what follows would be read as the rest of it
			close(String.valueOf(ex.getMessage()));
			throw ex;
		}
	}

	private int writeNow(byte[] bytes, int offset, int length) throws IOException {
		if (!this.first && this.loop.somethingLeavesFirst()) {
			return 0;
		}
		// The same array comes each time: amqp-client's buffer
		if (this.direct.array() != bytes) {
			this.direct = ByteBuffer.wrap(bytes);
		}
		try {
			return this.channel.write(this.direct.limit(offset + Math.min(length, CHUNK_BYTES)).position(offset));
		}
		catch (IOException ex) {
			fail(String.valueOf(ex.getMessage()));
			throw ex;
		}
	}

	void takeAll() {
		this.pending.takeAll();
	}

	@Override
	public boolean hasRoom() {
		return this.pending.hasRoom();
	}

	@Override
	public CompletableFuture<Void> room() {
		return this.pending.room();
	}

	@Override
	public Duration stuck() {
		return Duration.ofNanos(this.pending.stuckNanos());
	}

	@Override
	public void leaveFirst() {
		this.first = true;
	}

	boolean isDue() {
		return this.pending.isDue();
	}

	boolean leavesFirst() {
		return this.first;
	}

	@Override
	public void close(String reason) {
		if (this.pending.close(reason)) {
			this.reader.fail(reason);
			try {
				// What the system still holds for a peer that does not read is given up,
				// too
				this.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
			}
			catch (IOException ex) {
				// Closed already
			}
			release();
		}
	}

	/**
	 * Closes the socket when all is written, but without a wait and a second later at
	 * most.
	 */
	void close() {
		this.closeAt = System.nanoTime() + CLOSE_NANOS;
		if (this.pending.closeAfterAll(SocketReader.CLOSED)) {
			this.reader.stop();
			this.loop.wake();
		}
		else {
			release();
		}
	}

	private void release() {
		this.pending.close(SocketReader.CLOSED);
		try {
			this.channel.close();
		}
		catch (IOException ex) {
			// Closed is closed
		}
		this.reader.release();
		this.loop.remove(this);
	}

	/**
	 * Takes what is to be written in the next turn. Only the loop's thread may.
	 */
	void take() {
		if (this.pending.isDue()) {
			this.taken = this.pending.take();
		}
	}

	/**
	 * Writes what was taken, as far as the socket takes it now. Only the loop's thread
	 * may.
	 * @param selector tells when it takes more
	 * @return when the next turn is due in nanoseconds, 0 for at once
	 */
	long turn(Selector selector) {
		if (!this.pending.isDue()) {
			return Long.MAX_VALUE;
		}
		try {
			if (!this.full) {
				write();
				if (this.full) {
					awaitWritable(selector);
				}
			}
			return nextTurn();
		}
		// An error too: it is this connection's end, not that of all
		catch (IOException | RuntimeException | Error ex) {
			fail(String.valueOf(ex.getMessage()));
			return Long.MAX_VALUE;
		}
	}

	private void write() throws IOException {
		ByteBuffer bytes = this.taken;
		int limit = bytes.limit();
		while (bytes.hasRemaining() && !this.full) {
			int chunk = Math.min(bytes.remaining(), CHUNK_BYTES);
			int written = this.channel.write(bytes.limit(bytes.position() + chunk));
			bytes.limit(limit);
			this.full = written < chunk;
			this.pending.written(written);
		}
	}

	private void awaitWritable(Selector selector) throws ClosedChannelException {
		if (this.key == null || this.key.selector() != selector) {
			this.key = this.channel.register(selector, SelectionKey.OP_WRITE, this);
		}
		else {
			this.key.interestOps(SelectionKey.OP_WRITE);
		}
	}

	static void writable(SelectionKey key) {
		((SocketWriter) key.attachment()).full = false;
		try {
			key.interestOps(0);
		}
		catch (CancelledKeyException ex) {
			// Closed by another thread, a moment ago: no end of the thread that
			// writes for all
		}
	}

	private long nextTurn() {
		if (!this.pending.isDue()) {
			if (this.closeAt != Long.MAX_VALUE) {
				release();
			}
			return Long.MAX_VALUE;
		}
		if (!this.full) {
			return 0;
		}
		long untilClose = (this.closeAt != Long.MAX_VALUE) ? this.closeAt - System.nanoTime() : Long.MAX_VALUE;
		long patience = patienceNanos();
		long untilStuck = this.blocked ? patience : patience - this.pending.stuckNanos();
		if (untilClose <= 0) {
			release();
		}
		else if (untilStuck <= 0) {
			close("the broker has read nothing for %d s".formatted(TimeUnit.NANOSECONDS.toSeconds(patience)));
		}
		return Math.max(0, Math.min(untilClose, untilStuck));
	}

	// amqp-client sets the timeout to a quarter of the heartbeat, and takes a peer for
	// dead that was silent for two. This is the same for what the peer reads.
	private long patienceNanos() {
		int timeout = this.reader.timeout();
		return (timeout > 0) ? TimeUnit.MILLISECONDS.toNanos(8L * timeout) : NO_HEARTBEAT_NANOS;
	}

	private void fail(String reason) {
		if (this.pending.close(reason)) {
			this.reader.fail(reason);
		}
		else {
			release();
		}
	}

}
