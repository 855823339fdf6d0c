package io.rabbitrpc.server.request;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

/**
 * The properties of a request, and what the server knows of it besides. None of that is a
 * header: a peer cannot set it, and a listener does not see it among the headers.
 */
public class RequestProperties extends MessageProperties {

	private static final long serialVersionUID = 1L;

	// What waits for longer waits for ever
	private static final int MAX_DIGITS = 18;

	private final long receivedNanos;

	private final long ageNanos;

	// Of the expiration, which nobody changes
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
	 * What is known of a request.
	 * @param request a request that {@link RequestPropertiesConverter} read
	 * @return that
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
	 * Whether the request had waited here longer than its sender does when it was read.
	 * @return whether its {@code expiration} had passed
	 */
	public boolean isExpired() {
		Duration whole = this.wait;
		return whole != null && whole.minusNanos(this.ageNanos).isNegative();
	}

	/**
	 * How long the sender waits at most from now on. The time that the request has waited
	 * in its queue is not known, and so not taken off.
	 * @return what is left of its {@code expiration}, negative if that has passed, or
	 * {@code null} if it has none
	 */
	public @Nullable Duration left() {
		Duration whole = this.wait;
		return (whole != null) ? whole.minusNanos(this.ageNanos).minusNanos(workNanos()) : null;
	}

	/**
	 * Whether the id of the request is no UTF-8, so that its reply has another one.
	 * @return whether that is so
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
	 * How often the request has been delivered, with this time.
	 * @return that number, 1 if it is not known
	 */
	public long deliveries() {
		return this.deliveries;
	}

	void noteDeliveries(long count) {
		this.deliveries = count;
	}

	/**
	 * How large the request's body was if it was not taken, as a header says, which a
	 * peer may have set.
	 * @return its bytes, negative if there was only no room for it, or {@code null} if
	 * there is no such header
	 */
	@Nullable Long droppedBytes() {
		return this.droppedBytes;
	}

	void noteDroppedBytes(long bytes) {
		this.droppedBytes = bytes;
	}

	/**
	 * What became of the request.
	 * @return its outcome, or {@code null} while there is none
	 */
	public @Nullable Outcome outcome() {
		return this.outcome;
	}

	/**
	 * Notes what became of the request, so that whoever measures and traces need not know
	 * whoever answers.
	 * @param known its outcome
	 */
	public void noteOutcome(Outcome known) {
		this.outcome = known;
	}

}
