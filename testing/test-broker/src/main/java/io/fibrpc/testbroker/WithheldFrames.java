package io.fibrpc.testbroker;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * Takes messages of one kind out of what a broker sends on one connection. It must see
 * all bytes from the start of the connection, and cannot see through TLS.
 */
final class WithheldFrames {

	private static final int HEAD_BYTES = 7;

	private static final int METHOD = 1;

	private static final int CONTENT_HEADER = 2;

	private static final int CONTENT_BODY = 3;

	// The class and the method in one number
	private static final int BASIC_DELIVER = (60 << 16) + 60;

	private static final int BASIC_ACK = (60 << 16) + 80;

	private final int method;

	private final boolean lost;

	private final ByteArrayOutputStream withheld = new ByteArrayOutputStream();

	// The channels whose content belongs to a method that was withheld
	private final Set<Short> channels = new HashSet<>();

	// The frame that has not come to its end
	private ByteBuffer rest = ByteBuffer.allocate(0);

	private boolean over;

	private WithheldFrames(int method, boolean lost) {
		this.method = method;
		this.lost = lost;
	}

	/**
	 * Withholds the confirms, and has them for later.
	 * @return what withholds them
	 */
	static WithheldFrames confirms() {
		return new WithheldFrames(BASIC_ACK, false);
	}

	/**
	 * Loses the deliveries.
	 * @return what loses them
	 */
	static WithheldFrames lostDeliveries() {
		return new WithheldFrames(BASIC_DELIVER, true);
	}

	/**
	 * Lets everything else pass, in whole frames.
	 * @param bytes what the broker has sent next
	 * @return the frames that have come to their ends, which may be none
	 */
	synchronized byte[] pass(byte[] bytes) {
		ByteBuffer all = ByteBuffer.allocate(this.rest.remaining() + bytes.length).put(this.rest).put(bytes).flip();
		ByteArrayOutputStream passed = new ByteArrayOutputStream();
		while (all.remaining() > HEAD_BYTES && all.remaining() >= frameBytes(all)) {
			byte[] frame = new byte[frameBytes(all)];
			boolean passes = !isWithheld(all);
			all.get(frame);
			if (passes) {
				passed.writeBytes(frame);
			}
			else if (!this.lost) {
				this.withheld.writeBytes(frame);
			}
		}
		this.rest = all;
		return passed.toByteArray();
	}

	private static int frameBytes(ByteBuffer frame) {
		return HEAD_BYTES + frame.getInt(frame.position() + 3) + 1;
	}

	private boolean isWithheld(ByteBuffer frame) {
		byte type = frame.get(frame.position());
		short channel = frame.getShort(frame.position() + 1);
		if (type == CONTENT_HEADER || type == CONTENT_BODY) {
			return this.channels.contains(channel);
		}
		this.channels.remove(channel);
		boolean matches = !this.over && type == METHOD && frameBytes(frame) >= HEAD_BYTES + Integer.BYTES
				&& frame.getInt(frame.position() + HEAD_BYTES) == this.method;
		if (matches) {
			this.channels.add(channel);
		}
		return matches;
	}

	/**
	 * Ends it.
	 * @return all frames that were withheld and are not lost
	 */
	synchronized byte[] end() {
		this.over = true;
		byte[] all = this.withheld.toByteArray();
		this.withheld.reset();
		return all;
	}

}
