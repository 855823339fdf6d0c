package io.fibrpc.server;

import java.math.BigInteger;

import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.stereotype.Component;

import io.fibrpc.protocol.WireProtocol;

/**
 * Answers requests: your {@code on_request} of the tutorial.
 */
@Component
final class FibonacciListener {

	private final FibonacciServerProperties properties;

	FibonacciListener(FibonacciServerProperties properties) {
		this.properties = properties;
	}

	@RabbitListener(queues = WireProtocol.REQUEST_QUEUE, containerFactory = "rpc")
	BigInteger fibonacci(int n) throws InterruptedException {
		// Even a sleep of 0 would give up the processor
		if (!this.properties.delay().isZero()) {
			Thread.sleep(this.properties.delay().toMillis());
		}
		return Fibonacci.of(n);
	}

}
