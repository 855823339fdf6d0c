package io.rabbitrpc.client.interceptor;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.util.Assert;

import io.rabbitrpc.ApplicationHeaders;
import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcOutcome;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.call.RpcRequest;

/**
 * A request that is about to be sent, as an {@link RpcClientInterceptor} sees it.
 */
public final class RpcClientRequest {

	private final RpcRequest request;

	private final Supplier<MessageConverter> converter;

	private Duration deadline;

	RpcClientRequest(RpcRequest request, Supplier<MessageConverter> converter) {
		this.request = request;
		this.converter = converter;
		this.deadline = request.deadline();
	}

	/**
	 * Where the request goes.
	 * @return the queue, or exchange and routing key with a colon between
	 */
	public String destination() {
		return this.request.address().destination();
	}

	/**
	 * Whether the call may be made again even if it may have run.
	 * @return the setting of the call or of its queue
	 */
	public boolean idempotent() {
		return this.request.idempotent();
	}

	/**
	 * How long the call may take, from its start.
	 * @return from 1 ms to 1 day
	 */
	public Duration deadline() {
		return this.deadline;
	}

	/**
	 * Sets how long the call may take, from its start. The time that interceptors have
	 * used already counts.
	 * @param deadline the time, from 1 ms to 1 day. Within a listener, the time that is
	 * left of the request in work counts if that is less
	 * @throws RpcException with {@link RpcStatus#INVALID_ARGUMENT} if it is out of these
	 * bounds
	 */
	public void deadline(Duration deadline) {
		this.deadline = RpcRequest.deadline(deadline);
	}

	/**
	 * Sets a header of the request.
	 * @param name its name, which does not begin with {@code x-rpc-}
	 * @param value a string, number, boolean or date
	 * @throws IllegalArgumentException if the header cannot pass
	 */
	public void header(String name, Object value) {
		Map<String, Object> headers = message().getMessageProperties().getHeaders();
		Map<String, Object> changed = new HashMap<>(headers);
		changed.put(name, value);
		Assert.isTrue(
				ApplicationHeaders.of(Map.of(name, value)).passed().size() == 1
						&& ApplicationHeaders.of(changed).dropped() <= ApplicationHeaders.of(headers).dropped(),
				() -> "the header %s cannot be sent: it is reserved, too large or not a simple value"
					.formatted(Escaped.text(name)));
		headers.put(name, value);
	}

	/**
	 * The message that will be sent: body, headers, priority. The library sets ids,
	 * expiration, reply address and delivery mode later, in place of yours.
	 * @return the message
	 */
	public Message message() {
		return this.request.message();
	}

	/**
	 * Makes an outcome in place of the call's own, or for a call that is not made.
	 * @param value the value for the caller. The message converter writes and reads it,
	 * as if a server had sent it
	 * @return the outcome
	 */
	public RpcOutcome reply(Object value) {
		return RpcOutcome.reply((value instanceof Message message) ? message
				: this.converter.get().toMessage(value, new MessageProperties()));
	}

	RpcRequest within(Duration left) {
		return new RpcRequest(this.request.address(), message(), left, this.request.idempotent(),
				this.request.writer());
	}

}
