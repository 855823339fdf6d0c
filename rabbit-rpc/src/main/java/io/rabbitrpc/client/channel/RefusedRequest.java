package io.rabbitrpc.client.channel;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.broker.BrokerFailure;

/**
 * What is known of a request that made the broker close the channel. The broker does not
 * say which request it was, but its text may name the exchange.
 *
 * @param status how the call ends
 * @param message one sentence
 * @param exchange the exchange, or {@code null} if the text names none
 */
record RefusedRequest(RpcStatus status, String message, @Nullable String exchange) {

	// "NOT_FOUND - no exchange 'x' in vhost '/'",
	// "ACCESS_REFUSED - write access to exchange 'x' in vhost '/' refused for user 'u'"
	private static final Pattern EXCHANGE = Pattern.compile("exchange '(.*?)' in vhost");

	private static final String DEFAULT_EXCHANGE = "amq.default";

	/**
	 * Finds out what the broker has refused.
	 * @param cause what the channel closed with
	 * @return what is known, or {@code null} if it was not closed because of a request
	 */
	static @Nullable RefusedRequest of(ShutdownSignalException cause) {
		AMQP.Channel.Close close = BrokerFailure.channelClose(cause);
		if (close == null) {
			return null;
		}
		String text = close.getReplyText();
		return switch (close.getReplyCode()) {
			case AMQP.ACCESS_REFUSED -> of(RpcStatus.PERMISSION_DENIED, text);
			case AMQP.NOT_FOUND -> of(RpcStatus.UNAVAILABLE, text);
			// For instance a message larger than the broker takes
			case AMQP.PRECONDITION_FAILED -> of(RpcStatus.INVALID_ARGUMENT, text);
			default -> null;
		};
	}

	private static RefusedRequest of(RpcStatus status, String text) {
		Matcher named = EXCHANGE.matcher(text);
		String exchange = named.find() ? named.group(1) : null;
		return new RefusedRequest(status, "the broker refused the request: " + text,
				DEFAULT_EXCHANGE.equals(exchange) ? "" : exchange);
	}

	/**
	 * Whether this may be the request of a call.
	 * @param call a call whose request the broker has not taken
	 * @return {@code false} if it certainly is another request
	 */
	boolean mayBe(RpcCall call) {
		return this.exchange == null || this.exchange.equals(call.address().exchange());
	}

}
