package io.rabbitrpc.server.reply;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;

/**
 * A reply on its way to the broker.
 */
public final class Reply {

	// No deadline is that far away, and this number of nanoseconds does not overflow
	private static final Duration FOR_EVER = Duration.ofDays(365);

	private static final int CRASHES_BORNE = 3;

	private final String replyTo;

	private final BasicProperties properties;

	private final byte[] body;

	private final long endNanos;

	private final ReplyObserver observer;

	private final boolean replacement;

	private boolean failed;

	private int crashes;

	/**
	 * Creates a reply.
	 * @param replyTo the queue that it goes to
	 * @param properties its properties
	 * @param body its body
	 * @param wait how long somebody will wait for it, {@code null} if that is not known
	 * @param observer told what becomes of it
	 */
	public Reply(String replyTo, BasicProperties properties, byte[] body, @Nullable Duration wait,
			ReplyObserver observer) {
		this(replyTo, properties, body, endNanos((wait != null) ? wait : FOR_EVER), observer, false);
	}

	private Reply(String replyTo, BasicProperties properties, byte[] body, long endNanos, ReplyObserver observer,
			boolean replacement) {
		this.replyTo = replyTo;
		this.properties = properties;
		this.body = body;
		this.endNanos = endNanos;
		this.observer = observer;
		this.replacement = replacement;
	}

	private static long endNanos(Duration wait) {
		return System.nanoTime() + ((wait.compareTo(FOR_EVER) < 0) ? wait : FOR_EVER).toNanos();
	}

	/**
	 * Makes a failure that replaces this reply.
	 * @param sentence the sentence for the caller, in ASCII
	 * @return a reply with status {@link RpcStatus#INTERNAL} to the same call
	 */
	public Reply replacedBy(String sentence) {
		Map<String, Object> headers = new HashMap<>();
		if (this.properties.getHeaders() != null) {
			headers.putAll(this.properties.getHeaders());
		}
		headers.put(RpcHeaders.STATUS, RpcStatus.INTERNAL.name());
		BasicProperties failure = this.properties.builder()
			.contentType("text/plain")
			.contentEncoding(null)
			.headers(headers)
			.build();
		byte[] text = (RpcHeaders.FAILURE_PREFIX + sentence).getBytes(StandardCharsets.US_ASCII);
		return new Reply(this.replyTo, failure, text, this.endNanos, this.observer, true);
	}

	/**
	 * Says that the broker failed internally while it had only this reply.
	 * @return whether the cause may be something else than the reply
	 */
	boolean mayBeSentAgain() {
		return ++this.crashes < CRASHES_BORNE;
	}

	String replyTo() {
		return this.replyTo;
	}

	BasicProperties properties() {
		return this.properties;
	}

	byte[] body() {
		return this.body;
	}

	boolean isReplacement() {
		return this.replacement;
	}

	boolean isExpired(long nowNanos) {
		return nowNanos - this.endNanos > 0;
	}

	void taken() {
		this.observer.taken(this.replacement);
	}

	synchronized void failed() {
		// The replacing reply has the same observer, which knows it already
		if (!this.failed && !this.replacement) {
			this.failed = true;
			this.observer.failed();
		}
	}

	String loggedId() {
		String id = this.properties.getCorrelationId();
		return (id != null) ? Escaped.text(id) : "none";
	}

}
