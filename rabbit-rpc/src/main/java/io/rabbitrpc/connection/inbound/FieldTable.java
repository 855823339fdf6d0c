package io.rabbitrpc.connection.inbound;

/**
 * Tells whether amqp-client can read a field table, without reading it into objects.
 * Types, bounds and the depth of nesting are those of
 * {@link com.rabbitmq.client.impl.ValueReader}. At any other table amqp-client closes the
 * connection.
 *
 * @see <a href="https://www.rabbitmq.com/amqp-0-9-1-errata#section_3">Types of fields</a>
 */
final class FieldTable {

	// ValueReader.MAX_FIELD_VALUE_NESTING_DEPTH, which is not public
	private static final int MAX_DEPTH = 32;

	private static final int UNREADABLE = -1;

	private FieldTable() {
	}

	/**
	 * Finds the end of a table.
	 * @param bytes holds the table
	 * @param from the first byte of its length
	 * @param to where the table must end at the latest
	 * @return the end of the table, negative if amqp-client cannot read it
	 */
	static int end(byte[] bytes, int from, int to) {
		return endOfTable(bytes, from, to, 0);
	}

	private static int endOfTable(byte[] bytes, int from, int to, int depth) {
		int end = endOfNested(bytes, from, to, depth);
		int position = from + Integer.BYTES;
		while (position < end) {
			// The name, then the value
			position = endOfValue(bytes, position + 1 + Byte.toUnsignedInt(bytes[position]), end, depth + 1);
			if (position == UNREADABLE) {
				return UNREADABLE;
			}
		}
		return end;
	}

	private static int endOfArray(byte[] bytes, int from, int to, int depth) {
		int end = endOfNested(bytes, from, to, depth);
		int position = from + Integer.BYTES;
		while (position < end) {
			position = endOfValue(bytes, position, end, depth + 1);
			if (position == UNREADABLE) {
				return UNREADABLE;
			}
		}
		return end;
	}

	private static int endOfNested(byte[] bytes, int from, int to, int depth) {
		if (depth > MAX_DEPTH || to - from < Integer.BYTES) {
			return UNREADABLE;
		}
		// A value cannot be longer than the table around it
		return (int) Math.min(to, from + Integer.BYTES + length(bytes, from));
	}

	private static int endOfValue(byte[] bytes, int from, int to, int depth) {
		if (from >= to) {
			return UNREADABLE;
		}
		int value = from + 1;
		return switch (bytes[from]) {
			case 'V' -> value;
			case 't', 'b', 'B' -> endOfFixed(value, 1, to);
			case 's', 'u' -> endOfFixed(value, 2, to);
			case 'I', 'i', 'f' -> endOfFixed(value, 4, to);
			case 'D' -> endOfFixed(value, 5, to);
			case 'l', 'd', 'T' -> endOfFixed(value, 8, to);
			case 'S', 'x' ->
				(to - value < Integer.BYTES) ? UNREADABLE : endOfFixed(value + Integer.BYTES, length(bytes, value), to);
			case 'F' -> endOfTable(bytes, value, to, depth);
			case 'A' -> endOfArray(bytes, value, to, depth);
			default -> UNREADABLE;
		};
	}

	private static int endOfFixed(int from, long length, int to) {
		return (length <= to - from) ? (int) (from + length) : UNREADABLE;
	}

	/**
	 * Reads an unsigned length of four bytes.
	 * @param bytes holds it
	 * @param from its first byte
	 * @return the length
	 */
	static long length(byte[] bytes, int from) {
		return (bytes[from] & 0xFFL) << 24 | (bytes[from + 1] & 0xFF) << 16 | (bytes[from + 2] & 0xFF) << 8
				| (bytes[from + 3] & 0xFF);
	}

}
