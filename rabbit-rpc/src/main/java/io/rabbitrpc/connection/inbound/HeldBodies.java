package io.rabbitrpc.connection.inbound;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of the large bodies that consumers hold. A body counts from its first
 * byte until its consumer releases it or its channel closes. A broker sends as many
 * messages as the prefetch count allows, however large they are. When the bodies fill an
 * eighth of the heap, no more bodies are accepted. Only consumers that were named count.
 * Messages of other consumers are never touched.
 * <p>
 * All methods may be called on any thread.
 */
public final class HeldBodies {

	/** Smaller bodies do not count: the prefetch count limits them well enough. */
	static final int LARGE_BYTES = 4 * 1024;

	private static final int SHARE_OF_HEAP = 8;

	private final long most;

	private final AtomicLong bytes = new AtomicLong();

	private final AtomicInteger consumers = new AtomicInteger();

	// By consumer tag, then by delivery tag
	private final Map<String, Map<Long, Long>> held = new ConcurrentHashMap<>();

	private volatile byte @Nullable [] tagPrefix;

	HeldBodies() {
		this(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
	}

	/**
	 * Creates it.
	 * @param most the most bytes to hold at a time. A larger body is accepted if it is
	 * the only one
	 */
	HeldBodies(long most) {
		this.most = most;
	}

	/**
	 * Names consumers whose messages count.
	 * @param consumerTagPrefix the beginning of the tags of all named consumers, always
	 * the same. No two consumers have the same tag
	 * @param more how many consumers are added
	 */
	public void countFor(String consumerTagPrefix, int more) {
		this.tagPrefix = consumerTagPrefix.getBytes(StandardCharsets.UTF_8);
		this.consumers.addAndGet(more);
	}

	/**
	 * Whether the bodies of a consumer count.
	 * @param buffer holds its tag
	 * @param from the tag's first byte
	 * @param to the end of the tag
	 * @return whether the consumer was named
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
	long most() {
		return this.most;
	}

	/**
	 * How many of these bytes each consumer may hold.
	 * @return the bytes
	 */
	public long share() {
		return this.most / Math.max(1, this.consumers.get());
	}

	/**
	 * Asks for room for a body that begins to arrive.
	 * @param consumerTag its consumer
	 * @param deliveryTag its delivery
	 * @param size its bytes
	 * @return {@code false} if there is no room
	 */
	boolean begin(String consumerTag, long deliveryTag, long size) {
		long before = this.bytes.getAndAdd(size);
		if (before > 0 && before + size > this.most) {
			this.bytes.addAndGet(-size);
			return false;
		}
		this.held.computeIfAbsent(consumerTag, (tag) -> new ConcurrentHashMap<>()).put(deliveryTag, size);
		return true;
	}

	/**
	 * Releases a body. Does nothing if it was released before or never counted.
	 * @param consumerTag its consumer
	 * @param deliveryTag its delivery
	 */
	public void release(@Nullable String consumerTag, long deliveryTag) {
		// A shortcut, because this runs for each request, and the map is mostly empty
		if (this.held.isEmpty() || consumerTag == null) {
			return;
		}
		Map<Long, Long> ofConsumer = this.held.get(consumerTag);
		if (ofConsumer != null) {
			release(ofConsumer, deliveryTag);
		}
	}

	/**
	 * Releases all bodies of a consumer whose channel has closed: RabbitMQ delivers these
	 * messages again.
	 * @param consumerTag the consumer
	 */
	void releaseAll(String consumerTag) {
		Map<Long, Long> ofConsumer = this.held.remove(consumerTag);
		if (ofConsumer != null) {
			ofConsumer.keySet().forEach((deliveryTag) -> release(ofConsumer, deliveryTag));
		}
	}

	private void release(Map<Long, Long> ofConsumer, long deliveryTag) {
		Long size = ofConsumer.remove(deliveryTag);
		if (size != null) {
			this.bytes.addAndGet(-size);
		}
	}

	/**
	 * How many bytes are held.
	 * @return the number at this moment
	 */
	long bytes() {
		return this.bytes.get();
	}

}
