package io.rabbitrpc.server.container;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The queues whose requests this application answers. When the application stops, it logs
 * how many requests are still in work.
 */
public final class ServedQueues implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(ServedQueues.class);

	private final Map<String, ServedQueue> queues = new ConcurrentHashMap<>();

	private final QueueMeters.Factory meters;

	private volatile boolean running;

	public ServedQueues(QueueMeters.Factory meters) {
		this.meters = meters;
	}

	/**
	 * Gets a queue, or adds it.
	 * @param name its name
	 * @return the queue
	 */
	public ServedQueue of(String name) {
		return this.queues.computeIfAbsent(name, (queue) -> new ServedQueue(queue, this.meters));
	}

	public boolean contains(String name) {
		return this.queues.containsKey(name);
	}

	public Collection<ServedQueue> all() {
		return this.queues.values();
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		int abandoned = all().stream().mapToInt(ServedQueue::active).sum();
		if (abandoned > 0) {
			logger.warn("Stopped taking requests; gave up %d in work, which RabbitMQ gives to another server"
				.formatted(abandoned));
		}
		else if (!this.queues.isEmpty()) {
			logger.info("Stopped taking requests; none is in work");
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	// This stops right after the listeners' containers
	@Override
	public int getPhase() {
		return DEFAULT_PHASE - 1;
	}

}
