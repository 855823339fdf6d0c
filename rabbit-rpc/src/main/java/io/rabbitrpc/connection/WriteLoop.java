package io.rabbitrpc.connection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/**
 * The thread that writes to all sockets. It runs while there is a socket.
 */
final class WriteLoop {

	private volatile SocketWriter[] writers = {};

	private volatile @Nullable Selector selector;

	private volatile @Nullable Thread thread;

	private final AtomicBoolean asleep = new AtomicBoolean();

	synchronized void add(SocketWriter writer) throws IOException {
		SocketWriter[] more = Arrays.copyOf(this.writers, this.writers.length + 1);
		more[more.length - 1] = writer;
		if (this.selector == null) {
			start(Selector.open());
		}
		this.writers = more;
	}

	private void start(Selector opened) throws IOException {
		Thread started = new Thread(() -> run(opened), "rabbit-rpc-writer");
		started.setDaemon(true);
		boolean running = false;
		try {
			// The new thread first waits for this lock. The system may refuse a new
			// thread.
			started.start();
			running = true;
			this.selector = opened;
			this.thread = started;
		}
		finally {
			if (!running) {
				opened.close();
			}
		}
	}

	synchronized void remove(SocketWriter writer) {
		this.writers = Arrays.stream(this.writers).filter((other) -> other != writer).toArray(SocketWriter[]::new);
		// A selector keeps the file descriptor of a closed channel until it looks
		wake();
	}

	List<SocketWriter> writers() {
		return List.of(this.writers);
	}

	/**
	 * Whether a socket that goes before the others has bytes to write.
	 * @return whether there is such a socket
	 */
	boolean somethingLeavesFirst() {
		for (SocketWriter writer : this.writers) {
			if (writer.leavesFirst() && writer.isDue()) {
				return true;
			}
		}
		return false;
	}

	boolean isCurrentThread() {
		return Thread.currentThread() == this.thread;
	}

	/** Lets the thread look at all sockets. */
	void wake() {
		Selector current = this.selector;
		if (current != null && this.asleep.compareAndSet(true, false)) {
			current.wakeup();
		}
	}

	private void run(Selector opened) {
		try (opened) {
			while (!isOver()) {
				long sleepNanos = turn(opened);
				if (sleepNanos > 0) {
					this.asleep.set(true);
					// A writer that came before that did not wake this thread
					sleepNanos = turn(opened);
				}
				select(opened, sleepNanos);
				this.asleep.set(false);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			end(opened);
		}
	}

	// Without a thread that writes, no connection may seem to be open
	private void end(Selector opened) {
		SocketWriter[] left;
		synchronized (this) {
			left = (this.selector == opened) ? this.writers : new SocketWriter[0];
			if (this.selector == opened) {
				this.selector = null;
				this.thread = null;
			}
		}
		for (SocketWriter writer : left) {
			writer.close("the thread that writes to the broker has stopped");
		}
	}

	// Sockets that go first are taken last and written first. So no other socket's bytes
	// can leave before earlier bytes of these
	private long turn(Selector opened) {
		SocketWriter[] current = this.writers;
		for (SocketWriter writer : current) {
			if (!writer.leavesFirst()) {
				writer.take();
			}
		}
		long sleepNanos = (current.length > 0) ? Long.MAX_VALUE : 0;
		for (SocketWriter writer : current) {
			if (writer.leavesFirst()) {
				writer.take();
				sleepNanos = Math.min(sleepNanos, writer.turn(opened));
			}
		}
		for (SocketWriter writer : current) {
			if (!writer.leavesFirst()) {
				sleepNanos = Math.min(sleepNanos, writer.turn(opened));
			}
		}
		return sleepNanos;
	}

	private static void select(Selector opened, long sleepNanos) throws IOException {
		if (sleepNanos <= 0) {
			opened.selectNow(SocketWriter::writable);
		}
		else {
			long millis = TimeUnit.NANOSECONDS.toMillis(sleepNanos) + 1;
			opened.select(SocketWriter::writable, millis);
		}
	}

	private synchronized boolean isOver() {
		if (this.writers.length > 0) {
			return false;
		}
		this.selector = null;
		this.thread = null;
		return true;
	}

}
