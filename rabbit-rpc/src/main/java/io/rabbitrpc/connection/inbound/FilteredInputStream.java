package io.rabbitrpc.connection.inbound;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Follows the frames that a broker sends, and changes content headers that would make
 * amqp-client close the connection. All other bytes pass unchanged, even if they are not
 * a frame. Only one thread at a time may read. It waits no longer than it would without
 * this filter.
 *
 * @see <a href="https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf">AMQP 0-9-1,
 * section 4.2.3</a>
 */
final class FilteredInputStream extends InputStream {

	private static final int METHOD = 1;

	private static final int CONTENT_HEADER = 2;

	private static final int BODY = 3;

	private static final byte FRAME_END = (byte) 0xCE;

	private static final int SIZE = 3;

	// Type, channel and size
	private static final int HEADER_BYTES = 7;

	private static final int FRAME_OVERHEAD = HEADER_BYTES + 1;

	// Class 10, method 30
	private static final int TUNE = 10 << 16 | 30;

	private static final int TUNE_BYTES = 12;

	private static final int BUFFER_BYTES = 16 * 1024;

	// A broker may add a little to headers that already fill a frame. Something larger
	// than this is not a content header.
	private static final int LARGEST_HEADER_BYTES = 1024 * 1024;

	private final InputStream in;

	private final InboundFilter filter;

	// The limit that the broker has announced. No content header may be longer
	private int maxPayloadBytes = Integer.MAX_VALUE;

	// By channel: how many bytes of a body are still to come and will be dropped
	private final Map<Integer, Long> unwanted = new HashMap<>();

	private final Deliveries deliveries;

	private byte[] buffer = new byte[BUFFER_BYTES];

	// The ends of three parts of the buffer: read by the caller, ready for the caller,
	// not inspected yet
	private int position;

	private int ready;

	private int end;

	// How many bytes of the current frame are still to come and will pass
	private long passing;

	// How many bytes of the current frame are still to come and will be dropped
	private long dropping;

	FilteredInputStream(InputStream in, InboundFilter filter) {
		this.in = in;
		this.filter = filter;
		this.deliveries = new Deliveries(filter.heldBodies());
	}

	@Override
	public int read() throws IOException {
		byte[] one = new byte[1];
		return (read(one, 0, 1) < 0) ? -1 : Byte.toUnsignedInt(one[0]);
	}

	@Override
	public int read(byte[] bytes, int offset, int length) throws IOException {
		Objects.checkFromIndexSize(offset, length, bytes.length);
		if (length == 0) {
			return 0;
		}
		while (this.position == this.ready) {
			if (this.position == this.end && this.passing >= length) {
				// Large bodies are not copied
				int count = readOrEnd(bytes, offset, length);
				this.passing -= Math.max(count, 0);
				return count;
			}
			if (!fill()) {
				return -1;
			}
		}
		int count = Math.min(length, this.ready - this.position);
		System.arraycopy(this.buffer, this.position, bytes, offset, count);
		this.position += count;
		return count;
	}

	/**
	 * How many bytes can be read without a wait.
	 * @return a lower bound
	 */
	@Override
	public int available() {
		return this.ready - this.position;
	}

	@Override
	public void close() throws IOException {
		this.in.close();
	}

	private int readOrEnd(byte[] bytes, int offset, int length) throws IOException {
		boolean closed = true;
		try {
			int count = this.in.read(bytes, offset, length);
			closed = count < 0;
			return count;
		}
		catch (SocketTimeoutException ex) {
			closed = false;
			throw ex;
		}
		finally {
			if (closed) {
				this.deliveries.end();
			}
		}
	}

	private boolean fill() throws IOException {
		if (this.position > 0) {
			System.arraycopy(this.buffer, this.position, this.buffer, 0, this.end - this.position);
			this.end -= this.position;
			this.ready = 0;
			this.position = 0;
		}
		int count = readOrEnd(this.buffer, this.end, this.buffer.length - this.end);
		if (count < 0) {
			// The beginning of a last frame
			this.ready = this.end;
			return this.ready > 0;
		}
		this.end += count;
		while (this.ready < this.end && advance()) {
			// Until too little of the next frame is there
		}
		return true;
	}

