package io.rabbitrpc.client;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.ShutdownSignalException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

import io.rabbitrpc.BrokerFailure;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

/**
 * Keeps one {@link RpcChannel} open, off the callers' threads: nobody waits for a broker
 * longer than they want to. It says once that the broker is gone and once that it is
 * back.
 */
public final class RpcConnector implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(RpcConnector.class);

	private static final long FIRST_RETRY_MILLIS = 200;

	private static final long LONGEST_RETRY_MILLIS = 2000;

	static final String BLOCKED = "the broker takes no requests: ";

	// After the web server has stopped: its last requests still wait for replies
	private static final int PHASE = Integer.MAX_VALUE - 4096;

	private final ConnectionFactory connectionFactory;

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

	private @Nullable CompletableFuture<RpcChannel> attempt;

	private volatile @Nullable String blocked;

	private volatile String problem = "still connecting to the broker";

	private volatile boolean running;

	/**
	 * Creates a connector, which opens nothing before it is started or needed.
	 * @param connectionFactory where connections come from
	 * @param replyQueue where replies shall arrive
	 * @param scheduler runs the attempts to connect, each of which takes a thread for up
	 * to {@code spring.rabbitmq.connection-timeout}
	 */
	public RpcConnector(ConnectionFactory connectionFactory, ReplyQueue replyQueue,
			ScheduledExecutorService scheduler) {
		this.connectionFactory = connectionFactory;
		this.replyQueue = replyQueue;
		this.scheduler = scheduler;
		connectionFactory.addConnectionListener(this::watchBlocking);
	}

	/**
	 * The channel to call on.
	 * @return a future that has the channel if it is open; else one that gets it, or an
	 * {@link RpcException}, when the attempt to connect that is now under way ends
	 */
	CompletableFuture<RpcChannel> channel() {
		this.lock.lock();
		try {
			connectIfClosed();
			CompletableFuture<RpcChannel> current = this.attempt;
			return (current != null) ? current : CompletableFuture.completedFuture(this.channel);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void connectIfClosed() {
		this.lock.lock();
		try {
			if (this.attempt == null && openChannel() == null) {
				this.attempt = new CompletableFuture<>();
				this.scheduler.execute(this::connect);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The open channel, if there is one now.
	 * @return the channel, or {@code null}
	 */
	@Nullable RpcChannel openChannel() {
		RpcChannel open = this.channel;
		return (open != null && open.isOpen()) ? open : null;
	}

	/**
	 * Why the broker takes no requests at the moment.
	 * @return the broker's reason, or {@code null} if it takes requests
	 */
	@Nullable String blocked() {
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
		return (openChannel() != null) ? null : this.problem;
	}

	/**
	 * Which broker this is.
	 * @return its name and version as it gives them, or {@code unknown}
	 */
	public String broker() {
		RpcChannel open = openChannel();
		return (open != null) ? open.broker() : "unknown";
	}

	/**
	 * The replies that came and no call waited for.
	 * @return their counts since the start
	 */
	public StrayReplies strayReplies() {
		return this.strayReplies;
	}

	/**
	 * How many calls are known to the open channel, which is those whose requests were
	 * sent and, briefly, what the broker has not confirmed yet.
	 * @return the number at this moment, 0 if no channel is open
	 */
	public int callsWaiting() {
		RpcChannel open = openChannel();
		return (open != null) ? open.pending().size() + open.unconfirmed() : 0;
	}

	private void connect() {
		RpcChannel opened = null;
		RpcException failure = null;
		try {
			Connection connection = this.connectionFactory.createConnection();
			com.rabbitmq.client.Connection delegate = connection.getDelegate();
			if (delegate == null) {
				throw new IOException("the connection has just closed");
			}
			opened = RpcChannel.open(delegate, this.replyQueue, this.strayReplies, this::closed);
		}
		catch (IOException | RuntimeException ex) {
			failure = outcome(ex);
		}
		CompletableFuture<RpcChannel> ended = endAttempt(opened, failure);
		if (ended != null) {
			if (opened != null) {
				ended.complete(opened);
			}
			else if (failure != null) {
				ended.completeExceptionally(failure);
			}
		}
	}

	private RpcException outcome(Exception ex) {
		if (ex instanceof RpcException outcome) {
			return outcome;
		}
		BrokerFailure failure = BrokerFailure.of(ex, this.connectionFactory);
		return new RpcException(failure.status(), failure.message(), false, ex);
	}

	private @Nullable CompletableFuture<RpcChannel> endAttempt(@Nullable RpcChannel opened,
			@Nullable RpcException failure) {
		this.lock.lock();
		try {
			CompletableFuture<RpcChannel> ended = this.attempt;
			this.attempt = null;
			this.channel = opened;
			if (opened != null) {
				this.backOff = newBackOff();
				if (this.reportedLoss || this.refusal == null) {
					logger.info("Connected to RabbitMQ at %s:%d; replies arrive on %s".formatted(
							this.connectionFactory.getHost(), this.connectionFactory.getPort(), opened.replyTo()));
				}
				this.reportedLoss = false;
			}
			else if (failure != null) {
				reportLoss(String.valueOf(failure.getMessage()));
				retryLater();
			}
			return ended;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void closed(RpcChannel closed, ShutdownSignalException cause) {
		this.lock.lock();
		try {
			if (this.running) {
				String reason = BrokerFailure.reason(cause);
				if (cause.isHardError() || !reason.equals(this.refusal)) {
					reportLoss("the connection to the broker was lost: " + reason);
				}
				this.refusal = cause.isHardError() ? null : reason;
				retryLater();
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

	private void retryLater() {
		if (this.running) {
			CompletableFuture.delayedExecutor(this.backOff.nextBackOff(), TimeUnit.MILLISECONDS, this.scheduler)
				.execute(this::connectIfClosed);
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
		ExponentialBackOff backOff = new ExponentialBackOff(FIRST_RETRY_MILLIS, 2);
		backOff.setMaxInterval(LONGEST_RETRY_MILLIS);
		return backOff.start();
	}

	@Override
	public void start() {
		this.running = true;
		connectIfClosed();
	}

	@Override
	public void stop() {
		this.running = false;
		RpcChannel open = this.channel;
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
