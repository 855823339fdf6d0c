package io.rabbitrpc.client.channel;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.broker.BrokerAddress;
import io.rabbitrpc.connection.RpcConnections;

/**
 * Has the channel for calls, and knows why no calls can be made at the moment. It hears
 * what happens to calls, and replaces the channel or the connection when they no longer
 * work.
 */
public final class RpcConnector implements SmartLifecycle {

	/**
	 * The message to callers while the broker blocks the connection. The broker's reason
	 * follows it.
	 */
	public static final String BLOCKED = "the broker takes no requests: ";

	private static final Log logger = LogFactory.getLog(RpcConnector.class);

	// Used if there are no heartbeats
	private static final Duration LONGEST_SILENCE = Duration.ofSeconds(20);

	// This stops after the web server, whose last requests still wait for replies
	private static final int PHASE = Integer.MAX_VALUE - 4096;

	private final LimitedLog nackedRequests = new LimitedLog(logger);

	private final LimitedLog vanishedRequests = new LimitedLog(logger);

	private final StrayReplies strayReplies = new StrayReplies();

	private final BlockedBroker blocked = new BlockedBroker(this::endUnsent);

	private final UselessChannel useless = new UselessChannel();

	private final ConnectionReport report = new ConnectionReport();

	private final RetiringChannels retiring;

	private final ChannelKeeper keeper;

	/**
	 * Creates a connector. It opens nothing before it is started or needed.
	 * @param connections where connections come from
	 * @param replyQueue where replies shall arrive
	 * @param scheduler runs the attempts to connect, each of which takes a thread for up
	 * to {@code spring.rabbitmq.connection-timeout}
	 * @param later sends requests when a connection has room again
	 */
	public RpcConnector(RpcConnections connections, ReplyQueue replyQueue, ScheduledExecutorService scheduler,
			Executor later) {
		this.retiring = new RetiringChannels(scheduler);
		this.keeper = new ChannelKeeper(new ChannelOpener(connections, later, replyQueue, this.strayReplies), scheduler,
				this.report, this.retiring, this.blocked::lost);
		connections.factory().addConnectionListener(this.blocked);
	}

	/**
	 * The channel to call on.
	 * @return a future of the channel. It is complete if the channel is open. It
	 * completes when the current attempt to connect ends. Or it has failed already, with
	 * the {@link RpcException} of the last attempt
	 */
	public CompletableFuture<RpcChannel> channel() {
		return this.keeper.channel();
	}

	/**
	 * The open channel, if there is one now.
	 * @return the channel, or {@code null}
	 */
	public @Nullable RpcChannel openChannel() {
		return this.keeper.openChannel();
	}

	/**
	 * Why the broker takes no requests at the moment.
	 * @return the broker's reason, or {@code null} if it takes requests
	 */
	public @Nullable String blocked() {
		return this.blocked.reason();
	}

	/**
	 * Why no calls are possible at the moment, as far as this client knows. It notices a
	 * silent broker only after two missed heartbeats.
	 * @return the reason, one sentence without a full stop, or {@code null} if calls can
	 * be made
	 */
	public @Nullable String problem() {
		String reason = blocked();
		if (reason != null) {
			return BLOCKED + reason;
		}
		RpcChannel open = openChannel();
		if (open == null) {
			return this.report.problem();
		}
		return open.hasRoom() ? null : RpcChannel.NO_ROOM;
	}

	/**
	 * Describes the broker.
	 * @return its own name and version, and its address, or {@code unknown}
	 */
	public String broker() {
		RpcChannel open = openChannel();
		return (open != null) ? "%s at %s".formatted(open.broker(), BrokerAddress.of(open.connection())) : "unknown";
	}

	/**
	 * The replies for which no call waited.
	 * @return their counts since the start
	 */
	public StrayReplies strayReplies() {
		return this.strayReplies;
	}

