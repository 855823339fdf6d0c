package io.rabbitrpc.connection;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * The bytes that wait to be written to one socket. All threads add bytes, and the loop's
 * thread takes them.
 */
final class PendingWrites {

	static final int ROOM_BYTES = 1024 * 1024;

	// Only writers that do not ask for room can reach this limit. They wait, as on any
	// socket, because memory is limited
	static final int MOST_BYTES = 16 * ROOM_BYTES;

	// If a thread writes by itself, no other thread must wake up. If writes come closer
	// together than this, it is cheaper when the loop's thread joins them.
	private static final long QUIET_NANOS = 100_000;

	private final DirectWrite direct;

	private final Lock lock = new ReentrantLock();

	private final Condition written = this.lock.newCondition();

	private final WriteBuffer buffer = new WriteBuffer();

	private final Room room = new Room(ROOM_BYTES);

	private int mostBytes = MOST_BYTES;

	private int waiting;

	private long movedAt;

	// Why no bytes can be added any more
	private @Nullable String closed;

	private volatile boolean due;

	PendingWrites(DirectWrite direct) {
		this.direct = direct;
	}

	boolean hasRoom() {
		return this.room.isFree();
	}

	CompletableFuture<Void> room() {
		return this.room.whenFree();
	}

	/**
	 * Adds bytes, or writes them at once.
	 * @param bytes an array
	 * @param offset index of the first byte
	 * @param length how many
	 * @param mayWait whether this thread may wait
	 * @return whether there was nothing to write before these bytes
	 * @throws IOException if the socket is closed or a write fails or has failed
	 */
	boolean add(byte[] bytes, int offset, int length, boolean mayWait) throws IOException {
		this.lock.lock();
		try {
			while (mayWait && this.waiting > this.mostBytes && this.closed == null) {
				this.written.awaitUninterruptibly();
			}
			if (this.closed != null) {
				throw new SocketException(this.closed);
			}
			long now = System.nanoTime();
			int written = 0;
			if (this.waiting == 0) {
				if (now - this.movedAt > QUIET_NANOS) {
					written = this.direct.write(bytes, offset, length);
				}
				this.movedAt = now;
				if (written == length) {
					return false;
				}
			}
			this.buffer.append(bytes, offset + written, length - written);
			this.waiting += length - written;
			this.room.update(this.waiting);
			boolean first = !this.due;
			this.due = true;
			return first;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** From now on accepts any number of bytes without a wait. */
	void takeAll() {
		this.lock.lock();
		try {
			this.mostBytes = Integer.MAX_VALUE;
			this.written.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether there is something to write.
	 * @return whether there is
	 */
	boolean isDue() {
		return this.due;
	}

	/**
	 * Takes the bytes to write next.
	 * @return all bytes that were added, or the rest of the bytes that were taken before
	 */
	ByteBuffer take() {
		this.lock.lock();
		try {
			return this.buffer.take();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Notes how many of the taken bytes were written.
	 * @param bytes their number
	 */
	void written(int bytes) {
		this.lock.lock();
		try {
			if (bytes > 0 && this.waiting > 0) {
				this.movedAt = System.nanoTime();
				boolean somebodyMayWait = this.waiting > this.mostBytes;
				this.waiting -= bytes;
				this.due = this.waiting > 0;
				this.room.update(this.waiting);
				if (somebodyMayWait) {
					this.written.signalAll();
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * For how long the socket has taken none of the bytes that wait.
	 * @return nanoseconds, 0 if nothing waits
	 */
	long stuckNanos() {
		this.lock.lock();
		try {
			return (this.waiting > 0) ? System.nanoTime() - this.movedAt : 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Starts to count this time anew. */
	void restartClock() {
		this.lock.lock();
		try {
			this.movedAt = System.nanoTime();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Accepts no more bytes, but keeps those that wait.
	 * @param reason what later writers are told
	 * @return {@code false} if no byte waits, or if this was closed already
	 */
	boolean closeAfterAll(String reason) {
		this.lock.lock();
		try {
			if (this.waiting == 0 || this.closed != null) {
				return false;
			}
			this.closed = reason;
			this.written.signalAll();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Accepts no more bytes and forgets those that wait.
	 * @param reason what later writers are told
	 * @return {@code false} if this was closed already
	 */
	boolean close(String reason) {
		boolean first;
		this.lock.lock();
		try {
			first = this.closed == null;
			if (first) {
				this.closed = reason;
			}
			this.waiting = 0;
			this.due = false;
			this.buffer.clear();
			this.written.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		this.room.close();
		return first;
	}

	/**
	 * Writes to a socket without a wait.
	 */
	interface DirectWrite {

		/**
		 * Writes as many bytes as the socket takes now.
		 * @param bytes an array
		 * @param offset index of the first byte
		 * @param length how many bytes
		 * @return how many were written, 0 if it is not this socket's turn
		 * @throws IOException if the socket has failed
		 */
		int write(byte[] bytes, int offset, int length) throws IOException;

	}

}
