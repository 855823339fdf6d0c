package io.fibrpc.server;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.TrafficListener;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionListener;
import org.springframework.stereotype.Component;

/**
 * Knows how long each request has waited in this server's own buffer. RabbitMQ drops what
 * expires in the queue, but has no hold on what it has delivered, and a container sees a
 * message only when its turn comes. This sees it when it comes off the connection.
 */
@Component
final class RequestAges implements TrafficListener, ConnectionListener {

	// By identity: the very object that is read here reaches the container
	private final Map<BasicProperties, Long> arrivals = Collections.synchronizedMap(new IdentityHashMap<>());

	@Override
	public void read(Command inbound) {
		if (inbound.getMethod() instanceof AMQP.Basic.Deliver
				&& inbound.getContentHeader() instanceof BasicProperties properties) {
			this.arrivals.put(properties, System.nanoTime());
		}
	}

	@Override
	public void write(Command outbound) {
		// Only what comes in has an age
	}

	/**
	 * Takes the age of a request, which is forgotten then.
	 * @param properties the request's properties, as they came off the connection
	 * @return how long it has waited, zero if that is not known
	 */
	Duration take(BasicProperties properties) {
		Long arrival = this.arrivals.remove(properties);
		return (arrival != null) ? Duration.ofNanos(System.nanoTime() - arrival) : Duration.ZERO;
	}

	@Override
	public void onCreate(@Nullable Connection connection) {
		// The reply connection comes second, when requests may wait here already
	}

	// What it has delivered nobody will take
	@Override
	public void onShutDown(ShutdownSignalException signal) {
		this.arrivals.clear();
	}

}
