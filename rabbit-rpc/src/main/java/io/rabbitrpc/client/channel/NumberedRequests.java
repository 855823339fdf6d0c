package io.rabbitrpc.client.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcStatus;

/**
 * Writes the requests of a channel one after the other, numbered as the broker numbers
 * them, and hears which of them it has taken or nacked.
 */
final class NumberedRequests {

	private final Channel channel;

	private final TroubledRequests nacked;

	private final Lock lock = new ReentrantLock();

	private final UnconfirmedCalls unconfirmed = new UnconfirmedCalls();

	// Only whoever holds the lock has this
	private long next = 1;

	// The first one published since the broker last took or nacked any
	private volatile @Nullable RpcCall unanswered;

	/**
	 * Creates it, for a channel on which nothing has been published.
	 * @param channel the channel
	 * @param nacked told of requests that the broker takes
	 */
	NumberedRequests(Channel channel, TroubledRequests nacked) {
		this.channel = channel;
		this.nacked = nacked;
	}

	/**
	 * Writes a request, unless its call has ended.
	 * @param call the call
	 * @param request writes the request
	 */
	void write(RpcCall call, RpcChannel.Request request) {
		this.lock.lock();
		try {
			writeNext(call, request);
		}
		catch (IllegalArgumentException ex) {
			// By its own words no frame was written
			call.notPublished();
			call.fail(RpcStatus.INVALID_ARGUMENT, "the request cannot be written: " + ex.getMessage(), ex);
		}
		catch (ShutdownSignalException ex) {
			call.notPublished();
			call.fail(RpcStatus.UNAVAILABLE, "the connection to the broker was lost before the request was sent", ex);
		}
		catch (IOException | RuntimeException | Error ex) {
			// Half a request may have been written, or the connection's thread may be
			// gone without a word
			call.fail(RpcStatus.UNAVAILABLE, "the connection to the broker was lost while the request was sent", ex);
			BoundedClose.abandon(this.channel.getConnection());
		}
		finally {
			this.lock.unlock();
		}
	}

	// The broker counts what it gets, so the number is taken only if the request was
	// written
	private void writeNext(RpcCall call, RpcChannel.Request request) throws IOException {
		call.numbered(this.next);
		this.unconfirmed.add(call);
		boolean written = false;
		try {
			if (call.publishing()) {
				if (this.unanswered == null) {
					this.unanswered = call;
				}
				request.write(this.channel);
				this.next++;
				written = true;
			}
		}
		finally {
			if (!written) {
				this.unconfirmed.remove(call);
				if (this.unanswered == call) {
					this.unanswered = null;
				}
			}
		}
	}

	// The broker has taken requests
	void confirmed(long number, boolean multiple) {
		this.unanswered = null;
		this.unconfirmed.take(number, multiple, this::accepted);
	}

	private void accepted(RpcCall call) {
		call.accepted();
		this.nacked.over(call.address());
	}

	// The broker has not taken requests
	void nacked(long number, boolean multiple) {
		this.unanswered = null;
		this.unconfirmed.take(number, multiple, RpcCall::nacked);
	}

	/**
	 * For how long the broker has neither taken nor nacked a request.
	 * @return the age of the first request that it has been silent about, or zero
	 */
	Duration silence() {
		RpcCall first = this.unanswered;
		return (first != null) ? first.elapsed() : Duration.ZERO;
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
	 * Ends the calls that the broker may have closed the channel for. Of these only the
	 * last surely has not run: see {@link UnconfirmedCalls#surelyRefused}.
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
