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
 * Writes to a socket whose channel does not block. In each turn it writes as much as the
 * socket takes.
 */
final class SocketWriter implements ConnectionWriter {

	// The JDK keeps a copy of this size for each thread that writes
	private static final int CHUNK_BYTES = 128 * 1024;

	// amqp-client itself would wait as long, see SocketFrameHandler.close
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

	// Only the loop's thread uses these three
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
	 * Lets writes wait without a limit while the broker blocks publishers. The broker
	 * then reads nothing, and another connection would not help.
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
			// A part of a frame may have left. The broker would read later bytes as the
			// rest of that frame
			close(String.valueOf(ex.getMessage()));
			throw ex;
		}
	}

	private int writeNow(byte[] bytes, int offset, int length) throws IOException {
		if (!this.first && this.loop.somethingLeavesFirst()) {
			return 0;
		}
		// It is the same array each time: amqp-client's buffer
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
				// This also discards the bytes that the system still holds for a peer
				// that does not read
				this.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
			}
			catch (IOException ex) {
				// It is closed already
			}
			release();
		}
	}

	/**
	 * Closes the socket when all bytes are written, at most a second later. This method
	 * itself does not wait.
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
			// It is closed in any case
		}
		this.reader.release();
		this.loop.remove(this);
	}

	/**
	 * Takes the bytes for the next turn. Only the loop's thread may call this.
	 */
	void take() {
		if (this.pending.isDue()) {
			this.taken = this.pending.take();
		}
	}

	/**
	 * Writes as many of the taken bytes as the socket takes now. Only the loop's thread
	 * may call this.
	 * @param selector tells when the socket takes more
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
		// Also an error: it must end this connection, not all of them
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
			// Another thread closed it a moment ago. The thread that writes for all goes
			// on
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

	// amqp-client sets the timeout to a quarter of the heartbeat. It treats a peer as
	// dead that sent nothing for two heartbeats. This does the same if the peer reads
	// nothing.
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
