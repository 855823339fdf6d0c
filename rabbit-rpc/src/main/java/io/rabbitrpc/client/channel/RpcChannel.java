package io.rabbitrpc.client.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;

import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.broker.BrokerFailure;
import io.rabbitrpc.connection.ConnectionWriter;

/**
 * The channel on which requests are published and replies arrive, with the calls that
 * wait for these replies. All calls in flight share it. The correlation id tells their
 * replies apart. When the channel closes, for whatever reason, all its calls end.
 */
public final class RpcChannel {

	/** The message to callers while the connection takes no more requests. */
	public static final String NO_ROOM = "the broker has stopped reading: the connection takes no more requests";

	private static final Duration NACKS_BORNE = Duration.ofSeconds(2);

	// Long enough for two calls with a deadline of a second, and shorter than a failover
	// of a cluster
	private static final Duration VANISHED_BORNE = Duration.ofMillis(1_500);

	private final Channel channel;

	private final String replyTo;

	private final ConnectionWriter writer;

	private final Executor later;

	private final StrayReplies strayReplies;

	private final Map<String, RpcCall> pending = new ConcurrentHashMap<>();

	private final TroubledRequests nacked = new TroubledRequests(NACKS_BORNE);

	private final TroubledRequests vanished = new TroubledRequests(VANISHED_BORNE);

	private final NumberedRequests requests;

	private final AtomicBoolean abandoned = new AtomicBoolean();

	private RpcChannel(Channel channel, String replyTo, ConnectionWriter writer, Executor later,
			StrayReplies strayReplies) {
		this.channel = channel;
		this.replyTo = replyTo;
		this.writer = writer;
		this.later = later;
		this.strayReplies = strayReplies;
		this.requests = new NumberedRequests(channel, writer, this.nacked);
	}

	/**
	 * Opens a channel.
	 * @param connection the connection
	 * @param writer writes to it
	 * @param later sends requests when the connection has room again
	 * @param replyQueue where replies shall arrive
	 * @param strayReplies counts replies that no call waits for
	 * @param closed told once when the channel has closed, with the reason
	 * @return the channel, ready for calls
	 * @throws IOException if the broker refuses the channel or the reply queue, or does
	 * not answer
	 */
	static RpcChannel open(Connection connection, ConnectionWriter writer, Executor later, ReplyQueue replyQueue,
			StrayReplies strayReplies, BiConsumer<RpcChannel, ShutdownSignalException> closed) throws IOException {
		Channel channel = connection.createChannel();
		if (channel == null) {
			throw new RpcException(RpcStatus.RESOURCE_EXHAUSTED, "the connection has no channel left", false, null);
		}
		boolean ready = false;
		try {
			RpcChannel opened = new RpcChannel(channel, replyQueue.declare(channel), writer, later, strayReplies);
			opened.listen(closed);
			ready = true;
			return opened;
		}
		finally {
			if (!ready) {
				BoundedClose.close(channel);
			}
		}
	}

	private void listen(BiConsumer<RpcChannel, ShutdownSignalException> closed) throws IOException {
		// confirmSelect would make the channel keep a set of unconfirmed numbers, too
		this.channel.rpc(new AMQP.Confirm.Select.Builder().build());
		this.channel.addConfirmListener(this.requests::confirmed, this.requests::nacked);
		this.channel.addReturnListener(this::returned);
		this.channel.basicConsume(this.replyTo, true,
				new ReplyConsumer(this.channel, this.pending, this::answered, this.strayReplies));
		this.channel.addShutdownListener((cause) -> {
			try {
				endAll(cause);
			}
			finally {
				closed.accept(this, cause);
			}
		});
	}

	boolean isOpen() {
		return this.channel.isOpen();
	}

	public Connection connection() {
		return this.channel.getConnection();
	}

	public Channel channel() {
		return this.channel;
	}

	public String replyTo() {
		return this.replyTo;
	}

	String broker() {
		Map<String, Object> properties = this.channel.getConnection().getServerProperties();
		return Escaped.text("%s %s".formatted(properties.get("product"), properties.get("version")));
	}

	public Collection<RpcCall> pending() {
		return this.pending.values();
	}

	int unconfirmed() {
		return this.requests.unconfirmed();
	}

	/**
	 * Whether the connection has room for more requests.
	 * @return {@code false} while too much waits to be written
	 */
	public boolean hasRoom() {
		return this.writer.hasRoom();
	}

	/**
	 * For how long the broker has neither taken nor nacked a request, nor brought a
	 * reply, on this channel or on those that it has replaced.
	 * @return how long the first unanswered request has waited for the broker, or zero
	 */
	public Duration silence() {
		return this.requests.silence();
	}

	/**
	 * Takes the place of a channel of the same connection, before the first call.
	 * @param replaced the channel so far
	 */
	void follow(RpcChannel replaced) {
		this.requests.follow(replaced.requests);
	}

