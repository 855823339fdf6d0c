package io.fibrpc.client.page;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.web.servlet.function.ServerResponse.SseBuilder;

/**
 * The open pages. It is closed before the web server, which would wait for their streams.
 */
final class Viewers implements SmartLifecycle {

	/** The most pages that are told of calls at a time. */
	static final int MAX_VIEWERS = 20;

	private final Set<Viewer> viewers = ConcurrentHashMap.newKeySet();

	private final AsyncTaskExecutor executor;

	private volatile boolean running;

	Viewers(AsyncTaskExecutor executor) {
		this.executor = executor;
	}

	boolean areThere() {
		return !this.viewers.isEmpty();
	}

	/**
	 * Tells all viewers.
	 * @param event the event
	 */
	void tell(PageEvent event) {
		this.viewers.forEach((viewer) -> viewer.tell(event));
	}

	/**
	 * Adds a viewer, unless there are too many. It leaves when its page is closed.
	 * @param stream its stream
	 */
	synchronized void add(SseBuilder stream) {
		Viewer viewer = new Viewer(stream, this.viewers::remove);
		if (!this.running) {
			viewer.end();
		}
		else if (this.viewers.size() < MAX_VIEWERS) {
			this.viewers.add(viewer);
		}
		else {
			viewer.tell(new PageEvent("full", MAX_VIEWERS));
			viewer.end();
		}
		this.executor.execute(viewer);
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public synchronized void stop() {
		this.running = false;
		this.viewers.forEach(Viewer::end);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
