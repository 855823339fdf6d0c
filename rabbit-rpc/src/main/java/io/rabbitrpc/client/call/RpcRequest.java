package io.rabbitrpc.client.call;

import java.time.Duration;

import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.core.MessagePropertiesBuilder;
import org.springframework.amqp.support.converter.MessageConversionException;
import org.springframework.amqp.support.converter.MessageConverter;

import io.rabbitrpc.RpcDeadline;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.channel.RequestAddress;
import io.rabbitrpc.client.channel.RpcCall;
import io.rabbitrpc.client.channel.RpcChannel;

/**
 * The request of a call, and where it goes.
 *
 * @param address where the request is published
 * @param message body and properties, except those that each attempt sets
 * @param deadline how long the call may take
 * @param idempotent whether the call may be made again even if it may have run
 * @param writer writes the request
 */
public record RpcRequest(RequestAddress address, Message message, Duration deadline, boolean idempotent,
		Writer writer) {

	/** The shortest deadline of a call. */
	public static final Duration SHORTEST_DEADLINE = Duration.ofMillis(1);

	// RabbitMQ takes an expiration of up to 2^32 - 1 ms, which is 49 days
	private static final Duration LONGEST_DEADLINE = Duration.ofDays(1);

	public RpcRequest {
		checkDeadline(deadline);
	}

	/**
	 * Makes the message of a request.
	 * @param converter converts the request
	 * @param request the object to convert
	 * @return the message
	 * @throws RpcException with {@link RpcStatus#INVALID_ARGUMENT} if the converter
	 * cannot make one
	 */
	public static Message message(MessageConverter converter, Object request) {
		try {
			return converter.toMessage(request, new MessageProperties());
		}
		catch (MessageConversionException ex) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT, "the request cannot be written: " + ex.getMessage(),
					false, ex);
		}
	}

	/**
	 * Whether a call may have a deadline.
	 * @param deadline the deadline
	 * @return whether it is from 1 ms to 1 day
	 */
	public static boolean isDeadline(Duration deadline) {
		return deadline.compareTo(SHORTEST_DEADLINE) >= 0 && deadline.compareTo(LONGEST_DEADLINE) <= 0;
	}

	/**
	 * Checks that a call may have a deadline.
	 * @param deadline the deadline
	 * @return the same
	 * @throws RpcException with {@link RpcStatus#INVALID_ARGUMENT} if it is not from 1 ms
	 * to 1 day
	 */
	public static Duration checkDeadline(Duration deadline) {
		if (!isDeadline(deadline)) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT,
					"the deadline must be 1 ms or more and 1 day or less, not " + deadline);
		}
		return deadline;
	}

	/**
	 * The deadline of a call that this thread makes.
	 * @param own the call's own deadline
	 * @return the own deadline, or the time that is left of the request in work if that
	 * is less
	 * @throws RpcException with {@link RpcStatus#INVALID_ARGUMENT} if the own deadline is
	 * out of bounds, with {@link RpcStatus#DEADLINE_EXCEEDED} if nothing is left
	 */
	public static Duration deadline(Duration own) {
		return RpcDeadline.shorten(checkDeadline(own));
	}

	/**
	 * This request with another address.
	 * @param other the address
	 * @return the request
	 */
	public RpcRequest to(RequestAddress other) {
		return new RpcRequest(other, this.message, this.deadline, this.idempotent, this.writer);
	}

	/**
	 * A copy of this request for another attempt. It has its own properties, because the
	 * last attempt may still be waiting to be sent.
	 * @param left the time that is left until the deadline
	 * @return the request
	 */
	public RpcRequest again(Duration left) {
		Message copy = new Message(this.message.getBody(),
				MessagePropertiesBuilder.fromClonedProperties(this.message.getMessageProperties()).build());
		return new RpcRequest(this.address, copy, left, this.idempotent, this.writer);
	}

	/**
	 * Writes a request, after its sender has done what it does to each request.
	 */
	@FunctionalInterface
	public interface Writer {

		/**
		 * Writes it by {@link RpcChannel#write}.
		 * @param channel where to
		 * @param call the call
		 * @param message the request, with all its properties
		 */
		void write(RpcChannel channel, RpcCall call, Message message);

	}

}
