package io.rabbitrpc.server.reply;

import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;

import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.connection.RpcConnections;

/**
 * The two connections by which replies can leave: their own, and that of the requests
 * while their own cannot be opened or is silent. While the broker blocks publishers,
 * replies never use the connection of the requests, because the broker would then stop
 * reading acknowledgements.
 */
final class ReplyRoutes implements ReplyChannel.Owner {

	private static final Log logger = LogFactory.getLog(Replies.class);

	private final LimitedLog refusals = new LimitedLog(logger);

	private final LimitedLog detours = new LimitedLog(logger);

	private final RpcConnections connections;

	private final Predicate<com.rabbitmq.client.Connection> blocked;

	private final BooleanSupplier awaited;

	private final Runnable changed;

	private final ReplyRoute own = new ReplyRoute(this::openOwn);

	private final ReplyRoute detour = new ReplyRoute(this::openDetour);

	private final UnsentReplies unsent = new UnsentReplies();

	private volatile @Nullable Connection ownConnection;

	private volatile @Nullable Channel requests;

	// As it was when the other connection was chosen, which may be over since
	private volatile String detourReason = "";

	// Why the broker takes no reply at all
	private volatile @Nullable String refusal;

	// Whether the broker closed the last connection because of an internal error
	private volatile boolean crashed;

	/**
	 * Creates the routes, of which none is open.
	 * @param connections where they lead
	 * @param blocked whether the broker blocks a connection
	 * @param awaited whether somebody waits until a reply can leave
	 * @param changed runs when {@link #look} has something to do. It must not block
	 */
	ReplyRoutes(RpcConnections connections, Predicate<com.rabbitmq.client.Connection> blocked, BooleanSupplier awaited,
			Runnable changed) {
		this.connections = connections;
		this.blocked = blocked;
		this.awaited = awaited;
		this.changed = changed;
	}

	UnsentReplies unsent() {
		return this.unsent;
	}

	/**
	 * Says from which connection requests come. Replies may use it, too.
	 * @param channel a channel that the container opened
	 */
	void requestsComeFrom(Channel channel) {
		if (this.requests != channel) {
			this.requests = channel;
		}
	}

	/**
	 * Publishes a reply, if it can leave now.
	 * @param reply the reply
	 * @return whether it was written, and is kept until the broker has it
	 */
	boolean publish(Reply reply) {
		ReplyChannel channel = (this.refusal == null && !this.unsent.hasSuspects()) ? usable() : null;
		return channel != null && channel.publish(reply);
	}

	private @Nullable ReplyChannel usable() {
		ReplyChannel channel = (this.own.isOpen() && !this.own.isSilent()) ? this.own.channel() : this.detour.channel();
		boolean usable = channel != null && channel.isOpen() && !channel.isSilent()
				&& !this.blocked.test(channel.connection());
		return usable ? channel : null;
	}

	/**
	 * Checks both connections and sends lost replies again. Only one thread at a time may
	 * call it, a few times a second.
	 */
	void look() {
		long now = System.nanoTime();
		check(this.own, now);
		check(this.detour, now);
		boolean wanted = isWanted();
		boolean refused = this.refusal != null;
		if (wanted || refused || this.detour.isOpen()) {
			this.own.open(refused || this.crashed, this.changed);
		}
		boolean silent = this.own.isSilent();
		if (!refused && (silent ? (wanted || !this.own.isEmpty()) : (wanted && this.own.isFailing(now)))) {
			takeDetour(silent);
		}
		else if (this.own.isOpen() && !silent && this.detour.isEmpty()) {
			this.detour.close();
		}
		ReplyChannel free = (!refused && this.own.isEmpty() && this.detour.isEmpty()) ? usable() : null;
		this.unsent.sendAgain(this::publish, (free != null) ? (reply) -> publishAlone(free, reply) : null);
	}

	private boolean publishAlone(ReplyChannel channel, Reply reply) {
		boolean published = channel.publish(reply);
		channel.ask();
		return published;
	}

