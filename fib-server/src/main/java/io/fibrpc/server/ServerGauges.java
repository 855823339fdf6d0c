package io.fibrpc.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

/**
 * Shows how many requests the server works on, and how many it takes at a time.
 */
@Component
final class ServerGauges implements MeterBinder {

	private final RequestsInWork inWork;

	private final FastLane fastLane;

	ServerGauges(RequestsInWork inWork, FastLane fastLane) {
		this.inWork = inWork;
		this.fastLane = fastLane;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("fib.server.requests.active", this.inWork, RequestsInWork::current)
			.description("Requests in work")
			.register(registry);
		Gauge.builder("fib.server.prefetch", this.fastLane, FastLane::currentPrefetch)
			.description("Requests taken at a time now")
			.register(registry);
	}

}
