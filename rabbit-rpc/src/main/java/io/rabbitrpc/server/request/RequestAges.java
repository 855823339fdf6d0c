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
 * Knows how long each request has waited in this server's own buffer. RabbitMQ drops what
 * expires in the queue, but has no hold on what it has delivered, and a container sees a
 * message only when its turn comes. This sees it when it comes off the connection. What
 * no container takes, because its channel has closed, is forgotten with the request.
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
	 * Joins this with what listens already.
	 * @param given the application's own listener
	 * @return what tells both
	 */
	public TrafficListener before(TrafficListener given) {
		return new InboundListener(this::read, given);
	}

	/**
	 * Takes the age of a request, which is forgotten then.
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
	 * The very object that is read here reaches the container, so it is known by its
	 * identity.
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
