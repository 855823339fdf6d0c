package io.fibrpc.client.rpc;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

import io.fibrpc.protocol.RpcStatus;

/**
 * One call, from its start to its outcome. It ends once; whatever comes later is ignored.
 */
final class RpcCall {

	private final String id = UUID.randomUUID().toString();

	private final CompletableFuture<Message> reply = new CompletableFuture<>();

	private final Duration timeout;

	private final long startNanos = System.nanoTime();

	private volatile boolean published;

	private volatile boolean accepted;

	private final Consumer<RpcCall> nacked;

	/**
	 * Starts a call.
	 * @param timeout time until its deadline
	 * @param nacked ends the call when the broker has not taken its request
	 */
	RpcCall(Duration timeout, Consumer<RpcCall> nacked) {
		this.timeout = timeout;
		this.nacked = nacked;
	}

	/**
	 * The correlation id: random, so that nobody can guess it.
	 * @return a UUID
	 */
	String id() {
		return this.id;
	}

	CompletableFuture<Message> reply() {
		return this.reply;
	}

	Duration timeout() {
		return this.timeout;
	}

	/**
	 * Time until the deadline, by the monotonic clock.
	 * @return that time, negative if the deadline has passed
	 */
	Duration remaining() {
		return this.timeout.minusNanos(System.nanoTime() - this.startNanos);
	}

	Duration elapsed() {
		return Duration.ofNanos(System.nanoTime() - this.startNanos);
	}

	boolean isDone() {
		return this.reply.isDone();
	}

	// The request is about to be written to the connection
	void publishing() {
		this.published = true;
	}

	// The broker has taken the request
	void accepted() {
		this.accepted = true;
	}

	// The broker has not taken the request
	void nacked() {
		this.nacked.accept(this);
	}

	boolean isAccepted() {
		return this.accepted;
	}

	boolean mayHaveRun() {
		return this.published;
	}

	void complete(Message message) {
		this.reply.complete(message);
	}

	void fail(RpcException outcome) {
		this.reply.completeExceptionally(outcome);
	}

	void fail(RpcStatus status, String message, @Nullable Throwable cause) {
		fail(new RpcException(status, message, this.published, cause));
	}

	// The caller does not want the reply any more
	void cancel() {
		this.reply.cancel(false);
	}

	// The broker gave the outcome before any server saw the request
	void refuse(RpcStatus status, String message) {
		fail(new RpcException(status, message));
	}

}
