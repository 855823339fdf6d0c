package io.rabbitrpc.client;

import java.time.Duration;

import org.springframework.amqp.support.converter.MessageConverter;

import io.rabbitrpc.client.call.Calls;
import io.rabbitrpc.client.channel.RequestAddress;

/**
 * The client for all queues.
 */
final class DefaultRpcClient implements RpcClient {

	private final Calls calls;

	private final MessageConverter converter;

	private final RpcClientProperties properties;

	private final Duration replyTimeout;

	/**
	 * Creates a client.
	 * @param calls makes the calls
	 * @param converter converts requests and replies
	 * @param properties the deadlines, and which calls may be made again
	 * @param replyTimeout the deadline of a call for which no other is set
	 */
	DefaultRpcClient(Calls calls, MessageConverter converter, RpcClientProperties properties, Duration replyTimeout) {
		this.calls = calls;
		this.converter = converter;
		this.properties = properties;
		this.replyTimeout = replyTimeout;
	}

	@Override
	public CallSpec queue(String queue) {
		return spec(new RequestAddress("", queue));
	}

	@Override
	public CallSpec exchange(String exchange, String routingKey) {
		return spec(new RequestAddress(exchange, routingKey));
	}

	private CallSpec spec(RequestAddress address) {
		return new DefaultCallSpec(this.calls, this.converter, address,
				this.properties.deadline(address.queue(), this.replyTimeout),
				this.properties.isIdempotent(address.queue()));
	}

}
