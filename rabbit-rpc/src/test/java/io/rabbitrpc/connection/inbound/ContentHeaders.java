package io.rabbitrpc.connection.inbound;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.AMQImpl;

/**
 * Makes good and bad content headers, and lets amqp-client read them.
 */
final class ContentHeaders {

	private static final String TYPES = "SIiDTFAbBdflsutxV";

	private static final int PROPERTIES = 14;

	private static final int HEADERS = 2;

	private ContentHeaders() {
	}

	/**
	 * Reads a header as amqp-client does.
	 * @param payload the header
	 * @return its properties
	 * @throws IOException if amqp-client would close the connection
	 */
	static BasicProperties read(byte[] payload) throws IOException {
		return (BasicProperties) AMQImpl.readContentHeaderFrom(new DataInputStream(new ByteArrayInputStream(payload)));
	}

	static boolean isReadable(byte[] payload) {
		try {
			read(payload);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * A header with reply-to, correlation id and headers.
	 * @param bodySize the size of the body
	 * @param table the headers, encoded with their length
	 * @return the payload
	 */
	static byte[] request(long bodySize, byte[] table) {
		return encode((out) -> {
			start(out, bodySize, 1 << 13 | 1 << 10 | 1 << 9 | 1 << 6);
			out.write(table);
			shortString(out, "id");
			shortString(out, "replies");
			out.writeLong(1);
		});
	}

	/**
	 * Nested tables.
	 * @param depth how many tables are around the innermost one, which is empty
	 * @return the outermost with its length
	 */
	static byte[] nested(int depth) {
		return encode((out) -> {
			for (int i = depth; i > 0; i--) {
				out.writeInt(7 * i);
				shortString(out, "n");
				out.writeByte('F');
			}
			out.writeInt(0);
		});
	}

	/**
	 * A header with some of the properties, most of them valid.
	 * @param random the source of everything in it
	 * @return the payload
	 */
	static byte[] random(Random random) {
		byte[] payload = encode((out) -> {
			int flags = random.nextInt(1 << PROPERTIES) << 2 | ((random.nextInt(50) == 0) ? random.nextInt(4) : 0);
			start(out, random.nextInt(100), flags);
			for (int property = 0; property < PROPERTIES; property++) {
				if ((flags & 1 << (15 - property)) != 0) {
					property(out, property, random);
				}
			}
		});
		if (random.nextInt(3) == 0) {
			payload[ContentHeader.FIXED_BYTES - 2
					+ random.nextInt(payload.length - ContentHeader.FIXED_BYTES + 2)] = (byte) random.nextInt();
		}
		return (random.nextInt(10) == 0)
				? Arrays.copyOf(payload,
						ContentHeader.FIXED_BYTES + random.nextInt(payload.length - ContentHeader.FIXED_BYTES + 1))
				: payload;
	}

	private static void property(DataOutputStream out, int property, Random random) throws IOException {
		switch (property) {
			case HEADERS -> container(out, true, random, (random.nextInt(4) == 0) ? 40 : 3);
			case 3, 4 -> out.writeByte(random.nextInt());
			case 9 -> out.writeLong(random.nextLong());
			default -> shortString(out, "p".repeat(random.nextInt(20)));
		}
	}

	private static void container(DataOutputStream out, boolean isTable, Random random, int depth) throws IOException {
		byte[] content = encode((fields) -> {
			int count = (depth > 3) ? 1 : random.nextInt(4);
			for (int i = 0; i < count; i++) {
				if (isTable) {
					shortString(fields, "n".repeat(random.nextInt(5)));
				}
				field(fields, random, depth);
			}
		});
		out.writeInt((random.nextInt(50) == 0) ? random.nextInt() : content.length);
		out.write(content);
	}

	private static void field(DataOutputStream out, Random random, int depth) throws IOException {
		char type = (depth > 3) ? "FA".charAt(random.nextInt(2)) : TYPES.charAt(random.nextInt(TYPES.length()));
		boolean isContainer = type == 'F' || type == 'A';
		if (isContainer && depth == 0) {
			type = 'V';
		}
		out.writeByte((random.nextInt(100) == 0) ? random.nextInt() : type);
		switch (type) {
			case 'V' -> {
				// This type has no value
			}
			case 't', 'b', 'B' -> out.writeByte(random.nextInt());
			case 's', 'u' -> out.writeShort(random.nextInt());
			case 'I', 'i', 'f' -> out.writeInt(random.nextInt());
			case 'D' -> out.write(new byte[5]);
			case 'l', 'd', 'T' -> out.writeLong(random.nextLong());
			case 'F', 'A' -> container(out, type == 'F', random, depth - 1);
			default -> {
				int length = random.nextInt(10);
				out.writeInt((random.nextInt(50) == 0) ? random.nextInt() : length);
				out.write(new byte[length]);
			}
		}
	}

	private static void start(DataOutputStream out, long bodySize, int flags) throws IOException {
		out.writeShort(60);
		out.writeShort(0);
		out.writeLong(bodySize);
		out.writeShort(flags);
	}

	private static void shortString(DataOutputStream out, String text) throws IOException {
		out.writeByte(text.length());
		out.write(text.getBytes(StandardCharsets.US_ASCII));
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
