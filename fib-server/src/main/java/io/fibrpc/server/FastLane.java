package io.fibrpc.server;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import com.rabbitmq.client.ShutdownSignalException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionListener;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * A second consumer that takes many requests at a time, which only runs while that is
 * safe and fair. Safe: no connection has been lost for a while. All that was delivered
 * together with a message that kills the connection shares its fate, so after a loss the
 * first consumer, which takes one request at a time, is alone until the message is gone.
 * Fair: work is so quick that what lies here would not be answered sooner elsewhere.
 */
@Component
final class FastLane implements ConnectionListener, ApplicationListener<ContextClosedEvent> {

	static final String ID = "fibonacci-fast";

	private static final Log logger = LogFactory.getLog(FastLane.class);

	private static final long CALM_NANOS = Duration.ofSeconds(5).toNanos();

	private static final int INTERVAL_MILLIS = 500;

	private static final int BUSY_REQUESTS = 50;

	private static final Duration OPENING_WORK = Duration.ofMillis(250);

	private static final Duration CLOSING_WORK = Duration.ofSeconds(1);

	private final RabbitListenerEndpointRegistry registry;

	private final RequestsInWork inWork;

	private final int prefetch;

	private long calmSinceNanos = System.nanoTime();

	private boolean closed;

	FastLane(RabbitListenerEndpointRegistry registry, RequestsInWork inWork, FibonacciServerProperties properties,
			ConnectionFactory connectionFactory) {
		this.registry = registry;
		this.inWork = inWork;
		this.prefetch = properties.prefetch();
		this.closed = this.prefetch == 1;
		connectionFactory.addConnectionListener(this);
	}

	@Override
	public void onCreate(@Nullable Connection connection) {
		// Only losses count: the reply connection comes later than the first request
	}

	@Override
	public void onShutDown(ShutdownSignalException signal) {
		// Not on the connection's own thread, which the container may wait for
		CompletableFuture.runAsync(this::lost);
	}

	private synchronized void lost() {
		this.calmSinceNanos = System.nanoTime();
		stop("a connection was lost");
	}

	@Scheduled(fixedDelay = INTERVAL_MILLIS)
	synchronized void check() {
		RequestsInWork.Load load = this.inWork.takeLoad();
		if (this.closed) {
			return;
		}
		Duration buffered = load.meanWork().multipliedBy(this.prefetch);
		if (buffered.compareTo(CLOSING_WORK) > 0) {
			stop("work takes %s on average".formatted(load.meanWork()));
		}
		else if (load.requests() >= BUSY_REQUESTS && buffered.compareTo(OPENING_WORK) <= 0
				&& System.nanoTime() - this.calmSinceNanos >= CALM_NANOS) {
			start();
		}
	}

	@Override
	public synchronized void onApplicationEvent(ContextClosedEvent event) {
		this.closed = true;
	}

	/**
	 * How many requests are taken at a time now, by whoever takes more.
	 * @return the prefetch count of this lane while it runs, else 1
	 */
	int currentPrefetch() {
		return container().isRunning() ? this.prefetch : 1;
	}

	private void start() {
		AbstractMessageListenerContainer container = container();
		if (!container.isRunning()) {
			logger.debug("Taking up to %d requests at a time".formatted(this.prefetch));
			container.setPrefetchCount(this.prefetch);
			container.start();
		}
	}

	private void stop(String reason) {
		AbstractMessageListenerContainer container = container();
		if (container.isRunning()) {
			logger.debug("Taking one request at a time: " + reason);
			// Waits for nothing that is still at work
			container.stop(() -> {
			});
		}
	}

	private AbstractMessageListenerContainer container() {
		if (this.registry.getListenerContainer(ID) instanceof AbstractMessageListenerContainer container) {
			return container;
		}
		throw new IllegalStateException("There is no listener " + ID);
	}

}
