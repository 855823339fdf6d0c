package io.fibrpc.client;

import java.nio.charset.StandardCharsets;

import io.rabbitrpc.RpcHeaders;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import io.fibrpc.protocol.WireProtocol;

/**
 * The client's own settings. The settings of its calls belong to the library.
 *
 * @param requestQueue queue to which the client sends its requests, of 1 to 255 bytes
 * @param demo whether the client asks for fib(30) when it starts
 * @param page whether the client shows a page at /, which draws its calls
 */
@ConfigurationProperties(prefix = "fib.client", ignoreUnknownFields = false)
record FibonacciClientProperties(@DefaultValue(WireProtocol.REQUEST_QUEUE) String requestQueue,
		@DefaultValue("true") boolean demo, @DefaultValue("true") boolean page) {

	FibonacciClientProperties {
		int queueBytes = requestQueue.getBytes(StandardCharsets.UTF_8).length;
		if (queueBytes < 1 || queueBytes > RpcHeaders.MAX_SHORT_STRING_BYTES) {
			throw new InvalidConfigurationPropertyValueException("fib.client.request-queue", requestQueue,
					"must have 1 to 255 bytes");
		}
	}

}
