package io.rabbitrpc.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.Queue.DeclareOk;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.context.SmartLifecycle;

import io.rabbitrpc.BrokerFailure;
import io.rabbitrpc.RpcStatus;

/**
 * Asks the broker, passively and only while calls wait, how the request queue is doing.
 * Calls whose requests lie in a queue that nobody consumes end at once if that is wanted.
 */
public final class RequestQueueMonitor implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(RequestQueueMonitor.class);

	private static final Duration INTERVAL = Duration.ofMillis(250);

	private final RpcConnector connector;

	private final ConnectionFactory connectionFactory;

	private final String queue;

	private final boolean failFast;

	private final ScheduledExecutorService scheduler;

	private final Lock lock = new ReentrantLock();

	private @Nullable CompletableFuture<QueueState> asking;

	private volatile boolean refused;

	private volatile @Nullable ScheduledFuture<?> task;

	/**
	 * Creates a monitor.
	 * @param connector has the channel on which calls wait
	 * @param connectionFactory gives the channels on which the broker is asked
	 * @param queue the request queue
	 * @param failFast whether calls end when nobody consumes the queue; else they wait
	 * for their deadline
	 * @param scheduler runs the questions, each of which takes a thread until the broker
	 * has answered
	 */
	public RequestQueueMonitor(RpcConnector connector, ConnectionFactory connectionFactory, String queue,
			boolean failFast, ScheduledExecutorService scheduler) {
		this.connector = connector;
		this.connectionFactory = connectionFactory;
		this.queue = queue;
		this.failFast = failFast;
		this.scheduler = scheduler;
	}

	/**
	 * Asks the broker, or joins the question that is under way.
	 * @return the state, or {@code null} if the broker does not tell. It may take up to
	 * {@code spring.rabbitmq.channel-rpc-timeout} to know that, and who waits should wait
	 * on a copy, with a bound
	 */
	public CompletableFuture<@Nullable QueueState> state() {
		this.lock.lock();
		try {
			if (this.asking == null) {
				this.scheduler.execute(this::ask);
				this.asking = new CompletableFuture<>();
			}
			return this.asking;
		}
		catch (RejectedExecutionException ex) {
			// The client is being closed
			return CompletableFuture.completedFuture(null);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether the broker has refused to tell.
	 * @return whether this user may not ask, so that {@link #state} has no answer
	 */
	public boolean isRefused() {
		return this.refused;
	}

	private void ask() {
		QueueState state = this.refused ? null : declarePassively();
		CompletableFuture<QueueState> answered;
		this.lock.lock();
		try {
			answered = this.asking;
			this.asking = null;
		}
		finally {
			this.lock.unlock();
		}
		if (answered != null) {
			answered.complete(state);
		}
	}

	private @Nullable QueueState declarePassively() {
		try (Channel channel = this.connectionFactory.createConnection().createChannel(false)) {
			DeclareOk declared = channel.queueDeclarePassive(this.queue);
			return new QueueState(this.queue, declared.getMessageCount(), declared.getConsumerCount());
		}
		catch (IOException | TimeoutException | AmqpException | ShutdownSignalException ex) {
			AMQP.Channel.Close close = BrokerFailure.channelClose(ex);
			if (close != null) {
				if (close.getReplyCode() == AMQP.NOT_FOUND) {
					return QueueState.missing(this.queue);
				}
				if (close.getReplyCode() == AMQP.ACCESS_REFUSED) {
					this.refused = true;
					logger.warn("Calls cannot tell whether a server consumes %s: %s".formatted(this.queue,
							close.getReplyText()));
				}
			}
			return null;
		}
	}

	private void watch() {
		List<RpcCall> waiting = waitingCalls();
		if (!waiting.isEmpty()) {
			state().whenComplete((state, failure) -> {
				if (state != null && state.isAbandoned()) {
					waiting.forEach((call) -> call.fail(RpcStatus.UNAVAILABLE, state.describe(), null));
				}
			});
		}
	}

	private List<RpcCall> waitingCalls() {
		RpcChannel channel = this.connector.openChannel();
		if (channel == null) {
			return List.of();
		}
		return channel.pending()
			.stream()
			.filter((call) -> call.mayHaveRun() && call.elapsed().compareTo(INTERVAL) > 0)
			.toList();
	}

	@Override
	public void start() {
		if (this.failFast) {
			this.task = this.scheduler.scheduleWithFixedDelay(this::watch, INTERVAL.toMillis(), INTERVAL.toMillis(),
					TimeUnit.MILLISECONDS);
		}
	}

	@Override
	public void stop() {
		ScheduledFuture<?> current = this.task;
		if (current != null) {
			current.cancel(false);
			this.task = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.task != null;
	}

	@Override
	public int getPhase() {
		return this.connector.getPhase() + 1;
	}

}
