package io.rabbitrpc.client.channel;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.Escaped;

/**
 * Where a call publishes its request.
 *
 * @param exchange the exchange, empty for the default exchange
 * @param routingKey the routing key
 */
public record RequestAddress(String exchange, String routingKey) {

	/**
	 * The queue to which the request goes, if the client can know it.
	 * @return the routing key on the default exchange, else {@code null}, because only
	 * the broker knows the bindings of another exchange
	 */
	public @Nullable String queue() {
		return this.exchange.isEmpty() ? this.routingKey : null;
	}

	/**
	 * Where the request goes, in one name.
	 * @return the queue, or exchange and routing key with a colon between
	 */
	public String destination() {
		return this.exchange.isEmpty() ? this.routingKey : this.exchange + ":" + this.routingKey;
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
