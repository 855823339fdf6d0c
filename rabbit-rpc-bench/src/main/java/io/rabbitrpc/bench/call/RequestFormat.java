package io.rabbitrpc.bench.call;

import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.jspecify.annotations.Nullable;

/**
 * What all requests have in common.
 *
 * @param exchange where they are published, empty for the default exchange
 * @param routingKey the queue's name for the default exchange, else any routing key
 * @param contentType content type of their bodies, if there is one
 * @param headers their headers
 */
public record RequestFormat(String exchange, String routingKey, @Nullable String contentType,
		Map<String, Object> headers) {

	/**
	 * Where the servers take the requests from.
	 * @return the queue, or exchange and routing key
	 */
	public String destination() {
		return this.exchange.isEmpty() ? this.routingKey
				: this.exchange + (this.routingKey.isEmpty() ? "" : ":" + this.routingKey);
	}

	BasicProperties.Builder properties() {
		BasicProperties.Builder properties = new BasicProperties.Builder().contentType(this.contentType);
		return this.headers.isEmpty() ? properties : properties.headers(this.headers);
	}

}
