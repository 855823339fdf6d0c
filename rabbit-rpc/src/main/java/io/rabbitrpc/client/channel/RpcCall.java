package io.rabbitrpc.client.channel;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

/**
 * One call, from its start to its outcome. It ends once. Everything that comes later is
 * ignored. The call releases what it holds before its caller sees the outcome.
 */
public abstract class RpcCall {

	private static final int SENT = 1;

	private static final int ENDED = 2;

	private final String id = UUID.randomUUID().toString();

	// One state for "published" and "ended". With two, a call could end as "has not run"
	// while its request is being written
	private final AtomicInteger progress = new AtomicInteger();

	private final long startNanos = System.nanoTime();

	private final RequestAddress address;

	private final Duration timeout;

	private final long timeoutNanos;

	private final Owner owner;

	private volatile @Nullable RpcChannel channel;

	private volatile long publishNumber;

	private volatile boolean accepted;

	private volatile boolean hasReply;

	private volatile long acceptedNanos;

	/**
	 * Starts a call.
	 * @param address where its request goes
	 * @param timeout time until its deadline
	 * @param owner told about the call
	 */
	protected RpcCall(RequestAddress address, Duration timeout, Owner owner) {
		this.address = address;
		this.timeout = timeout;
		this.timeoutNanos = timeout.toNanos();
		this.owner = owner;
	}

	/**
	 * Gives the caller the reply. The call has not ended yet. An implementation must end
	 * it and release the reply.
	 * @param reply the reply, which the owner holds
	 */
	protected abstract void replied(Message reply);

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
	public String id() {
		return this.id;
	}

	public RequestAddress address() {
		return this.address;
	}

	public Duration timeout() {
		return this.timeout;
	}

	/**
	 * Time until the deadline, by the monotonic clock.
	 * @return that time, negative if the deadline has passed
	 */
	public Duration remaining() {
		return this.timeout.minus(elapsed());
	}

	/**
	 * Whether the deadline has passed.
	 * @param nowNanos what {@link System#nanoTime} says
	 * @return whether no time remains
	 */
	public boolean isDue(long nowNanos) {
		return nowNanos - this.startNanos >= this.timeoutNanos;
	}

	public Duration elapsed() {
		return elapsed(System.nanoTime());
	}

	/**
	 * Time since the start.
	 * @param nowNanos what {@link System#nanoTime} says
	 * @return that time
	 */
	public Duration elapsed(long nowNanos) {
		return Duration.ofNanos(nowNanos - this.startNanos);
	}

	public boolean isDone() {
		return (this.progress.get() & ENDED) != 0;
	}

	// From here on the channel knows the call, and the call tells the channel when it
	// ends
	void waitsOn(RpcChannel channel) {
		this.channel = channel;
	}

	public @Nullable RpcChannel channel() {
		return this.channel;
	}

	// The request will be the publish with this number on the channel
	void numbered(long number) {
		this.publishNumber = number;
	}

	long publishNumber() {
		return this.publishNumber;
	}

	/**
	 * Says that the request is about to be written to the connection.
	 * @return {@code false} if the call has ended: then nothing may be written
	 */
	boolean publishing() {
		return this.progress.compareAndSet(0, SENT);
	}

	/** Says that no byte of the request was written after all. */
	void notPublished() {
		this.progress.compareAndSet(SENT, 0);
	}

	public boolean mayHaveRun() {
		return (this.progress.get() & SENT) != 0;
	}

	/**
	 * Says that the request is about to be written, as it goes over the wire.
	 * @param address where it is published
	 * @param properties its properties
	 * @param body its body
	 */
	public void writing(RequestAddress address, BasicProperties properties, byte[] body) {
		this.owner.writing(address, properties, body);
	}

	// The reply, as it came over the wire
	void arrived(BasicProperties properties, byte[] body) {
		this.owner.arrived(properties, body);
	}

	// The broker has taken the request
	void accepted() {
		this.acceptedNanos = System.nanoTime();
		this.accepted = true;
		this.owner.accepted();
	}

	public boolean isAccepted() {
		return this.accepted;
	}

	/**
	 * When the broker took the request.
	 * @return what {@link System#nanoTime} said then; only if {@link #isAccepted}
	 */
	public long acceptedNanos() {
		return this.acceptedNanos;
	}

	// The broker has not taken the request
	void nacked() {
		this.owner.nacked(this);
	}

	/**
	 * Says that headers of the request or its reply were dropped.
	 * @param count how many, which may be none
	 */
	public void headersDropped(int count) {
		if (count > 0) {
			this.owner.headersDropped(this, count);
		}
	}

	void complete(Message reply) {
		this.hasReply = true;
		String full = this.owner.hold(reply);
		if (full == null) {
			replied(reply);
		}
		else {
			fail(RpcStatus.RESOURCE_EXHAUSTED, full, null);
		}
	}

	/**
	 * Whether the reply has arrived. If the call has not ended, the reply is being read.
	 * @return whether there is a reply
	 */
	public boolean hasReply() {
		return this.hasReply;
	}

	public void fail(RpcException outcome) {
		if (end(false)) {
			failed(outcome);
		}
	}

	// This is decided when the call has ended, so nothing can be sent after it
	public void fail(RpcStatus status, String message, @Nullable Throwable cause) {
		if (end(false)) {
			failed(new RpcException(status, message, mayHaveRun(), cause));
		}
	}

	// The broker refused the request, so no server saw it
	void refuse(RpcStatus status, String message) {
		fail(new RpcException(status, message, false, null));
	}

	// The caller does not want the reply any more
	protected void cancel() {
		if (end(false)) {
			failed(new CancellationException());
		}
	}

	/**
	 * Ends the call and releases what it holds.
	 * @param replied whether it has its reply
	 * @return {@code false} if it had ended before
	 */
	protected final boolean end(boolean replied) {
		if ((this.progress.getAndUpdate((before) -> before | ENDED) & ENDED) != 0) {
			return false;
		}
		RpcChannel known = this.channel;
		if (known != null) {
			known.ended(this, replied);
		}
		this.owner.ended(this);
		return true;
	}

	/**
	 * The maker of a call.
	 */
	public interface Owner {

		/**
		 * Holds a reply until it is read.
		 * @param reply the reply
		 * @return {@code null} if it is held, else why there is no room for it
		 */
		@Nullable String hold(Message reply);

		/**
		 * Headers of the request or its reply were dropped.
		 * @param call the call
		 * @param count how many
		 */
		default void headersDropped(RpcCall call, int count) {
		}

		/**
		 * The request is about to be written.
		 * @param address where it is published
		 * @param properties its properties, as they go over the wire
		 * @param body its body
		 */
		default void writing(RequestAddress address, BasicProperties properties, byte[] body) {
		}

		/** The broker has taken the request. */
		default void accepted() {
		}

		/**
		 * The reply has come.
		 * @param properties its properties, as they came over the wire
		 * @param body its body
		 */
		default void arrived(BasicProperties properties, byte[] body) {
		}

		/**
		 * The broker has not taken the request: the call is to be ended.
		 * @param call the call
		 */
		void nacked(RpcCall call);

		/**
		 * The call has ended. Its caller does not know that yet.
		 * @param call the call
		 */
		void ended(RpcCall call);

	}

}
