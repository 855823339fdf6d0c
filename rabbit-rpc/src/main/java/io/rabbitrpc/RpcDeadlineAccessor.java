package io.rabbitrpc;

import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Lets Micrometer's context propagation hand the deadline of the request in work to other
 * threads. Context propagation finds this class by {@link java.util.ServiceLoader}.
 * Without context propagation it is not loaded.
 */
public final class RpcDeadlineAccessor implements ThreadLocalAccessor<RpcDeadline> {

	/** Names the deadline in a context. */
	public static final String KEY = "io.rabbitrpc.deadline";

	@Override
	public Object key() {
		return KEY;
	}

	@Override
	public @Nullable RpcDeadline getValue() {
		return RpcDeadline.current();
	}

	@Override
	public void setValue(RpcDeadline deadline) {
		RpcDeadline.setCurrent(deadline);
	}

	@Override
	public void setValue() {
		RpcDeadline.setCurrent(null);
	}

}
