package io.rabbitrpc.client.queue;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one queue, and who waits to know more. One thread at a time may use
 * this. Times are those of {@link System#nanoTime}.
 */
final class WatchedQueue {

	private final String name;

	private @Nullable QueueState state;

	// When the question was asked whose answer the state is
	private long stateNanos;

	private long askedNanos;

	private boolean unanswered;

	private boolean denied;

	private long denialEndNanos;

	// Gets the answer to the question that has not been asked yet
	private @Nullable CompletableFuture<@Nullable QueueState> next;

	WatchedQueue(String name, long now) {
		this.name = name;
		this.askedNanos = now - QueueStates.SPACING.toNanos();
	}

	String name() {
		return this.name;
	}

	/**
	 * What the broker said last.
	 * @return the state, or {@code null} if the broker has never told it
	 */
	@Nullable QueueState state() {
		return this.state;
	}

	boolean isKnownSince(long notBefore) {
		return this.state != null && this.stateNanos - notBefore >= 0;
	}

	/**
	 * Whether the last answer was that this user may not ask.
	 * @return whether this user may not ask, as far as is known
	 */
	boolean isDenied() {
		return this.denied;
	}

	/**
	 * Whether the broker is not to be asked, because this user may not know.
	 * @param now the time
	 * @return whether that was denied a short while ago
	 */
	boolean isDenied(long now) {
		return this.denied && now - this.denialEndNanos < 0;
	}

	/**
	 * Whether the broker is not to be asked, because it does not answer.
	 * @param now the time
	 * @return whether it has had a question for longer than it may take
	 */
	boolean isUnanswered(long now) {
		return this.unanswered && now - this.askedNanos > QueueStates.PATIENCE.toNanos();
	}

	void forgetDenial(long now) {
		this.denialEndNanos = now;
	}

	/**
	 * How soon the broker may be asked again.
	 * @param now the time
	 * @return the time until then in nanoseconds, not positive if it may be asked now
	 */
	long nanosUntilNext(long now) {
		return this.askedNanos + QueueStates.SPACING.toNanos() - now;
	}

	/**
	 * Those who wait for the answer to the next question.
	 * @return their future, or {@code null} if no question is planned
	 */
	@Nullable CompletableFuture<@Nullable QueueState> waiters() {
		return this.next;
	}

	/**
	 * Says that a question is planned.
	 * @return gets its answer
	 */
	CompletableFuture<@Nullable QueueState> plan() {
		CompletableFuture<@Nullable QueueState> planned = new CompletableFuture<>();
		this.next = planned;
		return planned;
	}

	/**
	 * Says that the planned question is due.
	 * @return those who wait for its answer
	 */
	@Nullable CompletableFuture<@Nullable QueueState> takeWaiters() {
		CompletableFuture<@Nullable QueueState> taken = this.next;
		this.next = null;
		return taken;
	}

	/**
	 * Says that the broker is being asked.
	 * @param now the time
	 * @return {@code false} if the last question has no answer yet: then none is asked
	 */
	boolean ask(long now) {
		if (this.unanswered) {
			return false;
		}
		this.unanswered = true;
		this.askedNanos = now;
		return true;
	}

	/**
	 * Says that there is an answer, or will be none.
	 * @param asked when the question was asked
	 * @param answer the state, or {@code null} if the broker has not told it
	 * @param deniedNow whether this user may not ask
	 * @return whether that is denied for the first time
	 */
	boolean answered(long asked, @Nullable QueueState answer, boolean deniedNow) {
		boolean isNew = deniedNow && !this.denied;
		this.unanswered = false;
		if (answer != null) {
			this.state = answer;
			this.stateNanos = asked;
			this.denied = false;
		}
		else if (deniedNow) {
			this.denied = true;
			this.denialEndNanos = asked + QueueStates.DENIAL.toNanos();
		}
		return isNew;
	}

}
