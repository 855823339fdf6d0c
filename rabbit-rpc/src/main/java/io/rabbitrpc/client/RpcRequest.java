package io.rabbitrpc.client;

import java.time.Duration;

import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessagePropertiesBuilder;
import org.springframework.amqp.support.converter.MessageConversionException;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

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
	 * The outcome of a call whose request cannot be made.
	 * @param ex what the converter says
	 * @return the outcome
	 */
	static RpcException unwritable(MessageConversionException ex) {
		return new RpcException(RpcStatus.INVALID_ARGUMENT, "the request cannot be written: " + ex.getMessage(), false,
				ex);
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
