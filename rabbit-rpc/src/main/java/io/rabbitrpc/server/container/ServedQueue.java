package io.rabbitrpc.server.container;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

/**
 * A queue whose requests this application answers, and those that are in work.
 */
public final class ServedQueue {

	private final String name;

	private final List<RpcListenerContainer> containers = new CopyOnWriteArrayList<>();

	private final Set<RequestInWork> inWork = ConcurrentHashMap.newKeySet();

	// When RabbitMQ was last seen to take back the requests of a consumer, by the
	// consumer's tag
	private final Map<String, Long> lost = new ConcurrentHashMap<>();

	private final QueueMeters meters;

	private final RepeatedRequests repeated;

	// 0 means none yet
	private volatile long lastBegunNanos;

	ServedQueue(String name, QueueMeters.Factory meters) {
		this.name = name;
		this.meters = meters.apply(this);
		this.repeated = new RepeatedRequests(name, System::nanoTime);
	}

	public String name() {
		return this.name;
	}

	public QueueMeters meters() {
		return this.meters;
	}

	public RepeatedRequests repeated() {
		return this.repeated;
	}

	/**
	 * Adds a container that consumes the queue.
	 * @param container the container
	 */
	public void add(RpcListenerContainer container) {
		this.containers.add(container);
	}

	/**
	 * Whether a container of the queue runs, connected or not.
	 * @return {@code false} if all have been stopped
	 */
	public boolean isRunning() {
		return this.containers.stream().anyMatch(RpcListenerContainer::isRunning);
	}

	/**
	 * A channel on which the queue is consumed.
	 * @return the channel, or {@code null} if this server does not consume the queue now
	 */
	public @Nullable Channel channel() {
		List<Channel> all = channels();
		return all.isEmpty() ? null : all.get(0);
	}

	/**
	 * The channels on which the queue is consumed.
	 * @return the channels, which are open
	 */
	List<Channel> channels() {
		return this.containers.stream()
			.flatMap((container) -> container.consumers().channels(this.name).stream())
			.toList();
	}

	/**
	 * How many consumers of the queue this server has.
	 * @return those that the broker has confirmed and whose channels are open
	 */
	public int consumers() {
		return this.containers.stream().mapToInt((container) -> container.consumers().count(this.name)).sum();
	}

	/**
	 * Begins the work on a request, on this thread.
	 * @param request the request
	 * @param channel the channel that it came from
	 * @return the request, until its {@link #end end}
	 */
	public RequestInWork begin(Message request, Channel channel) {
		RequestInWork begun = new RequestInWork(request, channel);
		this.inWork.add(begun);
		this.lastBegunNanos = begun.begunNanos();
		return begun;
	}

	public void end(RequestInWork request) {
		this.inWork.remove(request);
	}

	/**
	 * Whether RabbitMQ gives a request, whose work has not begun here, to another
	 * consumer. That happens to requests that were delivered together with one that was
	 * in work for too long.
	 * @param request the request
	 * @return {@code false} if that is not known
	 */
	public boolean isLost(RequestInWork request) {
		return !this.lost.isEmpty() && this.lost.containsKey(request.consumerTag());
	}

	void lose(String consumerTag, long nowNanos) {
		this.lost.put(consumerTag, nowNanos);
	}

	void forgetLost(long beforeNanos) {
		this.lost.values().removeIf((seen) -> seen - beforeNanos < 0);
	}

	Set<RequestInWork> inWork() {
		return this.inWork;
	}

	/**
	 * How long the oldest request in work has been in work.
	 * @return that time, zero if none is in work
	 */
	public Duration longest() {
		long now = System.nanoTime();
		return this.inWork.stream()
			.map((request) -> request.age(now))
			.max(Comparator.naturalOrder())
			.orElse(Duration.ZERO);
	}

	/**
	 * How many requests are being worked on.
	 * @return that number
	 */
	public int active() {
		return this.inWork.size();
	}

	/**
	 * When the last request was begun.
	 * @return that moment, or {@code null} if there has been none
	 */
	public @Nullable Instant lastBegun() {
		long begunNanos = this.lastBegunNanos;
		return (begunNanos != 0) ? Instant.now().minusNanos(System.nanoTime() - begunNanos) : null;
	}

	/**
	 * When the last request was begun.
	 * @return that moment by {@link System#nanoTime}, or 0 if there has been none
	 */
	long lastBegunNanos() {
		return this.lastBegunNanos;
	}

	/**
	 * How many requests each consumer takes at a time now.
	 * @return the prefetch count, the largest if there are several containers
	 */
	public int prefetch() {
		return this.containers.stream().mapToInt(RpcListenerContainer::prefetch).max().orElse(0);
	}

}