	private void answered(RpcCall call) {
		this.requests.replied();
		this.nacked.over(call.address());
		this.vanished.over(call.address());
	}

	/**
	 * Says that the broker has nacked the request of a call.
	 * @param address where it was sent
	 * @param nowNanos the time now
	 * @return whether it has nacked all requests to that address for a while
	 */
	boolean nacked(RequestAddress address, long nowNanos) {
		return this.nacked.goesOn(address, nowNanos);
	}

	/**
	 * Says that the request of a call has vanished.
	 * @param address where it was sent
	 * @param nowNanos the time now
	 * @return whether all requests to that address have vanished for a while
	 */
	boolean vanished(RequestAddress address, long nowNanos) {
		return this.vanished.goesOn(address, nowNanos);
	}

	/**
	 * Takes a call, and publishes its request as soon as the connection has room. From
	 * here on the call ends if the channel closes. When the call ends, the channel
	 * forgets it. No thread waits.
	 * @param call the call
	 * @param publisher makes the request and calls {@link #write}
	 */
	public void publish(RpcCall call, Runnable publisher) {
		this.pending.put(call.id(), call);
		call.waitsOn(this);
		if (call.isDone()) {
			// It may have ended before it knew this channel
			this.pending.remove(call.id());
		}
		else if (!this.channel.isOpen()) {
			// Closed before it knew this call
			call.fail(RpcStatus.UNAVAILABLE, "the connection to the broker was lost before the request was sent", null);
		}
		else {
			publishWhenThereIsRoom(call, publisher);
		}
	}

	private void publishWhenThereIsRoom(RpcCall call, Runnable publisher) {
		if (this.writer.hasRoom()) {
			publisher.run();
		}
		else {
			whenThereIsRoom(call, () -> publishWhenThereIsRoom(call, publisher));
		}
	}

	private void whenThereIsRoom(RpcCall call, Runnable action) {
		this.writer.room().thenRunAsync(() -> {
			if (!call.isDone()) {
				action.run();
			}
		}, this.later);
	}

	/**
	 * Writes a request to the connection, unless its call has ended. If others have taken
	 * the room meanwhile, it is written later. No thread waits.
	 * @param call the call
	 * @param request writes the request
	 */
	public void write(RpcCall call, Request request) {
		if (!this.requests.write(call, request)) {
			whenThereIsRoom(call, () -> write(call, request));
		}
	}

	/**
	 * Forgets a call that has ended.
	 * @param call the call
	 * @param replied whether it has its reply
	 */
	void ended(RpcCall call, boolean replied) {
		this.pending.remove(call.id());
		this.requests.ended(call, replied);
		this.strayReplies.ended(call.id(), replied);
	}

	/** Ends the calls, because the client is closed. */
	void endCalls() {
		this.pending.values()
			.forEach((call) -> call.fail(RpcStatus.UNAVAILABLE, "the client was closed while waiting for the reply",
					null));
	}

	/** Closes the channel within a second. If that fails, it closes the connection. */
	void close() {
		BoundedClose.close(this.channel);
	}

	/**
	 * Closes the channel, and leaves the connection to other channels.
	 * @return completes when the broker has closed it. A broker that takes no requests of
	 * this channel may not close it for seconds either
	 */
	CompletableFuture<Void> closeAlone() {
		return BoundedClose.closeAlone(this.channel);
	}

	/**
	 * Gives up a connection that is lost but has not noticed it. The channel may stay
	 * open for a second more, while all calls on it want to give it up.
	 */
	void abandonConnection() {
		if (this.abandoned.compareAndSet(false, true)) {
			BoundedClose.abandon(this.channel.getConnection());
		}
	}

	private void returned(Return returned) {
		RpcCall call = this.pending.get(String.valueOf(returned.getProperties().getCorrelationId()));
		if (call != null) {
			call.refuse(RpcStatus.UNAVAILABLE,
					call.address().isDefaultExchange() ? "there is no queue " + call.address().describe()
							: "no queue receives what is sent to " + call.address().describe());
		}
	}

	private void endAll(ShutdownSignalException cause) {
		RefusedRequest refused = RefusedRequest.of(cause);
		if (refused != null) {
			this.requests.endRefused(refused, cause);
		}
		for (RpcCall call : this.pending.values()) {
			call.fail(RpcStatus.UNAVAILABLE,
					"the connection to the broker was lost while waiting for the reply: " + BrokerFailure.reason(cause),
					cause);
		}
	}

	/**
	 * Writes a request.
	 */
	@FunctionalInterface
	public interface Request {

		/**
		 * Writes it.
		 * @param channel where to
		 * @throws IOException if the connection is lost
		 */
		void write(Channel channel) throws IOException;

	}

}
