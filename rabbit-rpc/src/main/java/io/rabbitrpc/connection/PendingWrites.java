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
 * What waits to be written to one socket. All threads add to it, and the loop's thread
 * takes from it.
 */
final class PendingWrites {

	static final int ROOM_BYTES = 1024 * 1024;

	// Only those who do not ask for room can come here. They wait, as on any socket:
	// memory must end somewhere
	static final int MOST_BYTES = 16 * ROOM_BYTES;

	// A thread that writes itself saves waking another one. With writes closer to each
	// other than this, the other one joins them, which saves more.
	private static final long QUIET_NANOS = 100_000;

	private final DirectWrite direct;

	private final Lock lock = new ReentrantLock();

	private final Condition written = this.lock.newCondition();

	private final WriteBuffer buffer = new WriteBuffer();

	private final Room room = new Room(ROOM_BYTES);

	private int mostBytes = MOST_BYTES;

	private int waiting;

	private long movedAt;

	// Why nothing can be added any more
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
	 * @param offset the first of them
	 * @param length how many
	 * @param mayWait whether this thread may be made to wait
	 * @return whether they are the first ones since there was nothing to write
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

	/** Lets nobody wait any more, whatever the amount. */
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
	 * Takes what is to be written next.
	 * @return all that had gathered, or what is left of what was taken before
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
	 * Notes what was written of what was taken.
	 * @param bytes how many
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
	 * For how long nothing was taken from what waits.
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

	/** Counts the time that nothing is taken from now on. */
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
	 * Takes no more, but keeps what waits.
	 * @param reason what later writers are told
	 * @return {@code false} if nothing waits or it was closed already
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
	 * Takes no more and forgets what waits.
	 * @param reason what later writers are told
	 * @return {@code false} if it was closed already
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
	 * Writes without a wait.
	 */
	interface DirectWrite {

		/**
		 * Writes what can be written at once.
		 * @param bytes an array
		 * @param offset the first byte
		 * @param length how many they are
		 * @return how many were written, 0 if it is not this socket's turn
		 * @throws IOException if the socket has failed
		 */
		int write(byte[] bytes, int offset, int length) throws IOException;

	}

}
