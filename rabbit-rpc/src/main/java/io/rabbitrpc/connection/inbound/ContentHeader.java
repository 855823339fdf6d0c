package io.rabbitrpc.connection.inbound;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.rabbitrpc.RpcHeaders;

/**
 * The payload of a content header frame: class, weight, body size, flags and properties.
 * It knows which properties amqp-client cannot read, and writes the same header without
 * them.
 *
 * @see <a href="https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf">AMQP 0-9-1,
 * section 4.2.6.1</a>
 */
final class ContentHeader {

	/** Bytes before the first property. */
	static final int FIXED_BYTES = 14;

	private static final int BASIC = 60;

	private static final int BODY_SIZE = 4;

	private static final int FLAGS = 12;

	private static final int HEADERS = 1 << 13;

	private static final int TIMESTAMP = 1 << 6;

	private static final int OCTETS = 1 << 12 | 1 << 11;

	private static final int LAST_PROPERTY = 1 << 2;

	private static final int CONTINUATION = 1;

	private final ByteBuffer payload;

	private final int flags;

	private int headersStart;

	private int headersEnd;

	// The flags of the properties that can be read, and the index where these end
	private int readable;

	private int readableEnd = FIXED_BYTES;

	/**
	 * Reads a header.
	 * @param bytes holds the header
	 * @param from its first byte
	 * @param length its length, {@link #FIXED_BYTES} or more
	 */
	ContentHeader(byte[] bytes, int from, int length) {
		this.payload = ByteBuffer.wrap(bytes, from, length).slice();
		this.flags = this.payload.getShort(FLAGS) & 0xFFFF;
		// No class has enough properties to need a second word of flags
		if ((this.flags & CONTINUATION) == 0) {
			readProperties(bytes, from, from + length);
		}
	}

	private void readProperties(byte[] bytes, int from, int to) {
		int position = from + FIXED_BYTES;
		for (int property = 1 << 15; property >= LAST_PROPERTY; property >>= 1) {
			if ((this.flags & property) == 0) {
				continue;
			}
			int end = endOfProperty(property, bytes, position, to);
			if (end < 0) {
				return;
			}
			if (property == HEADERS) {
				this.headersStart = position - from;
				this.headersEnd = end - from;
			}
			else {
				this.readable |= property;
			}
			position = end;
			this.readableEnd = position - from;
		}
	}

	// Negative if its end is not known
	private int endOfProperty(int property, byte[] bytes, int from, int to) {
		if (property == HEADERS) {
			int end = FieldTable.end(bytes, from, to);
			if (end >= 0) {
				this.readable |= HEADERS;
				return end;
			}
			return (to - from < Integer.BYTES) ? -1
					: endIfWithin(from + Integer.BYTES + FieldTable.length(bytes, from), to);
		}
		if (property == TIMESTAMP) {
			return endIfWithin(from + Long.BYTES, to);
		}
		if ((property & OCTETS) != 0) {
			return endIfWithin(from + 1, to);
		}
		return (from < to) ? endIfWithin(from + 1 + Byte.toUnsignedInt(bytes[from]), to) : -1;
	}

	private int endIfWithin(long end, int to) {
		return (end <= to) ? (int) end : -1;
	}

	/**
	 * Whether this is the header of a message. No other class has content.
	 * @return whether it has the class {@code basic}
	 */
	boolean isBasic() {
		return this.payload.getShort(0) == BASIC;
	}

	/**
	 * Whether amqp-client can read all properties.
	 * @return whether it can
	 */
	boolean isReadable() {
		// The bit before the continuation bit has no meaning
		return (this.flags & ~2) == this.readable;
	}

	/**
	 * The size of the body that follows.
	 * @return its bytes
	 */
	long bodySize() {
		return this.payload.getLong(BODY_SIZE);
	}

	/**
	 * The same content header without the message's headers, and without any property
	 * that amqp-client cannot read.
	 * @return its payload
	 */
	byte[] withoutHeaders() {
		return with(bodySize(), this.readable & ~HEADERS, new byte[0]);
	}

	/**
	 * The same content header for an empty body. It has one message header,
	 * {@value RpcHeaders#DROPPED}, with the size of the dropped body.
	 * @param noRoom whether there was no room. Then the size is negative
	 * @return its payload
	 */
	byte[] withoutBody(boolean noRoom) {
		byte[] name = RpcHeaders.DROPPED.getBytes(StandardCharsets.US_ASCII);
		int fieldBytes = 1 + name.length + 1 + Long.BYTES;
		ByteBuffer table = ByteBuffer.allocate(Integer.BYTES + fieldBytes).putInt(fieldBytes);
		table.put((byte) name.length).put(name).put((byte) 'l').putLong(noRoom ? -bodySize() : bodySize());
		return with(0, this.readable | HEADERS, table.array());
	}

	private byte[] with(long bodySize, int flags, byte[] headers) {
		int before = (this.headersEnd > 0) ? this.headersStart : endOfWhatComesBeforeHeaders();
		int after = Math.max(before, this.headersEnd);
		ByteBuffer changed = ByteBuffer.allocate(before + headers.length + this.readableEnd - after);
		changed.put(this.payload.slice(0, before)).put(headers);
		changed.put(this.payload.slice(after, this.readableEnd - after));
		return changed.putLong(BODY_SIZE, bodySize).putShort(FLAGS, (short) flags).array();
	}

	// Content type and content encoding
	private int endOfWhatComesBeforeHeaders() {
		int position = FIXED_BYTES;
		for (int property = 1 << 15; property > HEADERS; property >>= 1) {
			if ((this.readable & property) != 0) {
				position += 1 + Byte.toUnsignedInt(this.payload.get(position));
			}
		}
		return position;
	}

}
