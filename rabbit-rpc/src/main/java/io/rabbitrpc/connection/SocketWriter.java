package io.rabbitrpc.connection;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import com.rabbitmq.client.impl.NetworkConnection;
import org.jspecify.annotations.Nullable;

/**
 * What is written to a socket, until the loop's thread passes it on. The socket never
 * makes a thread wait, because its channel does not block.
 */
final class SocketWriter implements ConnectionWriter {

	static final int ROOM_BYTES = 1024 * 1024;

	// Only those who do not ask for room can come here. They wait, as on any socket:
	// memory must end somewhere
	static final int MOST_BYTES = 16 * ROOM_BYTES;

	// The JDK keeps a copy of this size for each thread that writes
	private static final int CHUNK_BYTES = 128 * 1024;

	// As long as amqp-client itself would wait, see SocketFrameHandler.close
	private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(1);

	// Two of RabbitMQ's default heartbeats, for connections that have none
	private static final long NO_HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(2 * 60);

	private final SocketChannel channel;

	private final SocketReader reader;

	private final WriteLoop loop;

	private final Lock lock = new ReentrantLock();

	private final Condition taken = this.lock.newCondition();

	private final WriteBuffer buffer = new WriteBuffer();

	private final Room room = new Room(ROOM_BYTES);

	private int waiting;

	private long movedAt;

	// Why nothing can be written any more
	private @Nullable String ended;

	private long closeAt = Long.MAX_VALUE;

	private int mostBytes = MOST_BYTES;

	private volatile boolean due;

	// Only the loop's thread has these two
	private @Nullable SelectionKey key;

	private boolean full;

	SocketWriter(SocketChannel channel, SocketReader reader, WriteLoop loop) {
		this.channel = channel;
		this.reader = reader;
		this.loop = loop;
	}

	/**
	 * Adds bytes to what is to be written.
	 * @param bytes an array
	 * @param offset the first of them
	 * @param length how many
	 * @throws SocketException if the socket is closed or a write has failed
	 */
	void append(byte[] bytes, int offset, int length) throws SocketException {
		this.lock.lock();
		try {
			while (this.waiting > this.mostBytes && this.ended == null && !this.loop.isCurrentThread()) {
				this.taken.awaitUninterruptibly();
			}
			if (this.ended != null) {
				throw new SocketException(this.ended);
			}
			this.buffer.append(bytes, offset, length);
			if (this.waiting == 0) {
				this.movedAt = System.nanoTime();
			}
			this.waiting += length;
			this.room.update(this.waiting);
			if (this.due) {
				return;
			}
			this.due = true;
		}
		finally {
			this.lock.unlock();
		}
		this.loop.wake();
	}

	boolean isOf(NetworkConnection connection) {
		try {
			return this.channel.getLocalAddress() instanceof InetSocketAddress local
					&& local.getPort() == connection.getLocalPort()
					&& local.getAddress().equals(connection.getLocalAddress());
		}
		catch (IOException ex) {
			return false;
		}
	}

	@Override
	public boolean hasRoom() {
		return this.room.isFree();
	}

	@Override
	public CompletableFuture<Void> room() {
		return this.room.whenFree();
	}

	@Override
	public Duration stuck() {
		this.lock.lock();
		try {
			return (this.waiting > 0) ? Duration.ofNanos(System.nanoTime() - this.movedAt) : Duration.ZERO;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void close(String reason) {
		if (end(reason)) {
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

	void takeAll() {
		this.lock.lock();
		try {
			this.mostBytes = Integer.MAX_VALUE;
			this.taken.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Closes the socket when all is written, but without a wait and a second later at
	 * most.
	 */
	void close() {
		this.lock.lock();
		try {
			if (this.waiting > 0 && this.ended == null) {
				this.ended = SocketReader.CLOSED;
				this.closeAt = System.nanoTime() + CLOSE_NANOS;
				this.due = true;
				this.taken.signalAll();
				this.reader.stop();
				this.loop.wake();
				return;
			}
		}
		finally {
			this.lock.unlock();
		}
		end(SocketReader.CLOSED);
		release();
	}

	/**
	 * Writes what the socket takes now. Only the loop's thread may.
	 * @param selector tells when it takes more
	 * @return when the next turn is due in nanoseconds, 0 for at once
	 */
	long turn(Selector selector) {
		if (!this.due) {
			return Long.MAX_VALUE;
		}
		try {
			if (!this.full) {
				this.full = !write();
				if (this.full) {
					awaitWritable(selector);
				}
			}
			return nextTurn();
		}
		catch (IOException | RuntimeException ex) {
			fail(String.valueOf(ex.getMessage()));
			return Long.MAX_VALUE;
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
		key.interestOps(0);
		((SocketWriter) key.attachment()).full = false;
	}

	private boolean write() throws IOException {
		ByteBuffer bytes = take();
		int limit = bytes.limit();
		int chunk = Math.min(bytes.remaining(), CHUNK_BYTES);
		bytes.limit(bytes.position() + chunk);
		int written = this.channel.write(bytes);
		bytes.limit(limit);
		written(written);
		return written == chunk;
	}

	private ByteBuffer take() {
		this.lock.lock();
		try {
			return this.buffer.take();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void written(int bytes) {
		this.lock.lock();
		try {
			if (bytes == 0 || this.waiting == 0) {
				return;
			}
			this.movedAt = System.nanoTime();
			boolean tooMuch = this.waiting > MOST_BYTES;
			this.waiting -= bytes;
			this.due = this.waiting > 0;
			this.room.update(this.waiting);
			if (tooMuch) {
				this.taken.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private long nextTurn() {
		long now = System.nanoTime();
		long untilClose;
		long untilStuck;
		this.lock.lock();
		try {
			boolean closing = this.closeAt != Long.MAX_VALUE;
			if (this.waiting == 0 && !closing) {
				return Long.MAX_VALUE;
			}
			if (this.waiting > 0 && !this.full) {
				return 0;
			}
			untilClose = !closing ? Long.MAX_VALUE : (this.waiting > 0) ? this.closeAt - now : 0;
			untilStuck = this.movedAt + stuckNanos() - now;
		}
		finally {
			this.lock.unlock();
		}
		if (untilClose <= 0) {
			release();
		}
		else if (untilStuck <= 0) {
			close("the broker has read nothing for %d s".formatted(TimeUnit.NANOSECONDS.toSeconds(stuckNanos())));
		}
		return Math.min(untilClose, untilStuck);
	}

	// amqp-client sets the timeout to a quarter of the heartbeat, and takes a peer for
	// dead that was silent for two. This is the same for what the peer reads.
	private long stuckNanos() {
		int timeout = this.reader.timeout();
		return (timeout > 0) ? TimeUnit.MILLISECONDS.toNanos(8L * timeout) : NO_HEARTBEAT_NANOS;
	}

	private void fail(String reason) {
		if (end(reason)) {
			this.reader.fail(reason);
		}
		else {
			release();
		}
	}

	private boolean end(String reason) {
		this.lock.lock();
		try {
			if (this.ended != null) {
				return false;
			}
			this.ended = reason;
			forget();
		}
		finally {
			this.lock.unlock();
		}
		this.room.close();
		return true;
	}

	private void forget() {
		this.waiting = 0;
		this.due = false;
		this.buffer.clear();
		this.taken.signalAll();
	}

	private void release() {
		this.lock.lock();
		try {
			forget();
		}
		finally {
			this.lock.unlock();
		}
		this.room.close();
		try {
			this.channel.close();
		}
		catch (IOException ex) {
			// Closed is closed
		}
		this.reader.release();
		this.loop.remove(this);
	}

}
