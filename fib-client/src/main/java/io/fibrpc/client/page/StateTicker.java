package io.fibrpc.client.page;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Tells viewers the client's state each second, if there are any.
 */
final class StateTicker implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(StateTicker.class);

	private final ScheduledExecutorService scheduler;

	private final Viewers viewers;

	private final DrawnCalls calls;

	private final ClientStates states;

	StateTicker(Viewers viewers, DrawnCalls calls, ClientStates states) {
		this.viewers = viewers;
		this.calls = calls;
		this.states = states;
		CustomizableThreadFactory threads = new CustomizableThreadFactory("fib-client-page-state-");
		threads.setDaemon(true);
		this.scheduler = Executors.newSingleThreadScheduledExecutor(threads);
		this.scheduler.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
	}

	/** Tells the state soon, for a page that has just been opened. */
	void tellSoon() {
		this.scheduler.execute(this::tell);
	}

	private void tick() {
		this.calls.nextSecond();
		tell();
	}

	private void tell() {
		try {
			if (this.viewers.areThere()) {
				this.viewers.tell(new PageEvent("state", this.states.now()));
			}
		}
		catch (RuntimeException ex) {
			// An exception from here would end the ticker for ever
			logger.warn("Cannot tell the page the state of this client", ex);
		}
	}

	@Override
	public void close() {
		this.scheduler.shutdownNow();
	}

}
