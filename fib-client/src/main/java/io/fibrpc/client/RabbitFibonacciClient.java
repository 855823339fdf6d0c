package io.fibrpc.client;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;

import io.fibrpc.client.rpc.RpcException;
import io.fibrpc.client.rpc.RpcTemplate;
import io.fibrpc.protocol.RpcStatus;

/**
 * Asks by way of {@link RpcTemplate}.
 */
final class RabbitFibonacciClient implements FibonacciClient {

	private static final String DEFAULT_EXCHANGE = "";

	private final RpcTemplate template;

	private final String requestQueue;

	private final Duration deadline;

	/**
	 * Creates a client.
	 * @param template makes the calls
	 * @param requestQueue queue that requests go to
	 * @param deadline of calls that give none
	 */
	RabbitFibonacciClient(RpcTemplate template, String requestQueue, Duration deadline) {
		this.template = template;
		this.requestQueue = requestQueue;
		this.deadline = deadline;
	}

	@Override
	public FibonacciReply request(int n) {
		return request(n, this.deadline);
	}

	@Override
	public FibonacciReply request(int n, Duration deadline) {
		check(n);
		try {
			Object reply = this.template.convertSendAndReceive(DEFAULT_EXCHANGE, this.requestQueue, n,
					(message) -> expiring(message, deadline));
			return (FibonacciReply) Objects.requireNonNull(reply);
		}
		catch (AmqpException ex) {
			throw new RpcException(RpcStatus.INTERNAL, "the client failed: " + ex.getMessage(), true, ex);
		}
	}

	@Override
	public CompletableFuture<FibonacciReply> requestAsync(int n) {
		return requestAsync(n, this.deadline);
	}

	@Override
	public CompletableFuture<FibonacciReply> requestAsync(int n, Duration deadline) {
		try {
			check(n);
		}
		catch (RpcException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return this.template.convertSendAndReceiveAsync(DEFAULT_EXCHANGE, this.requestQueue, n,
				(message) -> expiring(message, deadline), FibonacciReply.class);
	}

	private void check(int n) {
		if (n < 0) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT, "n must be 0 or more, not " + n);
		}
	}

	private Message expiring(Message message, Duration deadline) {
		message.getMessageProperties().setExpiration(String.valueOf(deadline.toMillis()));
		return message;
	}

}
