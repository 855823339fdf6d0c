package io.rabbitrpc;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.util.Assert;

/**
 * How a call ends, as the interceptors of both sides see it: with a reply that has a
 * value, or with a failure.
 */
public final class RpcOutcome {

	private final @Nullable Message reply;

	private final @Nullable RpcException failure;

	private RpcOutcome(@Nullable Message reply, @Nullable RpcException failure) {
		this.reply = reply;
		this.failure = failure;
	}

	/**
	 * Makes the outcome of a call that has a value.
	 * @param reply the message whose body is the value, with the headers of the server's
	 * application
	 * @return the outcome
	 */
	public static RpcOutcome reply(Message reply) {
		return new RpcOutcome(reply, null);
	}

	/**
	 * Makes the outcome of a call that has no value.
	 * @param failure the reason
	 * @return the outcome
	 */
	public static RpcOutcome failure(RpcException failure) {
		return new RpcOutcome(null, failure);
	}

	/**
	 * The status of the call.
	 * @return {@link RpcStatus#OK} if it has a value, else that of its failure
	 */
	public RpcStatus status() {
		return (this.failure != null) ? this.failure.status() : RpcStatus.OK;
	}

	/**
	 * Why the call has no value.
	 * @return the failure, or {@code null} if there is none
	 */
	public @Nullable RpcException failure() {
		return this.failure;
	}

	/**
	 * The message whose body is the value. Do not change it or its headers, because it
	 * may have been read already. Make another outcome instead.
	 * @return the reply
	 * @throws IllegalStateException if the call has failed
	 */
	public Message reply() {
		Assert.state(this.reply != null, "the call has failed, and has no reply");
		return this.reply;
	}

	@Override
	public String toString() {
		return (this.failure != null) ? "%s: %s".formatted(this.failure.status(), this.failure.getMessage())
				: "OK, %d bytes".formatted(reply().getBody().length);
	}

}
