package io.rabbitrpc.connection.inbound;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Knows which message arrives on each channel of a connection, and so which consumer its
 * body counts for. When a channel or the connection closes, the bodies of its consumers
 * no longer count, because RabbitMQ delivers these messages again. Only one thread at a
 * time may use it.
 */
final class Deliveries {

	private static final int MOST_TAG_BYTES = 255;

	/** How many bytes of a method are read, from its beginning. */
	static final int MOST_BYTES = Integer.BYTES + 1 + MOST_TAG_BYTES + Long.BYTES;

	// Class 60, method 60; the consumer tag and the delivery tag follow
	private static final int DELIVER = 60 << 16 | 60;

	// Class 20, methods 40 and 41
	private static final int CHANNEL_CLOSE = 20 << 16 | 40;

	private static final int CHANNEL_CLOSE_OK = 20 << 16 | 41;

	private final HeldBodies held;

	private final Map<Integer, Delivery> deliveries = new HashMap<>();

	// By channel: consumers that may hold bodies
	private final Map<Integer, Set<String>> consumers = new HashMap<>();

	Deliveries(HeldBodies held) {
		this.held = held;
	}

	/**
	 * Looks at a method.
	 * @param channel its channel
	 * @param buffer holds it
	 * @param from its first byte
	 * @param length how many of its bytes the buffer holds: all, or {@value #MOST_BYTES}
	 */
	void method(int channel, byte[] buffer, int from, int length) {
		int method = (int) FieldTable.length(buffer, from);
		Delivery delivery = this.deliveries.get(channel);
		if (delivery != null) {
			delivery.forget();
		}
		if (method == DELIVER && length > Integer.BYTES) {
			int tag = from + Integer.BYTES + 1;
			int end = tag + Byte.toUnsignedInt(buffer[tag - 1]);
			if (end + Long.BYTES <= from + length && this.held.isCounted(buffer, tag, end)) {
				this.deliveries.computeIfAbsent(channel, (key) -> new Delivery()).begin(buffer, tag, end);
			}
		}
		else if (method == CHANNEL_CLOSE || method == CHANNEL_CLOSE_OK) {
			this.deliveries.remove(channel);
			releaseAll(Objects.requireNonNullElse(this.consumers.remove(channel), Set.of()));
		}
	}

	/**
	 * Asks for room for the body that comes next.
	 * @param channel its channel
	 * @param bodySize its bytes
	 * @return {@code false} if there is no room; {@code true} if there is, or if the body
	 * needs none
	 */
	boolean hasRoom(int channel, long bodySize) {
		Delivery delivery = this.deliveries.get(channel);
		String consumer = (delivery != null) ? delivery.consumerTag() : null;
		if (delivery == null || consumer == null) {
			return true;
		}
		this.consumers.computeIfAbsent(channel, (key) -> new HashSet<>()).add(consumer);
		return this.held.begin(consumer, delivery.deliveryTag, bodySize);
	}

	/** Notes that no more bytes come. */
	void end() {
		this.consumers.values().forEach(this::releaseAll);
		this.consumers.clear();
	}

	private void releaseAll(Set<String> consumerTags) {
		consumerTags.forEach(this.held::releaseAll);
	}

	/**
	 * The message that arrives on a channel, if the bodies of its consumer count. Most
	 * bodies are small, and then nobody asks for the tag. So the tag is copied, but not
	 * read.
	 */
	private static final class Delivery {

		private final byte[] tag = new byte[MOST_TAG_BYTES];

		private int tagBytes;

		private long deliveryTag;

		void begin(byte[] from, int tagBegin, int tagEnd) {
			this.tagBytes = tagEnd - tagBegin;
			System.arraycopy(from, tagBegin, this.tag, 0, this.tagBytes);
			this.deliveryTag = ByteBuffer.wrap(from).getLong(tagEnd);
		}

		void forget() {
			this.tagBytes = 0;
		}

		@Nullable String consumerTag() {
			return (this.tagBytes > 0) ? new String(this.tag, 0, this.tagBytes, StandardCharsets.UTF_8) : null;
		}

	}

}
