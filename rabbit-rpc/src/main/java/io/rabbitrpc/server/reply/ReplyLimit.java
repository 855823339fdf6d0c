package io.rabbitrpc.server.reply;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Remembers the largest body that the broker takes, its {@code max_message_size}.
 * RabbitMQ tells it only when it refuses a body. The limit can be changed at any time, so
 * it is remembered only for a minute.
 *
 * @see <a href="https://www.rabbitmq.com/docs/configure">max_message_size</a>
 */
final class ReplyLimit {

	// PRECONDITION_FAILED - message size 2000 is larger than configured max size 1000
	private static final Pattern TOO_LARGE = Pattern
		.compile("message size [0-9]{1,18} is larger than configured max size ([0-9]{1,18})");

	private static final long MEMORY_NANOS = Duration.ofMinutes(1).toNanos();

	private final LongSupplier nanoTime;

	private volatile long bytes = Long.MAX_VALUE;

	private volatile long learnedNanos;

	ReplyLimit(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Learns the limit, if the broker names it.
	 * @param closeText why the broker closed a channel
	 */
	void learn(String closeText) {
		Matcher matcher = TOO_LARGE.matcher(closeText);
		if (matcher.find()) {
			this.learnedNanos = this.nanoTime.getAsLong();
			this.bytes = Long.parseLong(matcher.group(1));
		}
	}

	/**
	 * Whether the broker takes a body.
	 * @param size the body's size in bytes
	 * @return the reason why not, or {@code null} if no limit is known or the body fits
	 */
	@Nullable String problem(int size) {
		long largest = this.bytes;
		if (size <= largest) {
			return null;
		}
		if (this.nanoTime.getAsLong() - this.learnedNanos > MEMORY_NANOS) {
			this.bytes = Long.MAX_VALUE;
			return null;
		}
		return "the reply has %d bytes, the broker accepts %d".formatted(size, largest);
	}

}
