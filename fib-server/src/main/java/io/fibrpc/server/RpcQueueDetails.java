package io.fibrpc.server;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import io.fibrpc.protocol.WireProtocol;

/**
 * What the health of {@code rpc_queue} shows to whoever may see details.
 */
@Component
final class RpcQueueDetails {

	private final FibonacciServerProperties properties;

	private final QueueDeclarer declarer;

	private final RequestConsumers consumers;

	private final AdaptivePrefetch prefetch;

	private final RequestsInWork inWork;

	RpcQueueDetails(FibonacciServerProperties properties, QueueDeclarer declarer, RequestConsumers consumers,
			AdaptivePrefetch prefetch, RequestsInWork inWork) {
		this.properties = properties;
		this.declarer = declarer;
		this.consumers = consumers;
		this.prefetch = prefetch;
		this.inWork = inWork;
	}

	Map<String, Object> of(@Nullable Channel channel, QueueCounts counts) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("queue", WireProtocol.REQUEST_QUEUE);
		String refusal = this.declarer.refusal(WireProtocol.REQUEST_QUEUE);
		details.put("type", (refusal != null) ? "not declared here: " + refusal
				: this.properties.queueType().name().toLowerCase(Locale.ROOT));
		details.put("consumers", this.consumers.count());
		putIfKnown(details, "queueConsumers", counts.consumers());
		putIfKnown(details, "depth", counts.depth());
		details.put("prefetch", this.prefetch.current());
		Instant lastRequest = this.inWork.lastBegun();
		details.put("lastRequest", (lastRequest != null) ? lastRequest.toString() : "none");
		putIfKnown(details, "deadLetters", counts.deadLetters());
		if (channel != null) {
			Map<String, Object> broker = channel.getConnection().getServerProperties();
			details.put("broker", "%s %s".formatted(broker.get("product"), broker.get("version")));
		}
		return details;
	}

	private void putIfKnown(Map<String, Object> details, String name, @Nullable Integer count) {
		if (count != null) {
			details.put(name, count);
		}
	}

}
