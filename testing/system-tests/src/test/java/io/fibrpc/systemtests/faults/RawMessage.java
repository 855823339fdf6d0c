package io.fibrpc.systemtests.faults;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A message with encoded properties, so that they may contain any bytes.
 */
final class RawMessage {

	private byte[] body;

	private final Map<Property, byte[]> properties = new EnumMap<>(Property.class);

	RawMessage(String body) {
		this.body = body.getBytes(StandardCharsets.UTF_8);
	}

	RawMessage body(String text) {
		return body(text.getBytes(StandardCharsets.UTF_8));
	}

	RawMessage body(byte[] bytes) {
		this.body = bytes;
		return this;
	}

	byte[] body() {
		return this.body;
	}

	RawMessage with(Property property, String text) {
		return with(property, Amqp.shortString(text));
	}

	RawMessage with(Property property, int octet) {
		return with(property, new byte[] { (byte) octet });
	}

	RawMessage withHeaders(byte[]... fields) {
		return with(Property.HEADERS, Amqp.table(fields));
	}

	/**
	 * Sets a property.
	 * @param property which one
	 * @param encoded its value as it stands on the wire
	 * @return this message
	 */
	RawMessage with(Property property, byte[] encoded) {
		this.properties.put(property, encoded);
		return this;
	}

	RawMessage without(Property property) {
		this.properties.remove(property);
		return this;
	}

	byte @Nullable [] encoded(Property property) {
		return this.properties.get(property);
	}

	/**
	 * The content header's payload.
	 * @return class, weight, body size, flags and properties
	 */
	byte[] header() {
		return Amqp.encode((out) -> {
			out.writeShort(RawAmqp.BASIC);
			out.writeShort(0);
			out.writeLong(this.body.length);
			int flags = 0;
			for (Property property : this.properties.keySet()) {
				flags |= property.flag;
			}
			out.writeShort(flags);
			for (byte[] value : this.properties.values()) {
				out.write(value);
			}
		});
	}

	/**
	 * The properties in the order of their flags.
	 */
	enum Property {

		CONTENT_TYPE(15), CONTENT_ENCODING(14), HEADERS(13), DELIVERY_MODE(12), PRIORITY(11), CORRELATION_ID(10),
		REPLY_TO(9), EXPIRATION(8), MESSAGE_ID(7), TIMESTAMP(6), TYPE(5), USER_ID(4), APP_ID(3);

		private final int flag;

		Property(int bit) {
			this.flag = 1 << bit;
		}

	}

}
