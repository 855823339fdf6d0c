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
 * Sends replies again, and gives up those that cannot be sent. When RabbitMQ refuses a
 * reply, it closes the channel and does not name the reply. If it names a size, every
 * larger reply is refused. Otherwise all replies are suspects, and are sent again one at
 * a time.
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
	 * Adds replies that were lost with their connection.
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
			drop(reply, "was dropped: too many replies wait for a connection already");
		}
	}

	/**
	 * Adds the replies of a channel that the broker closed because of one of them.
	 * @param reason the broker's words
	 * @param crashed whether the broker failed internally. That may happen while a node
	 * of its cluster stops or starts
	 * @param replies the replies that the broker had not confirmed
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
			drop(reply, "was refused, and so was the failure sent in its place: " + sentence);
		}
		else {
			target.add(replace(reply, sentence));
		}
	}

	/**
	 * Checks that a reply is not larger than the broker takes.
	 * @param reply the reply
	 * @return the reply, or a failure that replaces it
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
			drop(reply, "was dropped: it could not be sent while its caller waited");
		}
		return expired;
	}

	/**
	 * Gives up a reply.
	 * @param reply the reply
	 * @param reason the end of a sentence that begins with "A reply"
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
