package io.rabbitrpc;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The moment at which the caller of the request in work stops waiting. While a listener
 * of the container factory {@code rpc} works on a request with an {@code expiration}, its
 * thread has such a deadline. Calls that this thread makes through the library end by
 * this deadline, even if their own deadlines are later.
 * <p>
 * The time begins with the delivery of the request to this server, because RabbitMQ does
 * not tell how long a request has waited in its queue.
 * <p>
 * Other threads have the deadline if an executor hands it on by Micrometer's context
 * propagation, for instance with Spring's {@code ContextPropagatingTaskDecorator}.
 */
public final class RpcDeadline {

	// No deadline is that far away, and this number of nanoseconds does not overflow
	private static final Duration LONGEST = Duration.ofDays(365);

	private static final Duration SHORTEST = Duration.ofMillis(1);

	private static final ThreadLocal<@Nullable RpcDeadline> CURRENT = new ThreadLocal<>();

	private final long endNanos;

	private RpcDeadline(long endNanos) {
		this.endNanos = endNanos;
	}

	/**
	 * Creates a deadline.
	 * @param left the time until the deadline. More than a year counts as a year
	 * @return the deadline
	 */
	public static RpcDeadline in(Duration left) {
		return new RpcDeadline(System.nanoTime() + ((left.compareTo(LONGEST) < 0) ? left : LONGEST).toNanos());
	}

	/**
	 * The deadline of the request that this thread works on.
	 * @return the deadline, or {@code null} if this thread works on no request or the
	 * request has no deadline
	 */
	public static @Nullable RpcDeadline current() {
		return CURRENT.get();
	}

	/**
	 * Sets the deadline of this thread. Set the old one again afterwards.
	 * @param deadline the deadline, or {@code null} for none
	 */
	public static void setCurrent(@Nullable RpcDeadline deadline) {
		if (deadline != null) {
			CURRENT.set(deadline);
		}
		else {
			CURRENT.remove();
		}
	}

	/**
	 * How long a call of this thread may take.
	 * @param own the call's own deadline
	 * @return the smaller of two times: the call's own deadline, and the time that is
	 * left of the request's deadline
	 * @throws RpcException with {@link RpcStatus#DEADLINE_EXCEEDED} if less than 1 ms is
	 * left of the request's deadline. Then make no call
	 */
	public static Duration shorten(Duration own) {
		RpcDeadline deadline = CURRENT.get();
		return (deadline != null) ? deadline.shorter(own) : own;
	}

	private Duration shorter(Duration own) {
		Duration left = left();
		if (left.compareTo(SHORTEST) < 0) {
			throw new RpcException(RpcStatus.DEADLINE_EXCEEDED,
					"the deadline of the request in work has passed, so no call was made", false, null);
		}
		return (left.compareTo(own) < 0) ? left : own;
	}

	/**
	 * The time until this deadline.
	 * @return that time, zero or negative if it has passed
	 */
	public Duration left() {
		return Duration.ofNanos(this.endNanos - System.nanoTime());
	}

	@Override
	public String toString() {
		return left().toMillis() + " ms left";
	}

}
