package io.fibrpc.client.page;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

import org.springframework.web.servlet.function.ServerResponse.SseBuilder;

/**
 * Writes events to one open page. If the page reads too slowly, it misses the oldest
 * ones.
 */
final class Viewer implements Runnable {

	private static final int MAX_EVENTS = 500;

	private static final PageEvent END = new PageEvent("end", "");

	private final BlockingQueue<PageEvent> events = new ArrayBlockingQueue<>(MAX_EVENTS);

	private final SseBuilder stream;

	private final Consumer<Viewer> left;

	Viewer(SseBuilder stream, Consumer<Viewer> left) {
		this.stream = stream;
		this.left = left;
	}

	/**
	 * Writes an event later. This never waits.
	 * @param event the event
	 */
	void tell(PageEvent event) {
		while (!this.events.offer(event)) {
			this.events.poll();
		}
	}

	/** Ends the stream after the events that are to be written. */
	void end() {
		tell(END);
	}

	@Override
	public void run() {
		try {
			for (PageEvent event = this.events.take(); !event.equals(END); event = this.events.take()) {
				this.stream.event(event.name()).data(event.data());
			}
			this.stream.complete();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			this.stream.complete();
		}
		catch (IOException ex) {
			// The page was closed
		}
		finally {
			this.left.accept(this);
		}
	}

}
