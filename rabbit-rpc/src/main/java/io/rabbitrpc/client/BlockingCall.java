package io.rabbitrpc.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.springframework.amqp.core.Message;

/**
 * A call whose caller waits for the reply, and reads it.
 */
final class BlockingCall extends RpcCall {

	private final CompletableFuture<Message> reply = new CompletableFuture<>();

	BlockingCall(RequestAddress address, Duration timeout, Owner owner) {
		super(address, timeout, owner);
	}

	CompletableFuture<Message> reply() {
		return this.reply;
	}

	@Override
	protected void replied(Message message, LargeReplies large) {
		if (end(true)) {
			// The caller reads it and lets it go
			this.reply.complete(message);
		}
		else {
			large.release(message);
		}
	}

	@Override
	protected void failed(Throwable failure) {
		this.reply.completeExceptionally(failure);
	}

}