	private void check(ReplyRoute route, long nowNanos) {
		ReplyChannel channel = route.channel();
		if (channel != null && channel.isOpen() && !this.blocked.test(channel.connection())) {
			channel.check(nowNanos);
		}
	}

	private void takeDetour(boolean silent) {
		ReplyChannel channel = this.own.channel();
		if (!this.detour.isOpen()) {
			String problem = problem();
			this.detourReason = (problem != null) ? problem : "opening a connection of their own takes long";
			this.detour.open(false, this.changed);
		}
		else if (silent && channel != null && usable() != null) {
			this.unsent.addAll(channel.takeAll());
		}
	}

	private boolean isWanted() {
		return this.awaited.getAsBoolean() || !this.unsent.isEmpty();
	}

	/**
	 * How many replies the broker has not confirmed.
	 * @return that number
	 */
	int size() {
		return this.unsent.size() + this.own.size() + this.detour.size();
	}

	/**
	 * Why replies do not reach the broker.
	 * @return the reason, or {@code null} if they do or there are none
	 */
	@Nullable String problem() {
		String refused = this.refusal;
		if (refused != null) {
			return "the broker refuses replies: " + refused;
		}
		if (this.own.isSilent()) {
			return "the broker does not answer on the connection of the replies";
		}
		Exception failure = this.own.failure();
		if (failure != null && isWanted() && usable() == null) {
			return "replies cannot be sent: " + this.connections.failure(failure).message();
		}
		return null;
	}

	private ReplyChannel openOwn() throws IOException {
		Connection connection = this.ownConnection;
		if (connection != null) {
			// With cache.connection.mode=connection each connection must be given back
			connection.close();
		}
		ConnectionFactory requesters = this.connections.factory();
		ConnectionFactory publishers = requesters.getPublisherConnectionFactory();
		connection = ((publishers != null) ? publishers : requesters).createConnection();
		this.ownConnection = connection;
		com.rabbitmq.client.Connection delegate = connection.getDelegate();
		this.connections.writer(delegate).leaveFirst();
		ReplyChannel channel = ReplyChannel.open(delegate, this);
		if (this.refusal != null) {
			channel.probe();
		}
		return channel;
	}

	private ReplyChannel openDetour() throws IOException {
		Channel channel = this.requests;
		if (channel == null || !channel.isOpen()) {
			throw new IOException("the connection of the requests is closed");
		}
		ReplyChannel opened = ReplyChannel.open(channel.getConnection(), this);
		this.detours.warn("Replies leave on the connection of the requests: " + this.detourReason, null);
		return opened;
	}

	@Override
	public void confirmed() {
		this.crashed = false;
		if (this.refusal != null) {
			this.refusal = null;
			logger.info("The broker takes replies again");
		}
		if (isWanted()) {
			this.changed.run();
		}
	}

	@Override
	public void closed(ReplyChannel channel, ShutdownSignalException cause) {
		List<Reply> left = channel.takeAll();
		Method reason = cause.isInitiatedByApplication() ? null : cause.getReason();
		if (reason instanceof AMQP.Channel.Close close) {
			refused(close, left);
		}
		else if (reason instanceof AMQP.Connection.Close close && close.getReplyCode() != AMQP.CONNECTION_FORCED) {
			this.crashed = close.getReplyCode() == AMQP.INTERNAL_ERROR;
			this.unsent.addRefused(close.getReplyText(), this.crashed, left);
		}
		else {
			this.unsent.addAll(left);
		}
		this.changed.run();
	}

	private void refused(AMQP.Channel.Close close, List<Reply> left) {
		String text = close.getReplyText();
		if (close.getReplyCode() != AMQP.ACCESS_REFUSED) {
			this.unsent.addRefused(text, false, left);
			return;
		}
		// A missing permission concerns every reply, because all go to the same exchange
		this.refusal = text;
		left.forEach(Reply::failed);
		this.unsent.addAll(left);
		this.refusals.warn("The broker refuses replies: %s. Trying again until it takes them".formatted(text), null);
	}

}
