package io.fibrpc.benchmarks.scaling;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.amqp.support.converter.SimpleMessageConverter;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Answers as its requests say: {@code 1024 10} is a reply of 1024 bytes after 10 ms.
 */
@EnableAutoConfiguration
class GrowthServer {

	private static final long NANOS_PER_MILLI = 1_000_000;

	@RabbitListener(queues = "#{'${growth.queues}'.split(',')}", containerFactory = "rpc")
	byte[] answer(byte[] request) {
		String[] words = new String(request, StandardCharsets.US_ASCII).split(" ", -1);
		long end = System.nanoTime() + Long.parseLong(words[1]) * NANOS_PER_MILLI;
		for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
		return new byte[Integer.parseInt(words[0])];
	}

	@Bean
	static MessageConverter bytes() {
		return new SimpleMessageConverter();
	}

}
