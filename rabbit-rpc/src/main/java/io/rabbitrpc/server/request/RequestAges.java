package io.rabbitrpc.server.request;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.TrafficListener;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.connection.inbound.InboundListener;

/**
 * Knows how long each request has waited in this server's own buffer. RabbitMQ drops
 * requests that expire in the queue, but not those that it has delivered. A container
 * sees a message only when its turn comes, but this class sees it when it arrives on the
 * connection. If no container takes a request, because its channel has closed, its age is
 * forgotten with the request.
 */
public final class RequestAges {

	private final Map<Object, Long> arrivals = new ConcurrentHashMap<>();

	private final ReferenceQueue<BasicProperties> gone = new ReferenceQueue<>();

	void read(Command inbound) {
		if (inbound.getMethod() instanceof AMQP.Basic.Deliver
				&& inbound.getContentHeader() instanceof BasicProperties properties) {
			forgetGone();
			this.arrivals.put(new Key(properties, this.gone), System.nanoTime());
		}
	}

	/**
	 * Joins this with another listener.
	 * @param given the application's own listener
	 * @return a listener that tells both
	 */
	public TrafficListener before(TrafficListener given) {
		return new InboundListener(this::read, given);
	}

	/**
	 * Gets the age of a request, and forgets it.
	 * @param properties the request's properties, as they came off the connection
	 * @return how long it has waited, zero if that is not known
	 */
	Duration take(BasicProperties properties) {
		Long arrival = this.arrivals.remove(new Key(properties, null));
		return (arrival != null) ? Duration.ofNanos(System.nanoTime() - arrival) : Duration.ZERO;
	}

	int size() {
		forgetGone();
		return this.arrivals.size();
	}

	private void forgetGone() {
		for (Reference<?> key = this.gone.poll(); key != null; key = this.gone.poll()) {
			this.arrivals.remove(key);
		}
	}

	/**
	 * The same object reaches the container, so the map can use its identity.
	 */
	private static final class Key extends WeakReference<BasicProperties> {

		private final int hash;

		Key(BasicProperties properties, @Nullable ReferenceQueue<BasicProperties> queue) {
			super(properties, queue);
			this.hash = System.identityHashCode(properties);
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return this == other || (other instanceof Key key && get() != null && key.refersTo(get()));
		}

		@Override
		public int hashCode() {
			return this.hash;
		}

	}

}
