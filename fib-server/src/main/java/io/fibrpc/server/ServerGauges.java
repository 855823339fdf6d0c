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

	private final AdaptivePrefetch prefetch;

	ServerGauges(RequestsInWork inWork, AdaptivePrefetch prefetch) {
		this.inWork = inWork;
		this.prefetch = prefetch;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("fib.server.requests.active", this.inWork, RequestsInWork::current)
			.description("Requests in work")
			.register(registry);
		Gauge.builder("fib.server.prefetch", this.prefetch, AdaptivePrefetch::current)
			.description("Requests taken at a time now")
			.register(registry);
	}

}
