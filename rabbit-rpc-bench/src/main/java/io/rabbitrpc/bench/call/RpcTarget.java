package io.rabbitrpc.bench.call;

import java.util.Objects;

import io.rabbitrpc.bench.request.Request;
import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.RpcTemplate;

/**
 * The library's client, used as any application would: calls that wait go through Boot's
 * {@code RabbitTemplate}, the others through {@link RpcClient}.
 */
public final class RpcTarget implements CallTarget {

	private final RequestFormat format;

	private final RpcTemplate template;

	private final RpcClient rpc;

	/**
	 * Creates the client.
	 * @param format what all requests have in common
	 * @param template makes calls that block
	 * @param rpc makes those that do not
	 */
	public RpcTarget(RequestFormat format, RpcTemplate template, RpcClient rpc) {
		this.format = format;
		this.template = template;
		this.rpc = rpc;
	}

	/**
	 * Makes a call and waits for its reply.
	 * @param request what to ask for
	 * @return the reply's body
	 */
	public byte[] call(Request request) {
		Object reply = this.template.convertSendAndReceive(this.format.exchange(), this.format.routingKey(), request);
		return (byte[]) Objects.requireNonNull(reply);
	}

	@Override
	public BlockingCalls blocking() {
		return this::call;
	}

	@Override
	public AsyncCalls async() {
		return (request, ended) -> this.rpc.exchange(this.format.exchange(), this.format.routingKey())
			.callAsync(request, byte[].class)
			.whenComplete(ended);
	}

	@Override
	public void close() {
		// It belongs to the application context
	}

}
