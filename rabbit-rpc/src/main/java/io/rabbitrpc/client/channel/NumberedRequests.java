package io.rabbitrpc.client.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.connection.ConnectionWriter;

/**
 * Writes the requests of a channel one after the other, with the same numbers that the
 * broker gives them. It is told which of them the broker has taken or nacked.
 */
final class NumberedRequests {

	private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

	private final Channel channel;

	private final ConnectionWriter writer;

	private final TroubledRequests nacked;

	private final Lock lock = new ReentrantLock();

	private final UnconfirmedCalls unconfirmed = new UnconfirmedCalls();

	// Guarded by the lock
	private long next = 1;

	// The number of a recent request, set once a second at most. Guarded by the lock
	private long mark = this.next;

	// Guarded by the lock
	private long markNanos = System.nanoTime();

	// Answers to requests before this one come a second late, or more
	private volatile long previousMark = this.mark;

	private volatile BrokerSilence silence = new BrokerSilence();

	private volatile boolean replaced;

	/**
	 * Creates it for a channel on which nothing has been published.
	 * @param channel the channel
	 * @param writer writes to its connection
	 * @param nacked told of requests that the broker takes
	 */
	NumberedRequests(Channel channel, ConnectionWriter writer, TroubledRequests nacked) {
		this.channel = channel;
		this.writer = writer;
		this.nacked = nacked;
	}

	/**
	 * Writes a request, unless its call has ended or the connection has no room. Only one
	 * thread at a time writes, so the room is asked for here: many threads may have seen
	 * it before, and the last of them would wait in a write, holding up all others. A
	 * thread waits for its turn no longer than until the deadline of its call. With TLS a
	 * turn may take long, because it encrypts the request.
	 * @param call the call
	 * @param request writes the request
	 * @return false if there was no room
	 */
	boolean write(RpcCall call, RpcChannel.Request request) {
		if (!this.lock.tryLock() && !lockInTime(call)) {
			// The deadline ends the call
			return true;
		}
		try {
			if (!this.writer.hasRoom()) {
				return false;
			}
			writeNext(call, request);
		}
		catch (IllegalArgumentException ex) {
			// This exception says that no frame was written
			call.notPublished();
			call.fail(RpcStatus.INVALID_ARGUMENT, "the request cannot be written: " + ex.getMessage(), ex);
		}
		catch (ShutdownSignalException ex) {
			call.notPublished();
			call.fail(RpcStatus.UNAVAILABLE, "the connection to the broker was lost before the request was sent", ex);
		}
		catch (IOException | RuntimeException | Error ex) {
			// Half a request may have been written, or the connection's thread may have
			// died silently
			call.fail(RpcStatus.UNAVAILABLE, "the connection to the broker was lost while the request was sent", ex);
			BoundedClose.abandon(this.channel.getConnection());
		}
		finally {
			this.lock.unlock();
		}
		return true;
	}

	// An interrupt does not end the wait, as it does not end a write
	private boolean lockInTime(RpcCall call) {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return this.lock.tryLock(call.remaining().toNanos(), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	// The broker numbers only what it receives, so a number is used only if the request
	// was written
	private void writeNext(RpcCall call, RpcChannel.Request request) throws IOException {
		call.numbered(this.next);
		this.unconfirmed.add(call);
		boolean first = false;
		boolean written = false;
		try {
			if (call.publishing()) {
				long now = System.nanoTime();
				first = this.silence.begin(now);
				request.write(this.channel);
				setMark(now);
				this.next++;
				written = true;
			}
		}
		finally {
			if (!written) {
				this.unconfirmed.remove(call);
				if (first) {
					this.silence.end();
				}
			}
		}
	}

	private void setMark(long nowNanos) {
		if (nowNanos - this.markNanos > SECOND_NANOS) {
			this.previousMark = this.mark;
			this.mark = this.next;
			this.markNanos = nowNanos;
		}
	}

	// The broker has taken requests
	void confirmed(long number, boolean multiple) {
		this.silence.end();
		this.unconfirmed.take(number, multiple, this::accepted);
	}

	private void accepted(RpcCall call) {
		call.accepted();
		this.nacked.over(call.address());
	}

	// A reply shows that the broker is there, even if it confirms nothing
	void replied() {
		this.silence.end();
	}

	// The broker has not taken requests. A late nack does not end the silence: a node of
	// RabbitMQ 4.3.6 that was cut off from its cluster nacked one request of many, 14 s
	// later
	void nacked(long number, boolean multiple) {
		if (!this.replaced && number >= this.previousMark) {
			this.silence.end();
		}
		this.unconfirmed.take(number, multiple, RpcCall::nacked);
	}

	/**
	 * Says that these requests follow those of another channel. The broker's silence goes
	 * on, until it answers a request of either channel.
	 * @param before the requests of the channel that this one replaces
	 */
	void follow(NumberedRequests before) {
		this.silence = before.silence;
		before.replaced = true;
	}

	/**
	 * For how long the broker has neither taken nor nacked a request, nor brought a
	 * reply. A nack does not count if it comes a second late, or more.
	 * @return how long the first unanswered request has waited for the broker, or zero
	 */
	Duration silence() {
		return this.silence.length();
	}

	int unconfirmed() {
		return this.unconfirmed.size();
	}

	/**
	 * Forgets a call that has ended.
	 * @param call the call
	 * @param replied whether it has its reply
	 */
	void ended(RpcCall call, boolean replied) {
		this.unconfirmed.ended(call, replied);
	}

	/**
	 * Ends the calls whose requests may have made the broker close the channel. Only the
	 * last one certainly has not run: see {@link UnconfirmedCalls#surelyRefused}.
	 * @param refused what is known of the request
	 * @param cause what the channel closed with
	 */
	void endRefused(RefusedRequest refused, ShutdownSignalException cause) {
		List<RpcCall> inQuestion = this.unconfirmed.calls(refused::mayBe);
		if (refused.exchange() == null && inQuestion.size() > 1) {
			return;
		}
		RpcCall certain = this.unconfirmed.surelyRefused(inQuestion);
		if (certain != null) {
			certain.refuse(refused.status(), refused.message());
		}
		inQuestion.forEach((call) -> call.fail(refused.status(), refused.message(), cause));
	}

}
