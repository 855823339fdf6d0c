package io.rabbitrpc.connection;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Whether publishers should add to what waits for a socket. It ends at one amount and
 * comes back at half of it, so that publishers do not wake for every byte.
 */
final class Room {

	private final int limit;

	private volatile boolean free = true;

	private boolean open = true;

	private @Nullable CompletableFuture<Void> freeAgain;

	/**
	 * Makes room.
	 * @param limit how many waiting bytes end it
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
		// Not the one that all share: its owner may complete it
		return this.freeAgain.copy();
	}

	/**
	 * Takes the new amount into account.
	 * @param waiting how many bytes wait
	 */
	void update(int waiting) {
		if (this.free ? waiting > this.limit : waiting <= this.limit / 2) {
			set(waiting <= this.limit);
		}
	}

	/** Ends the limit for good. */
	synchronized void close() {
		this.open = false;
		set(true);
	}

	private synchronized void set(boolean isFree) {
		this.free = isFree || !this.open;
		CompletableFuture<Void> waitedFor = this.freeAgain;
		if (this.free && waitedFor != null) {
			this.freeAgain = null;
			// Elsewhere: what depends on it may take time, and this thread writes for all
			waitedFor.completeAsync(() -> null);
		}
	}

}
