package io.rabbitrpc.client;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

/**
 * One call, from its start to its outcome. It ends once; whatever comes later is ignored.
 * What it holds is released before its caller sees the outcome.
 */
abstract class RpcCall {

	private final String id = UUID.randomUUID().toString();

	private final AtomicBoolean ended = new AtomicBoolean();

	private final long startNanos = System.nanoTime();

	private final RequestAddress address;

	private final Duration timeout;

	private final long timeoutNanos;

	private final Owner owner;

	private volatile @Nullable RpcChannel channel;

	private volatile boolean published;

	private volatile boolean accepted;

	private volatile long acceptedNanos;

	/**
	 * Starts a call.
	 * @param address where its request goes
	 * @param timeout time until its deadline
	 * @param owner told how it goes
	 */
	RpcCall(RequestAddress address, Duration timeout, Owner owner) {
		this.address = address;
		this.timeout = timeout;
		this.timeoutNanos = timeout.toNanos();
		this.owner = owner;
	}

	/**
	 * Gives the caller the reply.
	 * @param reply the reply
	 */
	protected abstract void succeeded(Message reply);

	/**
	 * Tells the caller why there is no reply.
	 * @param failure an {@link RpcException}, or a {@link CancellationException} if the
	 * caller has cancelled the call
	 */
	protected abstract void failed(Throwable failure);

	/**
	 * The correlation id: random, so that nobody can guess it.
	 * @return a UUID
	 */
	String id() {
		return this.id;
	}

	RequestAddress address() {
		return this.address;
	}

	Duration timeout() {
		return this.timeout;
	}

	/**
	 * Time until the deadline, by the monotonic clock.
	 * @return that time, negative if the deadline has passed
	 */
	Duration remaining() {
		return this.timeout.minus(elapsed());
	}

	/**
	 * Whether the deadline has passed.
	 * @param nowNanos what {@link System#nanoTime} says
	 * @return whether no time remains
	 */
	boolean isDue(long nowNanos) {
		return nowNanos - this.startNanos >= this.timeoutNanos;
	}

	Duration elapsed() {
		return Duration.ofNanos(System.nanoTime() - this.startNanos);
	}

	boolean isDone() {
		return this.ended.get();
	}

	// From here on the channel knows the call, and is told when it ends
	void waitsOn(RpcChannel channel) {
		this.channel = channel;
	}

	// The request is about to be written to the connection
	void publishing() {
		this.published = true;
	}

	boolean mayHaveRun() {
		return this.published;
	}

	// The broker has taken the request
	void accepted() {
		this.acceptedNanos = System.nanoTime();
		this.accepted = true;
	}

	// When, by System.nanoTime, if it has
	long acceptedNanos() {
		return this.acceptedNanos;
	}

	boolean isAccepted() {
		return this.accepted;
	}

	// The broker has not taken the request
	void nacked() {
		this.owner.nacked(this);
	}

	void complete(Message reply) {
		if (end(true)) {
			succeeded(reply);
		}
	}

	void fail(RpcException outcome) {
		if (end(false)) {
			failed(outcome);
		}
	}

	void fail(RpcStatus status, String message, @Nullable Throwable cause) {
		fail(new RpcException(status, message, this.published, cause));
	}

	// The broker gave the outcome before any server saw the request
	void refuse(RpcStatus status, String message) {
		fail(new RpcException(status, message));
	}

	// The caller does not want the reply any more
	void cancel() {
		if (end(false)) {
			failed(new CancellationException());
		}
	}

	private boolean end(boolean replied) {
		if (!this.ended.compareAndSet(false, true)) {
			return false;
		}
		RpcChannel current = this.channel;
		if (current != null) {
			current.ended(this, replied);
		}
		this.owner.ended(this);
		return true;
	}

	/**
	 * Who has made a call.
	 */
	interface Owner {

		/**
		 * The broker has not taken the request: the call is to be ended.
		 * @param call the call
		 */
		void nacked(RpcCall call);

		/**
		 * The call has ended, and its caller does not know yet.
		 * @param call the call
		 */
		void ended(RpcCall call);

	}

}
