package io.rabbitrpc.server;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.TrafficListener;
import org.springframework.amqp.rabbit.connection.AbstractConnectionFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory.CacheMode;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionListener;
import org.springframework.amqp.rabbit.connection.ConnectionNameStrategy;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import io.rabbitrpc.connection.RpcConnections;
import io.rabbitrpc.connection.inbound.HeldBodies;
import io.rabbitrpc.server.container.HandlerWatch;
import io.rabbitrpc.server.reply.Replies;
import io.rabbitrpc.server.request.RequestAges;

/**
 * Prepares the application's connections for requests when the first container is made.
 * An application without such listeners keeps Boot's connections.
 */
final class RequestConnections implements DisposableBean {

	private final RpcConnections connections;

	private final RabbitProperties properties;

	private final ConnectionNameStrategy names;

	private final List<ConnectionListener> listeners;

	private final RequestAges ages;

	private final Replies replies;

	private final HandlerWatch handlers;

	private final HeldBodies bodies;

	private final ThreadPoolExecutor executor;

	private final int processorThreads;

	private boolean prepared;

	private int consumers;

	RequestConnections(RpcConnections connections, RabbitProperties properties, ConnectionNameStrategy names,
			List<ConnectionListener> listeners, RequestAges ages, Replies replies, HandlerWatch handlers,
			HeldBodies bodies) {
		this.connections = connections;
		this.properties = properties;
		this.names = names;
		this.listeners = listeners;
		this.ages = ages;
		this.replies = replies;
		this.handlers = handlers;
		this.bodies = bodies;
		int threads = 2 * Runtime.getRuntime().availableProcessors();
		this.processorThreads = threads;
		// The queue is unbounded, so there are never more threads than the core size.
		// Work is refused only when this has been destroyed. The thread that brings it
		// then has just run a consumer's code, and runs what remains for that consumer:
		// it must hear that its channel is closed
		this.executor = new ThreadPoolExecutor(threads, Integer.MAX_VALUE, 0, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), new CustomizableThreadFactory("rpc-requests-"),
				(remaining, destroyed) -> remaining.run());
	}

	/**
	 * Adds threads for consumers.
	 * @param more how many consumers are added
	 */
	synchronized void add(int more) {
		if (!this.prepared) {
			prepare();
			this.prepared = true;
		}
		this.consumers += more;
		resize(0);
	}

	// amqp-client's own pool has two threads for each processor, whatever the number of
	// consumers is. While new consumers replace old ones, there are twice as many. A
	// thread that hangs on a closed channel serves no consumer
	private synchronized void resize(int stuck) {
		int threads = Math.max(this.processorThreads, 2 * this.consumers) + stuck;
		if (threads != this.executor.getCorePoolSize()) {
			this.executor.setCorePoolSize(threads);
		}
	}

	/**
	 * The bodies of requests that wait here.
	 * @return bounds them, for the consumers that are named to it
	 */
	HeldBodies bodies() {
		return this.bodies;
	}

	void addListener(ConnectionListener listener) {
		this.connections.factory().addConnectionListener(listener);
	}

	private void prepare() {
		CacheMode mode = this.properties.getCache().getConnection().getMode();
		if (mode != CacheMode.CHANNEL) {
			throw new InvalidConfigurationPropertyValueException("spring.rabbitmq.cache.connection.mode", mode,
					"must be channel: there is one connection for requests and one for replies");
		}
		ConnectionFactory factory = this.connections.factory();
		if (factory instanceof AbstractConnectionFactory settable) {
			com.rabbitmq.client.ConnectionFactory rabbit = settable.getRabbitConnectionFactory();
			TrafficListener given = rabbit.params(this.executor).getTrafficListener();
			rabbit.setTrafficListener(this.ages.before(this.handlers.before(given)));
			settable.setExecutor(this.executor);
			// The broker's tools show this name
			settable.setConnectionNameStrategy(this.names);
			// A call during the start has opened a connection without these settings
			settable.resetConnection();
		}
		this.listeners.forEach(factory::addConnectionListener);
		this.replies.start();
		this.handlers.onStuck(this::resize);
		this.handlers.start();
	}

	@Override
	public void destroy() {
		this.executor.shutdown();
	}

}
