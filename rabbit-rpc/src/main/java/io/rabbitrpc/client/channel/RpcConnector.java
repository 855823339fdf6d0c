package io.rabbitrpc.client.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.ShutdownSignalException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.AbstractConnectionFactory;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

import io.rabbitrpc.BrokerAddress;
import io.rabbitrpc.BrokerFailure;
import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.connection.ConnectionWriters;

/**
 * Keeps one {@link RpcChannel} open, off the callers' threads: nobody waits for a broker
 * longer than they want to. There is one attempt at a time. After one that failed, calls
 * end at once, with its reason, until the next. It says once that the broker is gone and
 * once that it is back.
 */
public final class RpcConnector implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(RpcConnector.class);

	private static final Duration FIRST_RETRY = Duration.ofMillis(200);

	private static final Duration LONGEST_RETRY = Duration.ofSeconds(2);

	// For how long it is borne that requests are refused without a cause, and from how
	// little apart such refusals go on
	private static final Duration NACKS_BORNE = Duration.ofSeconds(2);

	private static final Duration NACKS_AS_ONE = Duration.ofSeconds(2);

	// A server that needs longer than its callers wait looks the same
	private static final Duration BETWEEN_VANISHED = Duration.ofSeconds(5);

	// Where there are no heartbeats
	private static final Duration LONGEST_SILENCE = Duration.ofSeconds(20);

	/**
	 * What a caller is told while the broker blocks the connection, before its reason.
	 */
	public static final String BLOCKED = "the broker takes no requests: ";

	// After the web server has stopped: its last requests still wait for replies
	private static final int PHASE = Integer.MAX_VALUE - 4096;

	private final ConnectionFactory connectionFactory;

	private final ConnectionWriters writers;

	private final ReplyQueue replyQueue;

	private final ScheduledExecutorService scheduler;

	private final Lock lock = new ReentrantLock();

	private final StrayReplies strayReplies = new StrayReplies();

	private BackOffExecution backOff = newBackOff();

	private boolean reportedLoss;

	// Why the broker closed the channel, but not the connection. It may do so at each
	// call, and says it once.
	private @Nullable String refusal;

	private volatile @Nullable RpcChannel channel;

	private @Nullable Connection connection;

	// There while an attempt is under way
	private @Nullable CompletableFuture<RpcChannel> attempt;

	private long attemptNanos = System.nanoTime() - FIRST_RETRY.toNanos();

	private long firstNackNanos = System.nanoTime();

	private long lastNackNanos = this.firstNackNanos - NACKS_AS_ONE.toNanos();

	private long vanishedNanos = this.firstNackNanos - BETWEEN_VANISHED.toNanos();

	// The channel that was replaced last, while calls wait on it
	private @Nullable RpcChannel retiring;

	private final LimitedLog vanishedRequests = new LimitedLog(logger);

	// Why the last attempt failed, while the next one waits for its time
	private @Nullable RpcException failure;

	private volatile @Nullable String blocked;

	private volatile String problem = "still connecting to the broker";

	private volatile boolean running;

	private boolean stopped;

	/**
	 * Creates a connector, which opens nothing before it is started or needed.
	 * @param connectionFactory where connections come from
	 * @param writers write to them
	 * @param replyQueue where replies shall arrive
	 * @param scheduler runs the attempts to connect, each of which takes a thread for up
	 * to {@code spring.rabbitmq.connection-timeout}
	 */
	public RpcConnector(ConnectionFactory connectionFactory, ConnectionWriters writers, ReplyQueue replyQueue,
			ScheduledExecutorService scheduler) {
		this.connectionFactory = connectionFactory;
		this.writers = writers;
		this.replyQueue = replyQueue;
		this.scheduler = scheduler;
		connectionFactory.addConnectionListener(this::watchBlocking);
		// It closes the connection when the application stops. A broker that does
		// not read would hold that up for 30 s.
		if (connectionFactory instanceof AbstractConnectionFactory closing) {
			closing.setCloseTimeout(RpcChannel.CLOSE_MILLIS);
		}
	}

	/**
	 * The channel to call on.
	 * @return a future that has the channel if it is open; else one that gets it, or an
	 * {@link RpcException}, when the attempt to connect that is now under way ends; or
	 * one that has the reason why the last attempt failed
	 */
	public CompletableFuture<RpcChannel> channel() {
		this.lock.lock();
		try {
			RpcChannel open = openChannel();
			if (open != null) {
				return CompletableFuture.completedFuture(open);
			}
			return (this.failure != null) ? CompletableFuture.failedFuture(this.failure) : attempt(Duration.ZERO);
		}
		finally {
			this.lock.unlock();
		}
	}

	// Joins the attempt that is under way, or begins one
	private CompletableFuture<RpcChannel> attempt(Duration delay) {
		CompletableFuture<RpcChannel> current = this.attempt;
		if (current != null) {
			return current;
		}
		CompletableFuture<RpcChannel> begun = new CompletableFuture<>();
		try {
			if (this.stopped) {
				throw new RejectedExecutionException();
			}
			this.scheduler.schedule(this::connect, delay.toNanos(), TimeUnit.NANOSECONDS);
			this.attempt = begun;
		}
		catch (RejectedExecutionException ex) {
			begun.completeExceptionally(closed());
		}
		return begun;
	}

	private static RpcException closed() {
		return new RpcException(RpcStatus.UNAVAILABLE, "the client is closed");
	}

	/**
	 * The open channel, if there is one now.
	 * @return the channel, or {@code null}
	 */
	public @Nullable RpcChannel openChannel() {
		RpcChannel open = this.channel;
		return (open != null && open.isOpen()) ? open : null;
	}

	/**
	 * Why the broker takes no requests at the moment.
	 * @return the broker's reason, or {@code null} if it takes requests
	 */
	public @Nullable String blocked() {
		return this.blocked;
	}

	/**
	 * Why no calls are possible at the moment, as far as this client knows: a broker that
	 * has fallen silent is noticed after two missed heartbeats.
	 * @return the reason, one sentence without a full stop, or {@code null} if calls can
	 * be made
	 */
	public @Nullable String problem() {
		String reason = this.blocked;
		if (reason != null) {
			return BLOCKED + reason;
		}
		RpcChannel open = openChannel();
		if (open == null) {
			return this.problem;
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
	 * How many calls are known to the open channel: those that wait for their replies
	 * and, briefly, what the broker has not confirmed yet.
	 * @return the number at this moment, 0 if no channel is open
	 */
	public int callsWaiting() {
		RpcChannel open = openChannel();
		return (open != null) ? open.pending().size() + open.unconfirmed() : 0;
	}

	/**
	 * Gives up the connection of a call that the broker has not taken by its deadline, if
	 * the broker has said nothing for two heartbeats though it was asked. The thread that
	 * reads the connection, which keeps the heartbeats, may have died.
	 * @param call the call
	 */
	public void giveUpIfSilent(RpcCall call) {
		RpcChannel silent = call.channel();
		if (silent == null || this.blocked != null || call.isAccepted() || !call.mayHaveRun()) {
			return;
		}
		int heartbeat = silent.connection().getHeartbeat();
		Duration patience = (heartbeat > 0) ? Duration.ofSeconds(2L * heartbeat) : LONGEST_SILENCE;
		if (silent.isOpen() && silent.silence().compareTo(patience) > 0) {
			silent.abandonConnection();
		}
	}

	/**
	 * Says that the broker has refused a request though the queue is not full. If that
	 * goes on for two seconds, a new channel takes the place of this one: RabbitMQ 3.10
	 * may refuse all that a channel publishes to a quorum queue from the loss of the
	 * queue's leader until that leader is back, while other channels get through.
	 */
	public void nackedWithoutCause() {
		this.lock.lock();
		try {
			long now = System.nanoTime();
			if (now - this.lastNackNanos > NACKS_AS_ONE.toNanos()) {
				this.firstNackNanos = now;
			}
			this.lastNackNanos = now;
			if (now - this.firstNackNanos > NACKS_BORNE.toNanos() && openChannel() != null) {
				this.firstNackNanos = now;
				logger.warn("RabbitMQ goes on refusing requests to a queue that is not full. Opening another channel");
				attempt(Duration.ZERO);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Says that the request of a call has vanished. If all requests to that queue do so
	 * for a while, a new channel takes the place of this one, see
	 * {@link VanishedRequests}. Calls that wait on this one go on waiting.
	 * @param call the call
	 * @param queue the queue
	 */
	public void vanished(RpcCall call, String queue) {
		RpcChannel channel = call.channel();
		if (channel == null || !channel.vanished(queue)) {
			return;
		}
		this.lock.lock();
		try {
			long now = System.nanoTime();
			if (channel == openChannel() && this.retiring == null
					&& now - this.vanishedNanos > BETWEEN_VANISHED.toNanos()) {
				this.vanishedNanos = now;
				this.vanishedRequests
					.warn("RabbitMQ takes requests to %s, none waits there, and no reply comes. Opening another channel"
						.formatted(queue), null);
				attempt(Duration.ZERO);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	// Whatever is thrown here, the next attempt will be made
	private void connect() {
		RpcChannel opened = null;
		RpcException outcome = null;
		try {
			com.rabbitmq.client.Connection open = openConnection();
			opened = RpcChannel.open(open, this.writers.of(open), this.replyQueue, this.strayReplies, this::closed);
		}
		catch (IOException | RuntimeException ex) {
			outcome = outcome(ex);
		}
		catch (Error ex) {
			logger.error("An attempt to connect has failed", ex);
		}
		finally {
			endAttempt(opened, (outcome != null) ? outcome
					: new RpcException(RpcStatus.UNAVAILABLE, "the attempt to connect to the broker failed"));
		}
	}

	// The same one if only the channel has closed
	private com.rabbitmq.client.Connection openConnection() throws IOException {
		Connection current = this.connection;
		if (current == null || !current.isOpen()) {
			if (current != null) {
				current.close();
			}
			current = this.connectionFactory.createConnection();
			this.connection = current;
		}
		com.rabbitmq.client.Connection delegate = current.getDelegate();
		if (delegate == null) {
			throw new IOException("the connection has just closed");
		}
		return delegate;
	}

	private RpcException outcome(Exception ex) {
		if (ex instanceof RpcException outcome) {
			return outcome;
		}
		BrokerFailure failed = BrokerFailure.of(ex, this.connectionFactory);
		return new RpcException(failed.status(), failed.message(), false, ex);
	}

	private void endAttempt(@Nullable RpcChannel opened, RpcException outcome) {
		CompletableFuture<RpcChannel> ended;
		boolean usable = false;
		this.lock.lock();
		try {
			ended = this.attempt;
			this.attempt = null;
			this.attemptNanos = System.nanoTime();
			if (opened != null && opened.isOpen() && !this.stopped) {
				usable = true;
				begin(opened);
			}
			else if (!this.stopped && openChannel() == null) {
				reportLoss(String.valueOf(outcome.getMessage()));
				retryLater(outcome);
			}
		}
		finally {
			this.lock.unlock();
		}
		if (opened != null && !usable) {
			opened.close();
		}
		if (ended != null) {
			if (opened != null && usable) {
				ended.complete(opened);
			}
			else {
				ended.completeExceptionally(outcome);
			}
		}
	}

	private void begin(RpcChannel opened) {
		RpcChannel replaced = openChannel();
		if (replaced != null) {
			this.retiring = replaced;
			retireLater(replaced);
		}
		this.channel = opened;
		this.backOff = newBackOff();
		if (this.reportedLoss || (this.refusal == null && replaced == null)) {
			logger.info("Connected to RabbitMQ at %s; replies arrive on %s"
				.formatted(BrokerAddress.of(opened.connection()), opened.replyTo()));
		}
		this.reportedLoss = false;
	}

	private void closed(RpcChannel closed, ShutdownSignalException cause) {
		this.lock.lock();
		try {
			if (this.running && closed == this.channel) {
				String reason = BrokerFailure.reason(cause);
				if (cause.isHardError() || !reason.equals(this.refusal)) {
					reportLoss("the connection to the broker was lost: " + reason);
				}
				this.refusal = cause.isHardError() ? null : reason;
				if (cause.isHardError()) {
					// Only this connection could have told that it is blocked no longer
					this.blocked = null;
				}
				// At once, but not without end where each channel closes again
				long sinceLast = System.nanoTime() - this.attemptNanos;
				attempt(Duration.ofNanos(Math.max(0, FIRST_RETRY.toNanos() - sinceLast)));
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	// Its calls may still get their replies
	private void retireLater(RpcChannel replaced) {
		try {
			this.scheduler.schedule(() -> retire(replaced), FIRST_RETRY.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// The client is being closed, and its connection with it
		}
	}

	private void retire(RpcChannel replaced) {
		if (!replaced.pending().isEmpty()) {
			retireLater(replaced);
			return;
		}
		replaced.close();
		this.lock.lock();
		try {
			if (this.retiring == replaced) {
				this.retiring = null;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void reportLoss(String message) {
		this.problem = message;
		if (!this.reportedLoss && this.running) {
			this.reportedLoss = true;
			logger.warn("No calls are possible: %s. Trying again until it works".formatted(message));
		}
	}

	private void retryLater(RpcException outcome) {
		if (this.running) {
			try {
				this.scheduler.schedule(this::retry, this.backOff.nextBackOff(), TimeUnit.MILLISECONDS);
				this.failure = outcome;
			}
			catch (RejectedExecutionException ex) {
				// The client is being closed
			}
		}
	}

	private void retry() {
		this.lock.lock();
		try {
			this.failure = null;
			if (this.running) {
				attempt(Duration.ZERO);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void watchBlocking(@Nullable Connection connection) {
		this.blocked = null;
		if (connection != null) {
			connection.addBlockedListener(new BlockedListener() {

				@Override
				public void handleBlocked(String reason) {
					RpcConnector.this.blocked = reason;
					endUnsent(reason);
					logger.warn("The broker takes no requests: " + reason);
				}

				@Override
				public void handleUnblocked() {
					RpcConnector.this.blocked = null;
					logger.info("The broker takes requests again");
				}

			});
		}
	}

	// A blocked broker reads nothing: what it has not confirmed still lies in a buffer
	private void endUnsent(String reason) {
		RpcChannel open = openChannel();
		if (open != null) {
			open.pending()
				.stream()
				.filter((call) -> !call.isAccepted())
				.forEach((call) -> call.fail(RpcStatus.UNAVAILABLE, BLOCKED + reason, null));
		}
	}

	private static BackOffExecution newBackOff() {
		ExponentialBackOff backOff = new ExponentialBackOff(FIRST_RETRY.toMillis(), 2);
		backOff.setMaxInterval(LONGEST_RETRY.toMillis());
		return backOff.start();
	}

	@Override
	public void start() {
		this.lock.lock();
		try {
			this.stopped = false;
			this.running = true;
			if (openChannel() == null) {
				attempt(Duration.ZERO);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Ends all calls; those that are made from now on end at once. */
	@Override
	public void stop() {
		RpcChannel open;
		CompletableFuture<RpcChannel> current;
		this.lock.lock();
		try {
			this.running = false;
			this.stopped = true;
			this.problem = "the client is closed";
			open = this.channel;
			current = this.attempt;
			this.channel = null;
			this.attempt = null;
			this.failure = null;
		}
		finally {
			this.lock.unlock();
		}
		if (current != null) {
			current.completeExceptionally(closed());
		}
		if (open != null) {
			for (RpcCall call : open.pending()) {
				call.fail(RpcStatus.UNAVAILABLE, "the client was closed while waiting for the reply", null);
			}
			open.close();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
