package io.fibrpc.server;

import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Counts the requests that are being worked on, and says at the end what became of them.
 */
@Component
final class RequestsInWork implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(RequestsInWork.class);

	private final AtomicInteger count = new AtomicInteger();

	private volatile boolean running;

	void begin() {
		this.count.incrementAndGet();
	}

	void end() {
		this.count.decrementAndGet();
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		int abandoned = this.count.get();
		if (abandoned == 0) {
			logger.info("Stopped taking requests; every request that was begun has been answered");
		}
		else {
			logger.warn("Stopped taking requests; %d in work abandoned, which RabbitMQ gives to another server"
				.formatted(abandoned));
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	// Right after the listener's container, which stops first
	@Override
	public int getPhase() {
		return DEFAULT_PHASE - 1;
	}

}
