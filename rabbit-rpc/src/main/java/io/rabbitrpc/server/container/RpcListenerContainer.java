package io.rabbitrpc.server.container;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.connection.ConnectionListener;
import org.springframework.amqp.rabbit.listener.AsyncConsumerStartedEvent;
import org.springframework.amqp.rabbit.listener.ConsumeOkEvent;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.context.ApplicationEventPublisher;

import io.rabbitrpc.connection.inbound.HeldBodies;
import io.rabbitrpc.server.request.RequestPropertiesConverter;

/**
 * The container of one listener. It knows its consumers. It can replace them by consumers
 * that take more or fewer requests at a time, because RabbitMQ uses a new prefetch count
 * only for new consumers.
 */
public final class RpcListenerContainer extends DirectMessageListenerContainer {

	/** How often the container looks at how many requests it should take. */
	public static final Duration MONITOR_INTERVAL = AdaptivePrefetch.INTERVAL;

	private final RequestConsumers confirmed = new RequestConsumers();

	private final AdaptivePrefetch prefetch = new AdaptivePrefetch(this);

	private volatile int wantedPerQueue = 1;

	private volatile @Nullable HeldBodies bodies;

	private volatile boolean hasConsumed;

	@Override
	public void setConsumersPerQueue(int consumersPerQueue) {
		this.wantedPerQueue = consumersPerQueue;
		super.setConsumersPerQueue(consumersPerQueue);
	}

	public int consumersPerQueue() {
		return this.wantedPerQueue;
	}

	int initialPrefetch() {
		return getPrefetchCount();
	}

	@Override
	public void setApplicationEventPublisher(ApplicationEventPublisher publisher) {
		super.setApplicationEventPublisher((event) -> {
			if (event instanceof ConsumeOkEvent begun) {
				this.confirmed.add(begun);
			}
			else if (event instanceof AsyncConsumerStartedEvent) {
				this.hasConsumed = true;
			}
			publisher.publishEvent(event);
		});
	}

	RequestConsumers consumers() {
		return this.confirmed;
	}

	/**
	 * Sets how many requests a consumer takes at a time at most, before the container
	 * starts.
	 * @param largest how many it takes at a time while quick ones come
	 * @param heldBodies limits the bodies of the requests that wait here
	 */
	public void setLargestPrefetch(int largest, HeldBodies heldBodies) {
		this.bodies = heldBodies;
		this.prefetch.init(largest, heldBodies::share);
	}

	/**
	 * Makes the listener for the connections of this container.
	 * @return a listener that reduces the prefetch count after a loss
	 */
	public ConnectionListener connectionListener() {
		return this.prefetch;
	}

	/**
	 * Counts a request that has ended, and releases its body.
	 * @param request the request
	 * @param nanos how long it took
	 */
	public void ended(Message request, long nanos) {
		this.prefetch.ended(nanos, RequestPropertiesConverter.bodyBytes(request));
		HeldBodies held = this.bodies;
		if (held != null) {
			MessageProperties properties = request.getMessageProperties();
			held.release(properties.getConsumerTag(), properties.getDeliveryTag());
		}
	}

	/**
	 * How many requests each consumer takes at a time now.
	 * @return the prefetch count
	 */
	int prefetch() {
		return this.prefetch.current();
	}

	// This runs at each monitor interval, on the thread that also restarts consumers
	@Override
	protected void processMonitorTask() {
		this.prefetch.check();
	}

	/**
	 * Replaces all consumers by new ones. The container cancels the oldest first, and
	 * only after a new one has begun.
	 * @param prefetchCount how many requests each takes at a time
	 */
	void replaceConsumers(int prefetchCount) {
		setPrefetchCount(prefetchCount);
		super.setConsumersPerQueue(this.wantedPerQueue);
		super.setConsumersPerQueue(2 * this.wantedPerQueue);
		super.setConsumersPerQueue(this.wantedPerQueue);
	}

	@Override
	protected void actualStart() {
		this.hasConsumed = false;
		super.actualStart();
	}

	// Spring waits for the answer to the cancellation of each consumer, until the
	// shutdown timeout. A channel that is closed, or that the broker closes meanwhile,
	// brings none. Consumers begin on another thread. If the container stops before one
	// has begun, Spring forgets the callback, and the application would wait for its
	// whole grace
	@Override
	protected void shutdownAndWaitOrCallback(@Nullable Runnable callback) {
		this.consumersLock.lock();
		try {
			List<SimpleConsumer> lost = this.consumers.stream()
				.filter((consumer) -> !consumer.getChannel().isOpen())
				.toList();
			this.consumers.removeAll(lost);
			lost.forEach(RpcListenerContainer::release);
			this.consumers.forEach((consumer) -> consumer.getChannel().addShutdownListener((cause) -> {
				if (!cause.isInitiatedByApplication()) {
					getTaskExecutor().execute(() -> release(consumer));
				}
			}));
		}
		finally {
			this.consumersLock.unlock();
		}
		if (callback == null || this.hasConsumed) {
			super.shutdownAndWaitOrCallback(callback);
		}
		else {
			super.shutdownAndWaitOrCallback(null);
			callback.run();
		}
	}

	private static void release(SimpleConsumer consumer) {
		consumer.handleCancelOk(consumer.getConsumerTag());
	}

	/** Cancels surplus consumers. */
	void removeSurplus() {
		if (this.confirmed.count() > this.wantedPerQueue * getQueueNames().length) {
			super.setConsumersPerQueue(this.wantedPerQueue);
		}
	}

}
