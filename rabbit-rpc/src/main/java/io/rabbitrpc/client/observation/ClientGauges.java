package io.rabbitrpc.client.observation;

import java.util.Locale;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.rabbitrpc.client.call.RpcCalls;
import io.rabbitrpc.client.channel.RpcConnector;
import io.rabbitrpc.client.channel.StrayReplies;

/**
 * The meters that all queues share.
 */
final class ClientGauges implements MeterBinder {

	private static final String PREFIX = MicrometerCallMeters.PREFIX;

	private final RpcCalls calls;

	private final RpcConnector connector;

	/**
	 * Creates it.
	 * @param calls knows how many calls are in flight
	 * @param connector knows what became of replies that no call waited for
	 */
	ClientGauges(RpcCalls calls, RpcConnector connector) {
		this.calls = calls;
		this.connector = connector;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder(PREFIX + "calls.in.flight", this.calls, RpcCalls::inFlight)
			.description("Calls that wait for their replies")
			.register(registry);
		Gauge.builder(PREFIX + "calls.limit", this.calls, RpcCalls::limit)
			.description("How many calls may wait for their replies at the same time")
			.register(registry);
		for (StrayReplies.Kind kind : StrayReplies.Kind.values()) {
			FunctionCounter
				.builder(PREFIX + "replies.dropped", this.connector.strayReplies(), (counts) -> counts.count(kind))
				.description("Replies that no call waited for")
				.tag("reason", kind.name().toLowerCase(Locale.ROOT))
				.register(registry);
		}
	}

}
