package io.rabbitrpc;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The moment at which the caller of the request in work stops waiting. While a listener
 * of the container factory {@code rpc} works on a request that has an {@code expiration},
 * its thread has one. Calls that this thread makes by the library take no longer than
 * what is left of it, whatever their own deadlines are.
 * <p>
 * What is left counts from the delivery of the request to this server: RabbitMQ does not
 * tell for how long a request has waited in its queue.
 * <p>
 * Other threads have the deadline if an executor hands it on. Micrometer's context
 * propagation does so where it is on the class path, as by Spring's
 * {@code ContextPropagatingTaskDecorator}.
 */
public final class RpcDeadline {

	// No deadline is that far, and its nanoseconds do not overflow
	private static final Duration LONGEST = Duration.ofDays(365);

	private static final Duration SHORTEST = Duration.ofMillis(1);

	private static final ThreadLocal<@Nullable RpcDeadline> CURRENT = new ThreadLocal<>();

	private final long endNanos;

	private RpcDeadline(long endNanos) {
		this.endNanos = endNanos;
	}

	/**
	 * Creates a deadline.
	 * @param left the time until then, from now on; more than a year counts as a year
	 * @return the deadline
	 */
	public static RpcDeadline in(Duration left) {
		return new RpcDeadline(System.nanoTime() + ((left.compareTo(LONGEST) < 0) ? left : LONGEST).toNanos());
	}

	/**
	 * The deadline of the request that this thread works on.
	 * @return the deadline, or {@code null} if there is no request, or if its caller has
	 * given none
	 */
	public static @Nullable RpcDeadline current() {
		return CURRENT.get();
	}

	/**
	 * Gives this thread a deadline in place of the one that it has. Whoever does so gives
	 * back the old one.
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
	 * @return that, or what is left of the request's if that is less
	 * @throws RpcException with {@link RpcStatus#DEADLINE_EXCEEDED} if less than 1 ms is
	 * left. The call surely does not run
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
