package io.rabbitrpc.server.reply;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.Escaped;
import io.rabbitrpc.LimitedLog;

/**
 * The replies that are to be sent again, and those that are given up. RabbitMQ closes a
 * channel for one reply that it refuses, without naming it. If it names a size, every
 * larger reply is the one; else the replies are suspects, and are sent again one at a
 * time.
 */
final class UnsentReplies {

	private static final Log logger = LogFactory.getLog(Replies.class);

	private final LimitedLog refusals = new LimitedLog(logger);

	private final LimitedLog losses = new LimitedLog(logger);

	private final ReplyLimit limit = new ReplyLimit(System::nanoTime);

	private final Deque<Reply> lost = new ConcurrentLinkedDeque<>();

	private final Deque<Reply> suspects = new ConcurrentLinkedDeque<>();

	boolean isEmpty() {
		return this.lost.isEmpty() && this.suspects.isEmpty();
	}

	/**
	 * Whether a reply must not leave beside others now.
	 * @return whether there are suspects
	 */
	boolean hasSuspects() {
		return !this.suspects.isEmpty();
	}

	int size() {
		return this.lost.size() + this.suspects.size();
	}

	/**
	 * Adds replies that were lost by no fault of their own.
	 * @param replies the replies, in the order in which they shall be sent
	 */
	void addAll(List<Reply> replies) {
		this.lost.addAll(replies);
	}

	/**
	 * Adds a reply that could not be sent, if there is room.
	 * @param reply the reply
	 */
	void add(Reply reply) {
		long bytes = this.lost.stream().mapToLong((other) -> other.body().length).sum();
		if (this.lost.size() < ReplyChannel.MAX_REPLIES && bytes < ReplyChannel.MAX_BYTES) {
			this.lost.add(reply);
		}
		else {
			drop(reply, "was one too many to be kept while no connection takes replies");
		}
	}

	/**
	 * Adds the replies of a channel that the broker closed because of one of them.
	 * @param reason the broker's words
	 * @param crashed whether the broker has met an error of its own, as it may do while a
	 * node of its cluster goes or comes
	 * @param replies what the broker had not confirmed
	 */
	void addRefused(String reason, boolean crashed, List<Reply> replies) {
		this.limit.learn(reason);
		List<Reply> others = new ArrayList<>();
		for (Reply reply : replies) {
			String problem = this.limit.problem(reply.body().length);
			if (problem == null) {
				others.add(reply);
			}
			else {
				convict(reply, problem, this.lost);
			}
		}
		if (others.size() < replies.size()) {
			this.lost.addAll(others);
		}
		else if (others.size() == 1 && !(crashed && others.get(0).mayBeSentAgain())) {
			convict(others.get(0), "the broker refused the reply: " + Escaped.text(reason), this.suspects);
		}
		else {
			this.suspects.addAll(others);
		}
	}

	private void convict(Reply reply, String sentence, Deque<Reply> target) {
		if (reply.isReplacement()) {
			drop(reply, "is refused, and so is a failure in its place: " + sentence);
		}
		else {
			target.add(replace(reply, sentence));
		}
	}

	/**
	 * Sees to it that a reply is not larger than what the broker takes.
	 * @param reply the reply
	 * @return the same, or a failure in its place
	 */
	Reply fitting(Reply reply) {
		String problem = reply.isReplacement() ? null : this.limit.problem(reply.body().length);
		return (problem != null) ? replace(reply, problem) : reply;
	}

	private Reply replace(Reply reply, String sentence) {
		reply.failed();
		this.refusals.warn(
				"A reply (correlation id %s) is replaced by a failure: %s".formatted(reply.loggedId(), sentence), null);
		return reply.replacedBy(sentence);
	}

	/**
	 * Gives up a reply if nobody waits for it any more.
	 * @param reply the reply
	 * @return whether it was given up
	 */
	boolean dropExpired(Reply reply) {
		boolean expired = reply.isExpired(System.nanoTime());
		if (expired) {
			drop(reply, "could not be sent while its caller waited");
		}
		return expired;
	}

	/**
	 * Gives up a reply.
	 * @param reply the reply
	 * @param reason what completes the sentence that the reply begins
	 */
	void drop(Reply reply, String reason) {
		reply.failed();
		this.losses.warn("A reply (correlation id %s) %s".formatted(reply.loggedId(), reason), null);
	}

	/**
	 * Sends again what can be sent.
	 * @param publish publishes a reply, unless there are suspects or no channel takes it
	 * @param alone the same for a suspect, {@code null} while other replies are on their
	 * way
	 */
	void sendAgain(Predicate<Reply> publish, @Nullable Predicate<Reply> alone) {
		this.lost.removeIf(this::dropExpired);
		this.suspects.removeIf(this::dropExpired);
		sendFirst(this.suspects, alone);
		boolean sent = true;
		while (sent && this.suspects.isEmpty()) {
			sent = sendFirst(this.lost, publish);
		}
	}

	private boolean sendFirst(Deque<Reply> replies, @Nullable Predicate<Reply> publish) {
		Reply reply = (publish != null) ? replies.poll() : null;
		if (publish == null || reply == null) {
			return false;
		}
		Reply fitting = fitting(reply);
		boolean sent = publish.test(fitting);
		if (!sent) {
			replies.addFirst(fitting);
		}
		return sent;
	}

}
