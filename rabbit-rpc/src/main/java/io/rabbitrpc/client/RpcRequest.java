package io.rabbitrpc.client;

import java.time.Duration;

import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.core.MessagePropertiesBuilder;
import org.springframework.amqp.support.converter.MessageConversionException;
import org.springframework.amqp.support.converter.MessageConverter;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.channel.RequestAddress;
import io.rabbitrpc.client.channel.RpcCall;
import io.rabbitrpc.client.channel.RpcChannel;

/**
 * What a call asks, and where.
 *
 * @param address where the request is published
 * @param message body and properties, but for those that each attempt sets
 * @param deadline how long the call may take
 * @param idempotent whether it may be made again though it may have run
 * @param writer writes the request
 */
record RpcRequest(RequestAddress address, Message message, Duration deadline, boolean idempotent, Writer writer) {

	RpcRequest {
		checkDeadline(deadline);
	}

	/**
	 * Makes the message of a request.
	 * @param converter makes it
	 * @param request what it is made of
	 * @return the message
	 * @throws RpcException with {@link RpcStatus#INVALID_ARGUMENT} if the converter
	 * cannot make one
	 */
	static Message message(MessageConverter converter, Object request) {
		try {
			return converter.toMessage(request, new MessageProperties());
		}
		catch (MessageConversionException ex) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT, "the request cannot be written: " + ex.getMessage(),
					false, ex);
		}
	}

	static Duration checkDeadline(Duration deadline) {
		if (!RpcClientProperties.isDeadline(deadline)) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT,
					"the deadline must be 1 ms or more and 1 day or less, not " + deadline);
		}
		return deadline;
	}

	/**
	 * The same request for another attempt, whose properties are its own: the last one
	 * may still be about to be sent.
	 * @param left what is left of the deadline
	 * @return the request
	 */
	RpcRequest again(Duration left) {
		Message copy = new Message(this.message.getBody(),
				MessagePropertiesBuilder.fromClonedProperties(this.message.getMessageProperties()).build());
		return new RpcRequest(this.address, copy, left, this.idempotent, this.writer);
	}

	/**
	 * Writes a request, with what its sender does to each.
	 */
	@FunctionalInterface
	interface Writer {

		/**
		 * Writes it by {@link RpcChannel#write}.
		 * @param channel where to
		 * @param call the call
		 * @param message the request, with all its properties
		 */
		void write(RpcChannel channel, RpcCall call, Message message);

	}

}
