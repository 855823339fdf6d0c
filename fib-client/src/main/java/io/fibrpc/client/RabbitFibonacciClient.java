package io.fibrpc.client;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.RpcTemplate;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;

import io.fibrpc.client.CallObserver.ObservedCall;

/**
 * Asks by way of {@link RpcTemplate}.
 */
final class RabbitFibonacciClient implements FibonacciClient {

	private static final String DEFAULT_EXCHANGE = "";

	private final RpcTemplate template;

	private final String requestQueue;

	private final CallObserver observer;

	/**
	 * Creates a client.
	 * @param template makes the calls
	 * @param requestQueue queue that requests go to
	 * @param observer sees each call
	 */
	RabbitFibonacciClient(RpcTemplate template, String requestQueue, CallObserver observer) {
		this.template = template;
		this.requestQueue = requestQueue;
		this.observer = observer;
	}

	@Override
	public Duration deadline() {
		return this.template.deadline(this.requestQueue);
	}

	@Override
	public FibonacciReply request(int n, Duration deadline) {
		ObservedCall call = this.observer.start();
		try {
			FibonacciReply reply = blockingRequest(n, deadline, call);
			call.accept(reply, null);
			return reply;
		}
		catch (RpcException ex) {
			call.accept(null, ex);
			throw ex;
		}
	}

	private FibonacciReply blockingRequest(int n, Duration deadline, ObservedCall call) {
		check(n);
		try {
			Object reply = this.template.convertSendAndReceive(DEFAULT_EXCHANGE, this.requestQueue, n,
					(message) -> prepare(message, deadline, call));
			return (FibonacciReply) Objects.requireNonNull(reply);
		}
		catch (AmqpException ex) {
			throw new RpcException(RpcStatus.INTERNAL, "the client failed: " + ex.getMessage(), true, ex);
		}
	}

	@Override
	public CompletableFuture<FibonacciReply> requestAsync(int n, Duration deadline) {
		ObservedCall call = this.observer.start();
		try {
			check(n);
		}
		catch (RpcException ex) {
			call.accept(null, ex);
			return CompletableFuture.failedFuture(ex);
		}
		return this.template.convertSendAndReceiveAsync(DEFAULT_EXCHANGE, this.requestQueue, n,
				(message) -> prepare(message, deadline, call), FibonacciReply.class, call);
	}

	private void check(int n) {
		if (n < 0) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT, "n must be 0 or more, not " + n);
		}
	}

	private Message prepare(Message message, Duration deadline, ObservedCall call) {
		RpcTemplate.setDeadline(message, deadline);
		call.sending(message);
		return message;
	}

}
