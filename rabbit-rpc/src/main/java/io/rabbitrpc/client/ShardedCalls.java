package io.rabbitrpc.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.client.call.Calls;
import io.rabbitrpc.client.call.RpcRequest;
import io.rabbitrpc.client.queue.QueueState;

/**
 * Spreads the calls to a queue over its shards. Each attempt goes to a random shard, but
 * not to one of which the broker has said that nobody consumes it, unless that holds for
 * all of them.
 */
final class ShardedCalls implements Calls {

	private final Calls calls;

	private final Map<String, List<Shard>> queues = new HashMap<>();

	/**
	 * Creates it.
	 * @param calls makes each call
	 * @param properties which queues have shards
	 * @param inspector asks the broker for the state of a queue
	 */
	ShardedCalls(Calls calls, RpcClientProperties properties,
			Function<String, CompletableFuture<@Nullable QueueState>> inspector) {
		this.calls = calls;
		properties.queues().forEach((name, queue) -> {
			if (queue.shards() > 1) {
				this.queues.put(name,
						properties.shards(name).stream().map((shard) -> new Shard(shard, inspector)).toList());
			}
		});
	}

	@Override
	public <T> T call(RpcRequest request, Function<Message, T> reader) {
		Shard shard = choose(request);
		if (shard == null) {
			return this.calls.call(request, reader);
		}
		try {
			return this.calls.call(shard.receive(request), reader);
		}
		catch (RuntimeException ex) {
			shard.failed(ex);
			throw ex;
		}
	}

	@Override
	public <T> CompletableFuture<T> callAsync(RpcRequest request, Function<Message, T> reader) {
		Shard shard = choose(request);
		if (shard == null) {
			return this.calls.callAsync(request, reader);
		}
		CompletableFuture<T> call = this.calls.callAsync(shard.receive(request), reader);
		call.whenComplete((value, failure) -> shard.failed(failure));
		return call;
	}

	private @Nullable Shard choose(RpcRequest request) {
		String queue = request.address().queue();
		List<Shard> shards = (queue != null) ? this.queues.get(queue) : null;
		if (shards == null) {
			return null;
		}
		Shard chosen = shards.get(ThreadLocalRandom.current().nextInt(shards.size()));
		if (!chosen.isUnserved()) {
			return chosen;
		}
		List<Shard> served = shards.stream().filter((shard) -> !shard.isUnserved()).toList();
		return served.isEmpty() ? chosen : served.get(ThreadLocalRandom.current().nextInt(served.size()));
	}

}