	/**
	 * How many calls the channels know: calls that wait for their replies, and for a
	 * short time requests that the broker has not confirmed.
	 * @return the number at this moment
	 */
	public int callsWaiting() {
		RpcChannel open = openChannel();
		return (int) pending().count() + ((open != null) ? open.unconfirmed() : 0);
	}

	/**
	 * Is called when the broker has not taken a call's request by its deadline. Gives up
	 * the connection if the broker has not answered for two heartbeats. Heartbeats alone
	 * may not notice that: the thread that reads the connection may have died, or the
	 * broker may be a node that was cut off from its cluster.
	 * @param call the call
	 */
	public void giveUpIfSilent(RpcCall call) {
		RpcChannel silent = call.channel();
		if (silent == null || blocked() != null || call.isAccepted() || !call.mayHaveRun()) {
			return;
		}
		int heartbeat = silent.connection().getHeartbeat();
		Duration patience = (heartbeat > 0) ? Duration.ofSeconds(2L * heartbeat) : LONGEST_SILENCE;
		if (silent.isOpen() && silent.silence().compareTo(patience) > 0) {
			silent.abandonConnection();
		}
	}

	/**
	 * Says that the broker has nacked the request of a call. If it has nacked all
	 * requests to that address for two seconds, a new channel replaces this one. When a
	 * quorum queue has lost its leader, RabbitMQ 3.10 may nack everything that one
	 * channel publishes to it, until that leader is back. Other channels get through. The
	 * queue may also be full: the client cannot know which it is. Calls that wait on the
	 * old channel go on waiting.
	 * @param call the call
	 */
	public void nacked(RpcCall call) {
		nacked(call, System.nanoTime());
	}

	void nacked(RpcCall call, long nowNanos) {
		RpcChannel channel = call.channel();
		if (channel != null && channel.nacked(call.address(), nowNanos)) {
			replace(channel, call.address(), nowNanos, this.nackedRequests,
					"RabbitMQ keeps refusing all requests to %s");
		}
	}

	/**
	 * Says that the request of a call has vanished: it does not wait in its queue, and no
	 * reply came in time. If all requests to that address vanish for a while, a new
	 * channel replaces this one. After a node of the cluster was lost or frozen, RabbitMQ
	 * 3.10 may take all requests of a channel for ones that the queue has had already,
	 * and drop them while that channel is open. Or it may take each of them too late, and
	 * confirm it after its deadline. Calls that wait on the old channel go on waiting.
	 * @param call the call
	 */
	public void vanished(RpcCall call) {
		RpcChannel channel = call.channel();
		long now = System.nanoTime();
		if (channel != null && channel.vanished(call.address(), now)) {
			replace(channel, call.address(), now, this.vanishedRequests,
					"Requests to %s vanish: none waits there, and no reply comes");
		}
	}

	private void replace(RpcChannel channel, RequestAddress address, long nowNanos, LimitedLog log, String reason) {
		if (channel == openChannel() && !this.retiring.isFull() && this.useless.replace(address, nowNanos)) {
			log.warn("%s. Opening another channel".formatted(reason.formatted(address.describe())), null);
			this.keeper.replace();
		}
	}

	/**
	 * The calls that wait for their replies, on the open channel and on those that it has
	 * replaced.
	 * @return those at this moment
	 */
	public Stream<RpcCall> pending() {
		RpcChannel open = openChannel();
		return Stream.concat((open != null) ? open.pending().stream() : Stream.empty(), this.retiring.pending());
	}

	// A blocked broker reads nothing. Requests that it has not confirmed are still in a
	// buffer
	private void endUnsent(String reason) {
		pending().filter((call) -> !call.isAccepted())
			.forEach((call) -> call.fail(RpcStatus.UNAVAILABLE, BLOCKED + reason, null));
	}

	@Override
	public void start() {
		this.keeper.start();
	}

	/** Ends all calls. Calls that are made from now on end at once. */
	@Override
	public void stop() {
		this.keeper.stop();
		this.retiring.stop();
	}

	@Override
	public boolean isRunning() {
		return this.keeper.isRunning();
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
