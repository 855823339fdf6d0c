package io.rabbitrpc.connection;

import java.nio.ByteBuffer;

/**
 * Bytes in the order in which they were added. One array holds the bytes that were taken
 * to be written, another one collects new bytes. The two arrays change places, so that a
 * write allocates nothing.
 */
final class WriteBuffer {

	private static final int BYTES = 16 * 1024;

	// Larger arrays are not kept after use
	private static final int KEPT_BYTES = 256 * 1024;

	private ByteBuffer gathering = ByteBuffer.allocate(BYTES);

	private ByteBuffer taken = ByteBuffer.allocate(BYTES).flip();

	void append(byte[] bytes, int offset, int length) {
		if (this.gathering.remaining() < length) {
			int needed = Math.addExact(this.gathering.position(), length);
			this.gathering = ByteBuffer.allocate(Math.max(needed, 2 * this.gathering.capacity()))
				.put(this.gathering.flip());
		}
		this.gathering.put(bytes, offset, length);
	}

	/**
	 * Takes the collected bytes, if all bytes that were taken before are written.
	 * @return the bytes to write now. Nobody else touches them until the next call
	 */
	ByteBuffer take() {
		if (!this.taken.hasRemaining()) {
			ByteBuffer free = (this.taken.capacity() > KEPT_BYTES) ? ByteBuffer.allocate(BYTES) : this.taken.clear();
			this.taken = this.gathering.flip();
			this.gathering = free;
		}
		return this.taken;
	}

	/** Forgets the collected bytes. */
	void clear() {
		this.gathering = ByteBuffer.allocate(0);
	}

}
