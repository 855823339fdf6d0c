package io.rabbitrpc.server.interceptor;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.MessageConverter;

import io.rabbitrpc.RpcOutcome;

/**
 * A request that has come, as an {@link RpcServerInterceptor} sees it.
 */
public final class RpcServerRequest {

	private final Message message;

	private final MessageConverter converter;

	RpcServerRequest(Message message, MessageConverter converter) {
		this.message = message;
		this.converter = converter;
	}

	/**
	 * The queue that the request has come from.
	 * @return its name
	 */
	public String queue() {
		return String.valueOf(this.message.getMessageProperties().getConsumerQueue());
	}

	/**
	 * Reads a header of the caller's application. Any peer may send it. Check it before
	 * you rely on it, and escape it before you show it.
	 * @param name its name
	 * @return a string, number, boolean or date, or {@code null} if there is none
	 */
	public @Nullable Object header(String name) {
		return this.message.getMessageProperties().getHeader(name);
	}

	/**
	 * Sets a header that the listener sees.
	 * @param name its name
	 * @param value its value
	 */
	public void header(String name, Object value) {
		this.message.getMessageProperties().setHeader(name, value);
	}

	/**
	 * The message: body, headers, correlation id, whether it was delivered before.
	 * Headers may be changed.
	 * @return the message
	 */
	public Message message() {
		return this.message;
	}

	/**
	 * Makes an outcome that replaces the listener's.
	 * @param value the value for the caller. The message converter writes it
	 * @return the outcome
	 */
	public RpcOutcome reply(Object value) {
		return RpcOutcome
			.reply((value instanceof Message reply) ? reply : this.converter.toMessage(value, new MessageProperties()));
	}

}