	// False if more bytes must be read first
	private boolean advance() {
		int there = this.end - this.ready;
		if (this.passing > 0) {
			int count = (int) Math.min(this.passing, there);
			this.passing -= count;
			this.ready += count;
			return true;
		}
		if (this.dropping > 0) {
			int count = (int) Math.min(this.dropping, there);
			this.dropping -= count;
			replace(this.ready, this.ready + count, new byte[0]);
			return true;
		}
		return there >= HEADER_BYTES && begin(there);
	}

	private boolean begin(int there) {
		int type = this.buffer[this.ready];
		long size = FieldTable.length(this.buffer, this.ready + SIZE);
		if (type == CONTENT_HEADER && size >= ContentHeader.FIXED_BYTES && size <= LARGEST_HEADER_BYTES) {
			if (there < size + FRAME_OVERHEAD) {
				makeRoom((int) size + FRAME_OVERHEAD);
				return false;
			}
			size = contentHeader((int) size);
		}
		else if (type == BODY && this.unwanted.containsKey(channel())) {
			drop(size);
			return true;
		}
		else if (type == METHOD && size == TUNE_BYTES && channel() == 0) {
			if (there < HEADER_BYTES + TUNE_BYTES) {
				return false;
			}
			tune(ByteBuffer.wrap(this.buffer, this.ready + HEADER_BYTES, TUNE_BYTES).slice());
		}
		else if (type == METHOD && size >= Integer.BYTES) {
			int seen = (int) Math.min(size, Deliveries.MOST_BYTES);
			if (there < HEADER_BYTES + seen) {
				return false;
			}
			this.deliveries.method(channel(), this.buffer, this.ready + HEADER_BYTES, seen);
		}
		this.passing = size + FRAME_OVERHEAD;
		return true;
	}

	private int channel() {
		return Byte.toUnsignedInt(this.buffer[this.ready + 1]) << 8 | Byte.toUnsignedInt(this.buffer[this.ready + 2]);
	}

	private void makeRoom(int bytes) {
		if (bytes > this.buffer.length) {
			this.buffer = Arrays.copyOf(this.buffer, bytes);
		}
	}

	private void tune(ByteBuffer tune) {
		int frameMax = tune.getInt(6);
		if (tune.getInt(0) == TUNE && frameMax > FRAME_OVERHEAD) {
			this.maxPayloadBytes = frameMax - FRAME_OVERHEAD;
		}
	}

	// Returns the new size of the payload
	private int contentHeader(int size) {
		int from = this.ready + HEADER_BYTES;
		ContentHeader header = new ContentHeader(this.buffer, from, size);
		if (this.buffer[from + size] != FRAME_END || !header.isBasic()) {
			return size;
		}
		byte[] changed;
		if (header.bodySize() >= this.filter.maxBodyBytes()) {
			this.unwanted.put(channel(), header.bodySize());
			this.filter.bodyDropped(header.bodySize());
			changed = header.withoutBody(false);
		}
		else if (header.bodySize() >= HeldBodies.LARGE_BYTES
				&& !this.deliveries.hasRoom(channel(), header.bodySize())) {
			this.unwanted.put(channel(), header.bodySize());
			this.filter.noRoom(header.bodySize());
			changed = header.withoutBody(true);
		}
		else if (!header.isReadable() || size > this.maxPayloadBytes) {
			this.filter.headersDropped(size);
			changed = header.withoutHeaders();
		}
		else {
			return size;
		}
		replace(from, from + size, changed);
		ByteBuffer.wrap(this.buffer).putInt(this.ready + SIZE, changed.length);
		return changed.length;
	}

	private void drop(long size) {
		this.dropping = size + FRAME_OVERHEAD;
		// The last frame of the body removes the entry
		this.unwanted.computeIfPresent(channel(), (channel, left) -> (left > size) ? left - size : null);
	}

	private void replace(int from, int to, byte[] by) {
		int after = from + by.length;
		byte[] target = (after + this.end - to > this.buffer.length) ? Arrays.copyOf(this.buffer, after + this.end - to)
				: this.buffer;
		System.arraycopy(this.buffer, to, target, after, this.end - to);
		System.arraycopy(by, 0, target, from, by.length);
		this.buffer = target;
		this.end = after + this.end - to;
	}

}
