package io.rabbitrpc.bench.call;

import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;

/**
 * Reads replies for the clients that are written by hand.
 */
final class Replies {

	private Replies() {
	}

	/**
	 * Reads a reply.
	 * @param properties its properties
	 * @param body its body
	 * @return the body
	 * @throws RpcException if the reply is a failure
	 */
	static byte[] value(BasicProperties properties, byte[] body) {
		Map<String, Object> headers = properties.getHeaders();
		@Nullable Object header = (headers != null) ? headers.get(RpcHeaders.STATUS) : null;
		// A tutorial's server sends no status
		RpcStatus status = (header != null) ? RpcStatus.ofHeader(header.toString()) : RpcStatus.OK;
		if (status != RpcStatus.OK) {
			throw new RpcException(status, Escaped.text(body, Escaped.MAX_CHARACTERS), true, null);
		}
		return body;
	}

}
