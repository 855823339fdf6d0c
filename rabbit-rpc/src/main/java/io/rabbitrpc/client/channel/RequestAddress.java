package io.rabbitrpc.client.channel;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.Escaped;

/**
 * Where a call publishes its request.
 *
 * @param exchange the exchange, empty for the default exchange
 * @param routingKey the routing key
 * @param destination where the caller sends it, in one name: the queue, or exchange and
 * routing key with a colon between. All shards of a queue have the name of that queue
 */
public record RequestAddress(String exchange, String routingKey, String destination) {

	public RequestAddress(String exchange, String routingKey) {
		this(exchange, routingKey, exchange.isEmpty() ? routingKey : exchange + ":" + routingKey);
	}

	/**
	 * The address of a shard of this queue.
	 * @param queue the shard's name
	 * @return its address
	 */
	public RequestAddress shard(String queue) {
		return new RequestAddress("", queue, this.destination);
	}

	/**
	 * The queue to which the request goes, if the client can know it.
	 * @return the routing key on the default exchange, else {@code null}, because only
	 * the broker knows the bindings of another exchange
	 */
	public @Nullable String queue() {
		return this.exchange.isEmpty() ? this.routingKey : null;
	}

	boolean isDefaultExchange() {
		return this.exchange.isEmpty();
	}

	/**
	 * Says it in words.
	 * @return the queue's name, or the exchange and the routing key, escaped
	 */
	public String describe() {
		String key = Escaped.text(this.routingKey);
		return this.exchange.isEmpty() ? key
				: "exchange %s with routing key %s".formatted(Escaped.text(this.exchange), key);
	}

}
