package io.rabbitrpc.client.channel;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.RpcException;

import static org.awaitility.Awaitility.await;

/**
 * A call that remembers how it ended.
 */
public final class TestCall extends RpcCall {

	private volatile @Nullable Throwable failure;

	private volatile @Nullable Message reply;

	public TestCall() {
		this("", Duration.ofMinutes(1));
	}

	public TestCall(String exchange, Duration timeout) {
		super(new RequestAddress(exchange, "queue"), timeout, owner());
	}

	public TestCall(RequestAddress address, Duration timeout) {
		super(address, timeout, owner());
	}

	public static Owner owner() {
		return new Owner() {

			@Override
			public @Nullable String hold(Message reply) {
				return null;
			}

			@Override
			public void nacked(RpcCall call) {
			}

			@Override
			public void ended(RpcCall call) {
			}

		};
	}

	@Nullable Message reply() {
		return this.reply;
	}

	public RpcException outcome() {
		// A call is done a moment before it learns how it failed
		await().until(() -> this.failure != null);
		if (this.failure instanceof RpcException outcome) {
			return outcome;
		}
		throw new AssertionError("The call has not failed", this.failure);
	}

	@Override
	protected void replied(Message message) {
		if (end(true)) {
			this.reply = message;
		}
	}

	@Override
	protected void failed(Throwable ex) {
		this.failure = ex;
	}

}
