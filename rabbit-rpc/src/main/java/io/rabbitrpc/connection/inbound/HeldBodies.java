package io.rabbitrpc.connection.inbound;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.TrafficListener;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of the large bodies that wait for their consumers, from the moment
 * that they begin to come. A broker sends as many messages as the prefetch count allows,
 * however large they are. Beyond an eighth of the heap no other body is taken. Only the
 * consumers count that were named; messages of others are never touched.
 * <p>
 * All methods may be called on any thread.
 */
public final class HeldBodies {

	/** The fewest bytes that count: a prefetch count bounds what is smaller. */
	static final int LARGE_BYTES = 4 * 1024;

	private static final int SHARE_OF_HEAP = 8;

	private final long most;

	private final AtomicLong bytes = new AtomicLong();

	private final Map<Object, Integer> arrived = new ConcurrentHashMap<>();

	private final ReferenceQueue<byte[]> gone = new ReferenceQueue<>();

	private volatile byte @Nullable [] tagPrefix;

	HeldBodies() {
		this(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
	}

	/**
	 * Creates it.
	 * @param most the most bytes to hold at a time; a body that is larger is taken if it
	 * is the only one
	 */
	HeldBodies(long most) {
		this.most = most;
	}

	/**
	 * Names the consumers whose messages count.
	 * @param consumerTagPrefix what their tags begin with
	 */
	public void countFor(String consumerTagPrefix) {
		this.tagPrefix = consumerTagPrefix.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Whether the messages of a consumer count.
	 * @param buffer where its tag stands
	 * @param from the tag's first byte
	 * @param to the end of the tag
	 * @return whether it was named
	 */
	boolean isCounted(byte[] buffer, int from, int to) {
		byte[] prefix = this.tagPrefix;
		return prefix != null && to - from >= prefix.length
				&& Arrays.equals(buffer, from, from + prefix.length, prefix, 0, prefix.length);
	}

	/**
	 * How many bytes are held at most, unless a single body has more.
	 * @return the bytes
	 */
	public long most() {
		return this.most;
	}

	/**
	 * Makes room for a body that begins to come.
	 * @param size its bytes
	 * @return {@code false} if there is no room
	 */
	boolean begin(long size) {
		forgetGone();
		long before = this.bytes.getAndAdd(size);
		if (before > 0 && before + size > this.most) {
			this.bytes.addAndGet(-size);
			return false;
		}
		return true;
	}

	/**
	 * Says that a body has come, or that it never will. If it has come it counts by
	 * itself.
	 * @param size its bytes
	 */
	void end(long size) {
		this.bytes.addAndGet(-size);
	}

	/**
	 * Joins this with what listens already.
	 * @param given the application's own listener
	 * @return what tells both. A body counts from here until it is let go or nobody has
	 * it any more
	 */
	public TrafficListener before(TrafficListener given) {
		return new TrafficListener() {

			@Override
			public void read(Command inbound) {
				if (inbound.getMethod() instanceof AMQP.Basic.Deliver delivery) {
					arrived(delivery.getConsumerTag(), inbound.getContentBody());
				}
				given.read(inbound);
			}

			@Override
			public void write(Command outbound) {
				given.write(outbound);
			}

		};
	}

	void arrived(String consumerTag, byte[] body) {
		if (body.length < LARGE_BYTES) {
			return;
		}
		byte[] tag = consumerTag.getBytes(StandardCharsets.UTF_8);
		if (isCounted(tag, 0, tag.length)) {
			this.arrived.put(new Key(body, this.gone), body.length);
			this.bytes.addAndGet(body.length);
		}
	}

	/**
	 * Lets a body go.
	 * @param body the body, which may have been let go before
	 */
	public void release(byte[] body) {
		if (body.length >= LARGE_BYTES) {
			forget(new Key(body, null));
		}
	}

	/**
	 * How many bytes are held.
	 * @return the number at this moment
	 */
	long bytes() {
		forgetGone();
		return this.bytes.get();
	}

	private void forgetGone() {
		for (Reference<?> key = this.gone.poll(); key != null; key = this.gone.poll()) {
			forget(key);
		}
	}

	private void forget(Object key) {
		Integer size = this.arrived.remove(key);
		if (size != null) {
			this.bytes.addAndGet(-size);
		}
	}

	/**
	 * A body is known by its identity.
	 */
	private static final class Key extends WeakReference<byte[]> {

		private final int hash;

		Key(byte[] body, @Nullable ReferenceQueue<byte[]> queue) {
			super(body, queue);
			this.hash = System.identityHashCode(body);
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
