package io.rabbitrpc.client;

import org.jspecify.annotations.Nullable;

/**
 * Where a call publishes its request.
 *
 * @param exchange the exchange, empty for the default exchange
 * @param routingKey the routing key
 */
record RequestAddress(String exchange, String routingKey) {

	/**
	 * The queue that the request goes to, as far as the client can know.
	 * @return the routing key on the default exchange, else {@code null}: the bindings of
	 * another exchange are the broker's
	 */
	@Nullable String queue() {
		return this.exchange.isEmpty() ? this.routingKey : null;
	}

}
