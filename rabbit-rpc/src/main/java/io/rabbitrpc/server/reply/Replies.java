package io.rabbitrpc.server.reply;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.ImmediateRequeueAmqpException;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import io.rabbitrpc.connection.RpcConnections;

/**
 * Sends replies, and keeps each one until the broker has it. Replies have their own
 * connection. So a broker that blocks publishers does not block acknowledgements. If a
 * channel closes before the broker has confirmed a reply, the reply is sent again. So a
 * request can be acknowledged as soon as its reply is written. After that, only the death
 * of the process can lose the reply.
 */
public final class Replies implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(Replies.class);

	private static final long INTERVAL_MILLIS = 100;

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

	private final ReplyRoutes routes;

	private final AtomicBoolean looking = new AtomicBoolean();

	private final AtomicInteger waiting = new AtomicInteger();

	private final Lock lock = new ReentrantLock();

	private final Condition looked = this.lock.newCondition();

	private volatile @Nullable ScheduledExecutorService watcher;

	/**
	 * Creates the sender of an application's replies.
	 * @param connections the connection of the requests. Its publisher connection is that
	 * of the replies
	 * @param blocked whether the broker blocks a connection
	 */
	public Replies(RpcConnections connections, Predicate<Connection> blocked) {
		this.routes = new ReplyRoutes(connections, blocked, this::isAwaited, this::lookSoon);
	}

	/**
	 * Sends a reply. It returns when the reply has been written, when its caller has
	 * stopped waiting, or when the request's channel has closed, so that the request will
	 * come again. While no connection takes replies, it waits, and so does the
	 * acknowledgement. It never waits in a socket write.
	 * @param reply the reply
	 * @param request the channel that the request came from
	 * @throws ImmediateRequeueAmqpException if this server stops before the reply is
	 * written
	 */
	public void send(Reply reply, Channel request) {
		this.routes.requestsComeFrom(request);
		Reply fitting = this.routes.unsent().fitting(reply);
		if (!this.routes.publish(fitting)) {
			sendWhenPossible(fitting, request);
		}
	}

	/**
	 * Sends a reply without waiting. If it cannot leave now, it leaves when a connection
	 * takes replies, unless its caller has stopped waiting.
	 * @param reply the reply
	 */
	public void sendLater(Reply reply) {
		Reply fitting = this.routes.unsent().fitting(reply);
		if (!this.routes.publish(fitting)) {
			this.routes.unsent().add(fitting);
			lookSoon();
		}
	}

	private void sendWhenPossible(Reply reply, Channel request) {
		this.waiting.incrementAndGet();
		this.lock.lock();
		try {
			lookSoon();
			while (!isSettled(reply, request)) {
				this.looked.await();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ImmediateRequeueAmqpException("the server stopped before it could reply", ex);
		}
		finally {
			this.lock.unlock();
			this.waiting.decrementAndGet();
		}
	}

	private boolean isSettled(Reply reply, Channel request) {
		if (this.routes.publish(reply) || this.routes.unsent().dropExpired(reply)) {
			return true;
		}
		if (!isRunning()) {
			throw new ImmediateRequeueAmqpException("the server stopped before it could reply");
		}
		if (!request.isOpen()) {
			// The next channel needs this thread
			this.routes.unsent().add(reply);
			return true;
		}
		return false;
	}

	private boolean isAwaited() {
		return this.waiting.get() > 0;
	}

	private void lookSoon() {
		ScheduledExecutorService current = this.watcher;
		if (current != null && this.looking.compareAndSet(false, true)) {
			try {
				current.execute(this::look);
			}
			catch (RejectedExecutionException ex) {
				this.looking.set(false);
			}
		}
	}

	private void look() {
		this.looking.set(false);
		try {
			this.routes.look();
		}
		catch (RuntimeException | Error ex) {
			// A scheduled task that throws does not run again
			logger.warn("Checking the replies failed", ex);
		}
		if (isAwaited()) {
			looked();
		}
	}

	private void looked() {
		this.lock.lock();
		try {
			this.looked.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Why replies do not reach the broker.
	 * @return the reason, or {@code null} if they do or there are none
	 */
	public @Nullable String problem() {
		return this.routes.problem();
	}

	// An application without listeners needs no thread
	@Override
	public boolean isAutoStartup() {
		return false;
	}

	/**
	 * Starts the watch over replies. It must be called before the first reply is sent.
	 */
	@Override
	public void start() {
		CustomizableThreadFactory threads = new CustomizableThreadFactory("rpc-replies-");
		threads.setDaemon(true);
		ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(threads);
		started.scheduleWithFixedDelay(this::look, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
		this.watcher = started;
	}

	/** Waits a few seconds until the broker has every reply. */
	@Override
	public void stop() {
		long end = System.nanoTime() + STOP_TIMEOUT.toNanos();
		try {
			while (this.routes.size() > 0 && System.nanoTime() - end < 0) {
				TimeUnit.MILLISECONDS.sleep(5);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		ScheduledExecutorService stopped = this.watcher;
		this.watcher = null;
		if (stopped != null) {
			stopped.shutdownNow();
		}
		looked();
		int left = this.routes.size();
		if (left > 0) {
			logger.warn("Stopped with %d replies that the broker has not confirmed".formatted(left));
		}
	}

	@Override
	public boolean isRunning() {
		return this.watcher != null;
	}

	// This stops right after the listener's container
	@Override
	public int getPhase() {
		return DEFAULT_PHASE - 1;
	}

}
