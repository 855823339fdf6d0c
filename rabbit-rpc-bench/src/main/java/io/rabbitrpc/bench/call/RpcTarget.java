package io.rabbitrpc.bench.call;

import java.util.Objects;

import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.RpcTemplate;

/**
 * The library's client, as any code would call it: by Boot's {@code RabbitTemplate} where
 * a caller waits, by {@link RpcClient} where none does.
 */
public final class RpcTarget implements CallTarget {

	private static final String DEFAULT_EXCHANGE = "";

	private final String queue;

	private final RpcTemplate template;

	private final RpcClient rpc;

	/**
	 * Creates the client.
	 * @param queue where requests go
	 * @param template makes calls that block
	 * @param rpc makes those that do not
	 */
	public RpcTarget(String queue, RpcTemplate template, RpcClient rpc) {
		this.queue = queue;
		this.template = template;
		this.rpc = rpc;
	}

	/**
	 * Makes a call and waits for its reply.
	 * @param n what to ask for
	 * @return the reply's body
	 */
	public byte[] call(int n) {
		Object reply = this.template.convertSendAndReceive(DEFAULT_EXCHANGE, this.queue, n);
		return (byte[]) Objects.requireNonNull(reply);
	}

	@Override
	public BlockingCalls blocking() {
		return this::call;
	}

	@Override
	public AsyncCalls async() {
		return (n, ended) -> this.rpc.queue(this.queue).callAsync(n, byte[].class).whenComplete(ended);
	}

	@Override
	public void close() {
		// It belongs to the application context
	}

}
