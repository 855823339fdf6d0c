package io.fibrpc.server;

import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rabbitrpc.connection.InboundFilter;
import org.springframework.stereotype.Component;

/**
 * Shows how many requests the server works on, how many it takes at a time, and what it
 * did not take of them.
 */
@Component
final class ServerGauges implements MeterBinder {

	private final RequestsInWork inWork;

	private final AdaptivePrefetch prefetch;

	private final InboundFilter filter;

	ServerGauges(RequestsInWork inWork, AdaptivePrefetch prefetch, InboundFilter filter) {
		this.filter = filter;
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
		dropped("headers", InboundFilter::headersDropped, registry);
		dropped("body", InboundFilter::bodiesDropped, registry);
	}

	private void dropped(String part, ToDoubleFunction<InboundFilter> count, MeterRegistry registry) {
		FunctionCounter.builder("fib.server.requests.parts.dropped", this.filter, count)
			.description("Parts of requests that would have closed the connection, and were dropped")
			.tag("part", part)
			.register(registry);
	}

}
