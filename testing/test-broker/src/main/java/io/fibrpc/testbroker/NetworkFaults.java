package io.fibrpc.testbroker;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.fibrpc.testbroker.TcpProxy.Direction;

/**
 * The faults of a network, for all connections.
 */
final class NetworkFaults {

	static final int CHUNK_BYTES = 8192;

	private final Map<Direction, Long> allowances = new EnumMap<>(Direction.class);

	private long latencyNanos;

	private boolean blackHole;

	private @Nullable Supplier<WithheldFrames> withholding;

	private int chunkBytes = CHUNK_BYTES;

	synchronized void latency(Duration latency) {
		this.latencyNanos = latency.toNanos();
	}

	synchronized void blackHole() {
		this.blackHole = true;
	}

	synchronized void oneByteAtATime() {
		this.chunkBytes = 1;
	}

	synchronized void withhold(Supplier<WithheldFrames> frames) {
		this.withholding = frames;
	}

	/**
	 * What withholds frames of a new connection.
	 * @return {@code null} if nothing does
	 */
	synchronized @Nullable WithheldFrames withheldFrames() {
		return (this.withholding != null) ? this.withholding.get() : null;
	}

	synchronized void allowance(Direction direction, long bytes) {
		this.allowances.put(direction, bytes);
	}

	synchronized void end() {
		this.latencyNanos = 0;
		this.blackHole = false;
		this.withholding = null;
		this.chunkBytes = CHUNK_BYTES;
		this.allowances.clear();
		notifyAll();
	}

	/**
	 * Waits for as long as the faults delay the bytes.
	 * @param link the connection, which may be closed meanwhile
	 * @param direction which way the bytes go
	 * @param readNanos when they arrived
	 * @param bytes how many they are
	 * @return how many of them may be forwarded now
	 * @throws InterruptedException if the thread is interrupted
	 */
	synchronized int pass(Link link, Direction direction, long readNanos, int bytes) throws InterruptedException {
		while (!link.isClosed()) {
			long waitMillis = (readNanos + this.latencyNanos - System.nanoTime() + 999_999) / 1_000_000;
			if (this.blackHole) {
				wait(100);
			}
			else if (waitMillis > 0) {
				wait(waitMillis);
			}
			else {
				int passed = (int) Math.min(Math.min(bytes, this.chunkBytes),
						this.allowances.getOrDefault(direction, Long.MAX_VALUE));
				this.allowances.computeIfPresent(direction, (key, allowance) -> allowance - passed);
				return passed;
			}
		}
		return 0;
	}

}
