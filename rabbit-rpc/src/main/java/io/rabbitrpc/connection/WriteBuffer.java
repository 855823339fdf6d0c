package io.rabbitrpc.connection;

import java.nio.ByteBuffer;

/**
 * Bytes in the order in which they came: those that gather, and those that have been
 * taken to be written. Two arrays change places, so that a write allocates nothing.
 */
final class WriteBuffer {

	private static final int BYTES = 16 * 1024;

	// Larger arrays are left to the collector after use
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
	 * Takes what has gathered, if all that was taken before is written.
	 * @return what is to be written now, which nobody else touches until the next call
	 */
	ByteBuffer take() {
		if (!this.taken.hasRemaining()) {
			ByteBuffer free = (this.taken.capacity() > KEPT_BYTES) ? ByteBuffer.allocate(BYTES) : this.taken.clear();
			this.taken = this.gathering.flip();
			this.gathering = free;
		}
		return this.taken;
	}

	/** Forgets what has gathered. */
	void clear() {
		this.gathering = ByteBuffer.allocate(0);
	}

}
