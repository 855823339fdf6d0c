package io.rabbitrpc.server;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.server.request.RequestProperties;

/**
 * A request as a listener sees it. Spring passes the properties of a message to every
 * parameter of their type.
 */
final class ReceivedRequest extends RequestProperties implements RpcRequest {

	private static final long serialVersionUID = 1L;

	ReceivedRequest(Duration age) {
		super(age);
	}

	@Override
	public @Nullable Duration remaining() {
		return left();
	}

	@Override
	public @Nullable String correlationId() {
		return getCorrelationId();
	}

	@Override
	public boolean redelivered() {
		return Boolean.TRUE.equals(isRedelivered());
	}

	@Override
	public Map<String, Object> headers() {
		return Collections.unmodifiableMap(getHeaders());
	}

}
