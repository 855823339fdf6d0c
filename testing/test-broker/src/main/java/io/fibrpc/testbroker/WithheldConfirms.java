package io.fibrpc.testbroker;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Takes the confirms out of what a broker sends on one connection, and has them for
 * later. It must see all bytes from the start of the connection, and cannot see through
 * TLS.
 */
final class WithheldConfirms {

	private static final int HEAD_BYTES = 7;

	private static final int METHOD = 1;

	// The class and the method in one number
	private static final int BASIC_ACK = (60 << 16) + 80;

	private final ByteArrayOutputStream withheld = new ByteArrayOutputStream();

	// The frame that has not come to its end
	private ByteBuffer rest = ByteBuffer.allocate(0);

	private boolean over;

	/**
	 * Lets everything pass that is no confirm, in whole frames.
	 * @param bytes what the broker has sent next
	 * @return the frames that have come to their ends, which may be none
	 */
	synchronized byte[] pass(byte[] bytes) {
		ByteBuffer all = ByteBuffer.allocate(this.rest.remaining() + bytes.length).put(this.rest).put(bytes).flip();
		ByteArrayOutputStream passed = new ByteArrayOutputStream();
		while (all.remaining() > HEAD_BYTES && all.remaining() >= frameBytes(all)) {
			byte[] frame = new byte[frameBytes(all)];
			boolean confirm = isConfirm(all);
			all.get(frame);
			((confirm && !this.over) ? this.withheld : passed).writeBytes(frame);
		}
		this.rest = all;
		return passed.toByteArray();
	}

	private static int frameBytes(ByteBuffer frame) {
		return HEAD_BYTES + frame.getInt(frame.position() + 3) + 1;
	}

	private static boolean isConfirm(ByteBuffer frame) {
		return frame.get(frame.position()) == METHOD && frameBytes(frame) >= HEAD_BYTES + Integer.BYTES
				&& frame.getInt(frame.position() + HEAD_BYTES) == BASIC_ACK;
	}

	/**
	 * Ends it.
	 * @return all confirms that did not pass
	 */
	synchronized byte[] end() {
		this.over = true;
		byte[] all = this.withheld.toByteArray();
		this.withheld.reset();
		return all;
	}

}
