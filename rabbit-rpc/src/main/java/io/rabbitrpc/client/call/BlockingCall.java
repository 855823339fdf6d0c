package io.rabbitrpc.client.call;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.springframework.amqp.core.Message;

import io.rabbitrpc.client.channel.RequestAddress;
import io.rabbitrpc.client.channel.RpcCall;

/**
 * A call whose caller waits for the reply, and reads it.
 */
final class BlockingCall extends RpcCall {

	private final CompletableFuture<Message> reply = new CompletableFuture<>();

	private final LargeReplies large;

	/**
	 * Starts a call.
	 * @param address where its request goes
	 * @param timeout time until its deadline
	 * @param owner told about the call
	 * @param large counts the large replies that wait to be read
	 */
	BlockingCall(RequestAddress address, Duration timeout, Owner owner, LargeReplies large) {
		super(address, timeout, owner);
		this.large = large;
	}

	CompletableFuture<Message> reply() {
		return this.reply;
	}

	@Override
	protected void replied(Message message) {
		if (end(true)) {
			// The caller reads it and releases it
			this.reply.complete(message);
		}
		else {
			this.large.release(message);
		}
	}

	@Override
	protected void failed(Throwable failure) {
		this.reply.completeExceptionally(failure);
	}

}
