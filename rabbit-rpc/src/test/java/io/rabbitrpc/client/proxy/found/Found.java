package io.rabbitrpc.client.proxy.found;

import io.rabbitrpc.RpcExchange;

/**
 * An interface that is found by its package.
 */
public interface Found {

	@RpcExchange("found")
	String call(String payload);

}
