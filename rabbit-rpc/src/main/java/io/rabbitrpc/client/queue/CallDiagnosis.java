package io.rabbitrpc.client.queue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.channel.RpcCall;
import io.rabbitrpc.client.channel.RpcChannel;
import io.rabbitrpc.client.channel.RpcConnector;

/**
 * Ends calls that get no reply, and says why, as far as that is known. For the state of
 * the queue it uses what the broker said while the call waited, or asks the broker now.
 */
public final class CallDiagnosis {

	// A call ends within 250 ms after its deadline. This leaves 100 ms of them for the
	// rest, however late the deadline was noticed
	private static final Duration PATIENCE = Duration.ofMillis(150);

	// The broker's last answer, or the one before if the last question is still open
	private static final Duration RECENT = RequestQueueMonitor.INTERVAL.multipliedBy(2);

	// A request that waits expires at the deadline, and the broker no longer counts it.
	// An
	// answer is from before that if the question was asked as long before
	private static final Duration ANSWERED = Duration.ofMillis(50);

	private static final Duration JUST_NOW = Duration.ofMillis(100);

	private static final Duration SILENCE = Duration.ofSeconds(1);

	private static final String UNCONFIRMED = "the broker has not confirmed the request";

	private final RpcConnector connector;

	private final RequestQueueMonitor monitor;

	public CallDiagnosis(RpcConnector connector, RequestQueueMonitor monitor) {
		this.connector = connector;
		this.monitor = monitor;
	}

	/**
	 * Ends a call whose deadline has passed. It waits for the broker's answer until 150
	 * ms after the deadline, or not at all if it is later.
	 * @param call the call
	 */
	public void expired(RpcCall call) {
		this.connector.giveUpIfSilent(call);
		RpcChannel channel = call.channel();
		if (call.hasReply()) {
			call.fail(readTooLate(call));
		}
		else if (!call.mayHaveRun() && channel != null && !channel.hasRoom()) {
			call.fail(RpcStatus.UNAVAILABLE, RpcChannel.NO_ROOM, null);
		}
		else {
			unanswered(call);
		}
	}

	private void unanswered(RpcCall call) {
		String blocked = this.connector.blocked();
		if (!call.isAccepted() && blocked != null) {
			call.fail(RpcStatus.UNAVAILABLE, RpcConnector.BLOCKED + blocked, null);
		}
		else if (!call.mayHaveRun()) {
			String reason = (this.connector.openChannel() != null) ? "" : ", still connecting to the broker";
			call.fail(RpcStatus.DEADLINE_EXCEEDED,
					"the request was not sent within %d ms%s".formatted(call.timeout().toMillis(), reason), null);
		}
		else if (call.address().queue() == null) {
			noReply(call, call.isAccepted() ? " to " + call.address().describe() : ": " + unconfirmed(call));
		}
		else {
			boolean accepted = call.isAccepted();
			long now = System.nanoTime();
			// By the deadline, however late that is noticed
			long inTime = now + call.remaining().minus(ANSWERED).toNanos();
			long notBefore = accepted ? later(call.acceptedNanos(), inTime - RECENT.toNanos()) : now;
			look(call, notBefore, inTime, (state) -> expired(call, state, !accepted && call.isAccepted()));
		}
	}

	private static long later(long oneNanos, long otherNanos) {
		return (oneNanos - otherNanos > 0) ? oneNanos : otherNanos;
	}

	private void expired(RpcCall call, @Nullable QueueState state, boolean acceptedSince) {
		boolean accepted = call.isAccepted();
		if (state != null && state.isUnserved() && this.monitor.isFailFast()) {
			call.fail(RpcStatus.UNAVAILABLE, state.describe() + (accepted ? "" : ", and " + UNCONFIRMED), null);
		}
		else if (acceptedSince) {
			// The broker may have told the state before the request was in the queue
			noReply(call, ": the broker confirmed the request later");
		}
		else {
			String described = (state != null) ? ": " + state.describe() : "";
			noReply(call, accepted ? described : ": " + unconfirmed(call));
			// The broker answers questions at once, so a request without a confirm is not
			// still on its way
			if (state != null && !state.isUnserved() && state.waiting() == 0) {
				this.connector.vanished(call);
			}
		}
	}

	private static String unconfirmed(RpcCall call) {
		RpcChannel channel = call.channel();
		Duration silence = (channel != null) ? channel.silence() : Duration.ZERO;
		return (silence.compareTo(SILENCE) > 0)
				? "the broker has confirmed no request for %d ms".formatted(silence.toMillis()) : UNCONFIRMED;
	}

	/**
	 * Makes the outcome of a call whose reply was not read in time.
	 * @param call the call
	 * @return its outcome
	 */
	public static RpcException readTooLate(RpcCall call) {
		return new RpcException(RpcStatus.DEADLINE_EXCEEDED,
				"the reply came, but was not read within %d ms".formatted(call.timeout().toMillis()), true, null);
	}

	private void noReply(RpcCall call, String reason) {
		call.fail(RpcStatus.DEADLINE_EXCEEDED, "no reply within %d ms%s".formatted(call.timeout().toMillis(), reason),
				null);
	}

	/**
	 * Ends a call whose request the broker has nacked, within 150 ms. A full queue nacks
	 * requests. So does a queue that is just being declared or deleted, or that has lost
	 * its leader, but such a queue is mostly empty. A queue that has crashed may have
	 * taken the request before, so the call may have run.
	 * @param call the call
	 */
	public void nacked(RpcCall call) {
		this.connector.nacked(call);
		if (call.address().queue() == null) {
			call.fail(RpcStatus.RESOURCE_EXHAUSTED, "the broker refused the request to %s: a queue is full or not ready"
				.formatted(call.address().describe()), null);
		}
		else {
			long now = System.nanoTime();
			look(call, now - JUST_NOW.toNanos(), now, (state) -> nacked(call, state));
		}
	}

	private void nacked(RpcCall call, @Nullable QueueState state) {
		if (state == null) {
			call.fail(RpcStatus.RESOURCE_EXHAUSTED,
					"the broker refused the request: %s is full or not ready".formatted(call.address().queue()), null);
		}
		else if (state.waiting() > 0) {
			call.fail(RpcStatus.RESOURCE_EXHAUSTED, "the broker refused the request: %s may be full, %s in it"
				.formatted(state.queue(), state.requestsWait()), null);
		}
		else {
			call.fail(RpcStatus.UNAVAILABLE, "the broker refused the request: %s is not ready".formatted(state.queue()),
					null);
		}
	}

	// Calls to another exchange than the default one do not come here
	private void look(RpcCall call, long notBefore, long preferBefore, Consumer<@Nullable QueueState> action) {
		String queue = call.address().queue();
		CompletableFuture<@Nullable QueueState> state = (queue != null)
				? this.monitor.state(queue, notBefore, preferBefore, patience(call))
				: CompletableFuture.completedFuture(null);
		state.whenComplete((known, failure) -> action.accept(known));
	}

	private static Duration patience(RpcCall call) {
		Duration left = call.remaining();
		return left.isNegative() ? PATIENCE.plus(left) : PATIENCE;
	}

}
