package io.fibrpc.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.ShutdownSignalException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionListener;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Decides how many requests a direct container takes at a time. Many, while many quick
 * ones come: each would wait for the acknowledgement of the one before otherwise. Few, if
 * what lies here would be answered sooner by another server, and after a lost connection,
 * since all that was delivered together with a message that ends a server shares its
 * fate.
 * <p>
 * RabbitMQ takes a prefetch count for new consumers only, so consumers with another one
 * take over from those there are.
 */
@Component
final class AdaptivePrefetch implements ConnectionListener, ApplicationListener<ContextClosedEvent> {

	private static final Log logger = LogFactory.getLog(AdaptivePrefetch.class);

	private static final int INTERVAL_MILLIS = 500;

	private static final int BUSY_REQUESTS = 50;

	// Five seconds
	private static final int QUIET_INTERVALS = 10;

	private static final Duration QUICK = Duration.ofMillis(250);

	private static final Duration SLOW = Duration.ofSeconds(1);

	private final RabbitListenerEndpointRegistry registry;

	private final RequestConsumers consumers;

	private final RequestsInWork inWork;

	private final int few;

	private final int many;

	private final int consumersPerQueue;

	private final AtomicInteger losses = new AtomicInteger();

	private int lossesSeen;

	private int quietIntervals;

	private volatile int current;

	private volatile int wanted;

	private volatile boolean closed;

	AdaptivePrefetch(RabbitListenerEndpointRegistry registry, RequestConsumers consumers, RequestsInWork inWork,
			FibonacciServerProperties properties, RabbitProperties rabbitProperties,
			ConnectionFactory connectionFactory) {
		this.registry = registry;
		this.consumers = consumers;
		this.inWork = inWork;
		RabbitProperties.DirectContainer container = rabbitProperties.getListener().getDirect();
		this.few = (container.getPrefetch() != null) ? container.getPrefetch() : 1;
		this.many = Math.max(this.few, properties.prefetch());
		this.consumersPerQueue = (container.getConsumersPerQueue() != null) ? container.getConsumersPerQueue() : 1;
		this.current = this.few;
		this.wanted = this.few;
		connectionFactory.addConnectionListener(this);
	}

	@Override
	public void onCreate(@Nullable Connection connection) {
		// Consumers start as they were set up at the loss
	}

	@Override
	public void onShutDown(ShutdownSignalException signal) {
		this.losses.incrementAndGet();
		this.current = this.few;
		DirectMessageListenerContainer container = container();
		if (container != null) {
			container.setPrefetchCount(this.few);
		}
	}

	@Scheduled(fixedDelay = INTERVAL_MILLIS)
	void check() {
		RequestsInWork.Load load = this.inWork.takeLoad();
		int lost = this.losses.get();
		// Nobody knows what the consumers have that started after a loss
		boolean unsure = lost != this.lossesSeen;
		this.wanted = unsure ? this.few : prefetchFor(load);
		DirectMessageListenerContainer container = container();
		if (container == null || this.closed || this.consumers.channel(FibonacciListener.ID) == null) {
			return;
		}
		if (unsure || this.wanted != this.current) {
			if (succeeds(() -> replaceConsumers(container, this.wanted))) {
				this.lossesSeen = lost;
			}
		}
		else if (this.consumers.count() > this.consumersPerQueue) {
			// A connection that was lost in the middle of the change leaves more
			succeeds(() -> container.setConsumersPerQueue(this.consumersPerQueue));
		}
	}

	private int prefetchFor(RequestsInWork.Load load) {
		Duration work = load.meanWork().multipliedBy(this.many);
		boolean busy = load.requests() >= BUSY_REQUESTS;
		this.quietIntervals = busy ? 0 : this.quietIntervals + 1;
		if (work.compareTo(SLOW) > 0 || this.quietIntervals >= QUIET_INTERVALS) {
			return this.few;
		}
		return (busy && work.compareTo(QUICK) <= 0) ? this.many : this.wanted;
	}

	private void replaceConsumers(DirectMessageListenerContainer container, int prefetch) {
		container.setPrefetchCount(prefetch);
		container.setConsumersPerQueue(this.consumersPerQueue);
		// The container cancels the oldest first, and each when others have begun
		container.setConsumersPerQueue(2 * this.consumersPerQueue);
		container.setConsumersPerQueue(this.consumersPerQueue);
		this.current = prefetch;
		logger.debug("Taking up to %d requests at a time".formatted(prefetch));
	}

	private boolean succeeds(Runnable change) {
		try {
			change.run();
			return true;
		}
		catch (AmqpException | IllegalStateException ex) {
			// The connection is lost, or the container stops: the next look tries again
			logger.debug("Cannot change how many requests are taken at a time", ex);
			return false;
		}
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		this.closed = true;
	}

	/**
	 * How many requests each consumer takes at a time now.
	 * @return the prefetch count
	 */
	int current() {
		return this.current;
	}

	private @Nullable DirectMessageListenerContainer container() {
		return (this.registry
			.getListenerContainer(FibonacciListener.ID) instanceof DirectMessageListenerContainer container) ? container
					: null;
	}

}
