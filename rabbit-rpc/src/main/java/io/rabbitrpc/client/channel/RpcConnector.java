package io.rabbitrpc.client.channel;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

import io.rabbitrpc.BrokerAddress;
import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.connection.RpcConnections;

/**
 * Has the channel that calls are made on, and knows why none can be made at the moment.
 * It is told what becomes of calls, and takes another channel or connection when this one
 * is of no more use.
 */
public final class RpcConnector implements SmartLifecycle {

	/**
	 * What a caller is told while the broker blocks the connection, before its reason.
	 */
	public static final String BLOCKED = "the broker takes no requests: ";

	private static final Log logger = LogFactory.getLog(RpcConnector.class);

	// Where there are no heartbeats
	private static final Duration LONGEST_SILENCE = Duration.ofSeconds(20);

	// After the web server has stopped: its last requests still wait for replies
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
	 * Creates a connector, which opens nothing before it is started or needed.
	 * @param connections where connections come from
	 * @param replyQueue where replies shall arrive
	 * @param scheduler runs the attempts to connect, each of which takes a thread for up
	 * to {@code spring.rabbitmq.connection-timeout}
	 */
	public RpcConnector(RpcConnections connections, ReplyQueue replyQueue, ScheduledExecutorService scheduler) {
		this.retiring = new RetiringChannels(scheduler);
		this.keeper = new ChannelKeeper(new ChannelOpener(connections, replyQueue, this.strayReplies), scheduler,
				this.report, this.retiring, this.blocked::lost);
		connections.factory().addConnectionListener(this.blocked);
	}

	/**
	 * The channel to call on.
	 * @return a future that has the channel if it is open; else one that gets it, or an
	 * {@link RpcException}, when the attempt to connect that is now under way ends; or
	 * one that has the reason why the last attempt failed
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
	 * Why no calls are possible at the moment, as far as this client knows: a broker that
	 * has fallen silent is noticed after two missed heartbeats.
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
	 * Which broker this is.
	 * @return its name and version as it gives them and its address, or {@code unknown}
	 */
	public String broker() {
		RpcChannel open = openChannel();
		return (open != null) ? "%s at %s".formatted(open.broker(), BrokerAddress.of(open.connection())) : "unknown";
	}

	/**
	 * The replies that came and no call waited for.
	 * @return their counts since the start
	 */
	public StrayReplies strayReplies() {
		return this.strayReplies;
	}

	/**
	 * How many calls are known to the channels: those that wait for their replies and,
	 * briefly, what the broker has not confirmed yet.
	 * @return the number at this moment
	 */
	public int callsWaiting() {
		RpcChannel open = openChannel();
		return (int) pending().count() + ((open != null) ? open.unconfirmed() : 0);
	}

	/**
	 * Gives up the connection of a call that the broker has not taken by its deadline, if
	 * the broker has said nothing for two heartbeats though it was asked. The thread that
	 * reads the connection, which keeps the heartbeats, may have died.
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
	 * Says that the broker has nacked the request of a call. If it has nacked all to that
	 * address for two seconds, a new channel takes the place of this one: RabbitMQ 3.10
	 * may nack all that a channel publishes to a quorum queue from the loss of the
	 * queue's leader until that leader is back, while other channels get through. Whether
	 * the queue is full instead cannot be known. Calls that wait on this channel go on
	 * waiting.
	 * @param call the call
	 */
	public void nacked(RpcCall call) {
		nacked(call, System.nanoTime());
	}

	void nacked(RpcCall call, long nowNanos) {
		RpcChannel channel = call.channel();
		if (channel != null && channel.nacked(call.address(), nowNanos)) {
			replace(channel, call.address(), nowNanos, this.nackedRequests,
					"RabbitMQ goes on refusing all requests to %s");
		}
	}

	/**
	 * Says that the request of a call has vanished: the broker has confirmed it, it does
	 * not wait in its queue, and no reply came in time. If all requests to that address
	 * do so for a while, a new channel takes the place of this one: RabbitMQ 3.10 may let
	 * them vanish for as long as the channel is open after a node of the cluster was
	 * lost, since the queue takes what the channel sends for what it has had already.
	 * Calls that wait on this channel go on waiting.
	 * @param call the call
	 */
	public void vanished(RpcCall call) {
		RpcChannel channel = call.channel();
		long now = System.nanoTime();
		if (channel != null && channel.vanished(call.address(), now)) {
			replace(channel, call.address(), now, this.vanishedRequests,
					"RabbitMQ takes requests to %s, none waits there, and no reply comes");
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

	// A blocked broker reads nothing: what it has not confirmed still lies in a buffer
	private void endUnsent(String reason) {
		pending().filter((call) -> !call.isAccepted())
			.forEach((call) -> call.fail(RpcStatus.UNAVAILABLE, BLOCKED + reason, null));
	}

	@Override
	public void start() {
		this.keeper.start();
	}

	/** Ends all calls; those that are made from now on end at once. */
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
