package io.rabbitrpc.client.queue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one queue, and the futures that wait for the next answer. Only one
 * thread at a time may use this. Times are those of {@link System#nanoTime}.
 */
final class WatchedQueue {

	// Those of the last second, if the broker is asked as often as it may be
	private static final int ANSWERS = 20;

	private final String name;

	// The newest first
	private final Deque<Answer> answers = new ArrayDeque<>();

	private long askedNanos;

	private boolean unanswered;

	private boolean denied;

	private long denialEndNanos;

	// For the answer to the next question, which has not been asked yet
	private @Nullable CompletableFuture<@Nullable QueueState> next;

	WatchedQueue(String name, long now) {
		this.name = name;
		this.askedNanos = now - QueueStates.SPACING.toNanos();
	}

	String name() {
		return this.name;
	}

	/**
	 * What the broker has said since a time.
	 * @param notBefore the broker must have been asked at this time or later
	 * @param preferBefore if there are answers to questions from before this time, too,
	 * the last of those is preferred
	 * @return the state, or {@code null} if there is no such answer
	 */
	@Nullable QueueState state(long notBefore, long preferBefore) {
		QueueState last = null;
		for (Answer answer : this.answers) {
			if (answer.askedNanos - notBefore < 0) {
				break;
			}
			if (answer.askedNanos - preferBefore < 0) {
				return answer.state;
			}
			last = (last != null) ? last : answer.state;
		}
		return last;
	}

	/**
	 * Whether the last answer was that this user may not ask.
	 * @return whether this user may not ask, as far as is known
	 */
	boolean isDenied() {
		return this.denied;
	}

	/**
	 * Whether the broker denied the last answer a short while ago. Then it is not asked.
	 * @param now the time
	 * @return whether not to ask
	 */
	boolean isDenied(long now) {
		return this.denied && now - this.denialEndNanos < 0;
	}

	/**
	 * Whether the broker has not answered a question for too long. Then it is not asked
	 * again.
	 * @param now the time
	 * @return whether not to ask
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
	 * @return the time until then in nanoseconds. It is zero or negative if it may be
	 * asked now
	 */
	long nanosUntilNext(long now) {
		return this.askedNanos + QueueStates.SPACING.toNanos() - now;
	}

	/**
	 * The future of the next answer.
	 * @return the future, or {@code null} if no question is planned
	 */
	@Nullable CompletableFuture<@Nullable QueueState> waiters() {
		return this.next;
	}

	/**
	 * Says that a question is planned.
	 * @return the future of its answer
	 */
	CompletableFuture<@Nullable QueueState> plan() {
		CompletableFuture<@Nullable QueueState> planned = new CompletableFuture<>();
		this.next = planned;
		return planned;
	}

	/**
	 * Says that the planned question is due.
	 * @return the future of its answer
	 */
	@Nullable CompletableFuture<@Nullable QueueState> takeWaiters() {
		CompletableFuture<@Nullable QueueState> taken = this.next;
		this.next = null;
		return taken;
	}

	/**
	 * Says that the broker is being asked.
	 * @param now the time
	 * @return {@code false} if the last question has no answer yet. Then the broker is
	 * not asked
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
			this.answers.addFirst(new Answer(asked, answer));
			if (this.answers.size() > ANSWERS) {
				this.answers.removeLast();
			}
			this.denied = false;
		}
		else if (deniedNow) {
			this.denied = true;
			this.denialEndNanos = asked + QueueStates.DENIAL.toNanos();
		}
		return isNew;
	}

	/**
	 * An answer of the broker.
	 *
	 * @param askedNanos when the question was asked
	 * @param state the answer
	 */
	private record Answer(long askedNanos, QueueState state) {

	}

}
