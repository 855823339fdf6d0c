package io.rabbitrpc.server.request;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

/**
 * The properties of a request, and what else the server knows of it. These additions are
 * not headers. So no peer can set them, and listeners do not see them among the headers.
 */
public class RequestProperties extends MessageProperties {

	private static final long serialVersionUID = 1L;

	// A longer expiration counts as none
	private static final int MAX_DIGITS = 18;

	private final long receivedNanos;

	private final long ageNanos;

	// The parsed expiration, which nobody changes
	private transient @Nullable Duration wait;

	private boolean idReplaced;

	private int headersDropped;

	private long deliveries = 1;

	private transient @Nullable Long droppedBytes;

	private transient @Nullable Outcome outcome;

	/**
	 * Creates the properties of a request that is read now.
	 * @param age how long it has waited in this server's buffer, zero if that is not
	 * known
	 */
	public RequestProperties(Duration age) {
		this(System.nanoTime(), age);
	}

	RequestProperties(long receivedNanos, Duration age) {
		this.receivedNanos = receivedNanos;
		this.ageNanos = age.toNanos();
	}

	/**
	 * Gets what is known of a request.
	 * @param request a request that {@link RequestPropertiesConverter} has read
	 * @return its properties
	 * @throws IllegalStateException if something between the connection and the listener
	 * has replaced the properties
	 */
	public static RequestProperties of(Message request) {
		if (request.getMessageProperties() instanceof RequestProperties properties) {
			return properties;
		}
		throw new IllegalStateException("the properties of a request have been replaced");
	}

	/**
	 * When the server began to work on the request.
	 * @return that moment, by {@link System#nanoTime}
	 */
	public long receivedNanos() {
		return this.receivedNanos;
	}

	/**
	 * How long the server has worked on the request.
	 * @return nanoseconds since it was read
	 */
	public long workNanos() {
		return System.nanoTime() - this.receivedNanos;
	}

	@Override
	public void setExpiration(@Nullable String expiration) {
		super.setExpiration(expiration);
		this.wait = (expiration != null) ? millis(expiration) : null;
	}

	// RabbitMQ lets only digits through
	private static @Nullable Duration millis(String digits) {
		if (digits.isEmpty() || digits.length() > MAX_DIGITS) {
			return null;
		}
		long millis = 0;
		for (int i = 0; i < digits.length(); i++) {
			int digit = digits.charAt(i) - '0';
			if (digit < 0 || digit > 9) {
				return null;
			}
			millis = 10 * millis + digit;
		}
		return Duration.ofMillis(millis);
	}

	/**
	 * Whether the request had expired when it was read, because it waited in this server
	 * for too long.
	 * @return whether its {@code expiration} had passed
	 */
	public boolean isExpired() {
		Duration whole = this.wait;
		return whole != null && whole.minusNanos(this.ageNanos).isNegative();
	}

	/**
	 * How much longer the sender waits at most. Nobody knows how long the request has
	 * waited in its queue, so that time is not subtracted.
	 * @return the time that is left of its {@code expiration}. It is negative if that has
	 * passed, and {@code null} if there is none
	 */
	public @Nullable Duration left() {
		Duration whole = this.wait;
		return (whole != null) ? whole.minusNanos(this.ageNanos).minusNanos(workNanos()) : null;
	}

	/**
	 * Whether the id of the request is not UTF-8, so that its reply has another id.
	 * @return {@code true} if so
	 */
	public boolean isIdReplaced() {
		return this.idReplaced;
	}

	void noteIdReplaced() {
		this.idReplaced = true;
	}

	/**
	 * How many of the request's headers were dropped.
	 * @return that number
	 */
	public int headersDropped() {
		return this.headersDropped;
	}

	void noteHeadersDropped(int count) {
		this.headersDropped = count;
	}

	/**
	 * How often the request has been delivered, including this time.
	 * @return that number, 1 if it is not known
	 */
	public long deliveries() {
		return this.deliveries;
	}

	void noteDeliveries(long count) {
		this.deliveries = count;
	}

	/**
	 * How large the request's body was, if it was dropped. A header says so, and a peer
	 * may have set that header.
	 * @return its size in bytes, negative if only room was missing, or {@code null} if
	 * there is no such header
	 */
	@Nullable Long droppedBytes() {
		return this.droppedBytes;
	}

	void noteDroppedBytes(long bytes) {
		this.droppedBytes = bytes;
	}

	/**
	 * What happened to the request.
	 * @return its outcome, or {@code null} while there is none
	 */
	public @Nullable Outcome outcome() {
		return this.outcome;
	}

	/**
	 * Notes what happened to the request. So meters and spans need not know the code that
	 * answers.
	 * @param known its outcome
	 */
	public void noteOutcome(Outcome known) {
		this.outcome = known;
	}

}
