package io.rabbitrpc.connection;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Whether publishers may add bytes for a socket. There is no room above a limit, and room
 * again below half of it. So publishers do not wake up for every byte.
 */
final class Room {

	// Not the common pool: if other code blocks it, no request that waits would go out
	private static final SimpleAsyncTaskExecutor THREADS = new SimpleAsyncTaskExecutor("rabbit-rpc-room-");
	static {
		THREADS.setDaemon(true);
	}

	private final int limit;

	private volatile boolean free = true;

	private boolean open = true;

	private @Nullable CompletableFuture<Void> freeAgain;

	/**
	 * Creates it, with room.
	 * @param limit how many bytes may wait
	 */
	Room(int limit) {
		this.limit = limit;
	}

	boolean isFree() {
		return this.free;
	}

	synchronized CompletableFuture<Void> whenFree() {
		if (this.free) {
			return CompletableFuture.completedFuture(null);
		}
		if (this.freeAgain == null) {
			this.freeAgain = new CompletableFuture<>();
		}
		// Not the shared future, because the caller may complete its own
		return this.freeAgain.copy();
	}

	/**
	 * Updates it.
	 * @param waiting how many bytes wait now
	 */
	void update(int waiting) {
		if (this.free ? waiting > this.limit : waiting <= this.limit / 2) {
			set(waiting <= this.limit);
		}
	}

	/** Removes the limit for good. */
	synchronized void close() {
		this.open = false;
		set(true);
	}

	private synchronized void set(boolean isFree) {
		this.free = isFree || !this.open;
		CompletableFuture<Void> waitedFor = this.freeAgain;
		if (this.free && waitedFor != null) {
			this.freeAgain = null;
			complete(waitedFor);
		}
	}

	// On another thread: dependents may take time, and this thread writes for all sockets
	private static void complete(CompletableFuture<Void> room) {
		try {
			room.completeAsync(() -> null, THREADS);
		}
		catch (RuntimeException | Error ex) {
			// There is no thread. The requests that wait must go out all the same
			room.complete(null);
		}
	}

}
