package io.fibrpc.systemtests.faults;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Encodes AMQP 0-9-1 without checking the values.
 *
 * @see <a href="https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf">AMQP 0-9-1,
 * section 4.2</a>
 */
final class Amqp {

	private Amqp() {
	}

	static byte[] shortString(byte[] bytes) {
		return encode((out) -> {
			out.writeByte(bytes.length);
			out.write(bytes);
		});
	}

	static byte[] shortString(String text) {
		return shortString(text.getBytes(StandardCharsets.UTF_8));
	}

	static byte[] longString(byte[] bytes) {
		return encode((out) -> {
			out.writeInt(bytes.length);
			out.write(bytes);
		});
	}

	/**
	 * A table from its encoded fields.
	 * @param fields names and values, encoded
	 * @return the table
	 */
	static byte[] table(byte[]... fields) {
		return longString(encode((out) -> {
			for (byte[] field : fields) {
				out.write(field);
			}
		}));
	}

	static byte[] field(String name, String value) {
		return field(name, 'S', longString(value.getBytes(StandardCharsets.UTF_8)));
	}

	static byte[] field(String name, long value) {
		return field(name, 'l', encode((out) -> out.writeLong(value)));
	}

	static byte[] field(String name, char type, byte[] value) {
		return encode((out) -> {
			out.write(shortString(name));
			out.writeByte(type);
			out.write(value);
		});
	}

	/**
	 * Tables nested in each other.
	 * @param depth how many tables are around the innermost one
	 * @return the outermost
	 */
	static byte[] nested(int depth) {
		byte[] innermost = table(field("a", "b"));
		// It writes the outermost table first, because each length is known. Otherwise it
		// would copy all inner tables again and again
		return encode((out) -> {
			for (int i = depth; i > 0; i--) {
				out.writeInt(innermost.length + 7 * i - 4);
				out.write(new byte[] { 1, 'n', 'F' });
			}
			out.write(innermost);
		});
	}

	static byte[] encode(Writer writer) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try {
			writer.write(new DataOutputStream(bytes));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	/**
	 * Writes the bytes of a value.
	 */
	@FunctionalInterface
	interface Writer {

		void write(DataOutputStream out) throws IOException;

	}

}
