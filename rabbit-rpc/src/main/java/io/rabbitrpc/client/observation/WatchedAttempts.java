package io.rabbitrpc.client.observation;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.client.observation.RpcWireListener.Attempt;

/**
 * Tells the listeners of an attempt, whatever they throw.
 */
final class WatchedAttempts {

	private static final LimitedLog thrown = new LimitedLog(LogFactory.getLog(RpcWireListener.class));

	private final List<Attempt> attempts;

	private WatchedAttempts(List<Attempt> attempts) {
		this.attempts = attempts;
	}

	/**
	 * Asks the listeners which of them want to be told.
	 * @param listeners the listeners
	 * @param destination where the attempt goes
	 * @return tells them, or {@code null} if none of them wants to be told
	 */
	static @Nullable WatchedAttempts start(List<RpcWireListener> listeners, String destination) {
		if (listeners.isEmpty()) {
			return null;
		}
		List<Attempt> attempts = listeners.stream()
			.map((listener) -> start(listener, destination))
			.filter(Objects::nonNull)
			.toList();
		return attempts.isEmpty() ? null : new WatchedAttempts(attempts);
	}

	private static @Nullable Attempt start(RpcWireListener listener, String destination) {
		try {
			return listener.start(destination);
		}
		catch (RuntimeException | Error ex) {
			thrown.warn("An RpcWireListener has thrown an exception", ex);
			return null;
		}
	}

	void tell(Consumer<Attempt> event) {
		for (Attempt attempt : this.attempts) {
			try {
				event.accept(attempt);
			}
			catch (RuntimeException | Error ex) {
				thrown.warn("An RpcWireListener has thrown an exception", ex);
			}
		}
	}

}
