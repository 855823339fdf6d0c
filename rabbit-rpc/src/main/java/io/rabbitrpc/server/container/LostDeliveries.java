package io.rabbitrpc.server.container;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.LimitedLog;

/**
 * Notices that requests wait in a queue and none comes, though this server works on none.
 * This has been seen when a quorum queue's leader was cut off. What was lost is not
 * known. A delivery or its acknowledgement may be lost inside the cluster. Then the
 * request counts as delivered until the channel of its consumer closes. If as many are
 * lost as the prefetch count allows, the consumer gets no further requests. So this class
 * closes the channel, and the container begins anew.
 */
final class LostDeliveries {

	private static final Log logger = LogFactory.getLog(HandlerWatch.class);

	// How long a queue is idle before the broker is asked, and how often it is asked
	private static final Duration INTERVAL = Duration.ofSeconds(2);

	// Where only one consumer at a time is active, it may be right that no request comes
	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final LimitedLog warnings = new LimitedLog(logger);

	private final Map<String, IdleTime> idleTimes = new ConcurrentHashMap<>();

	// While it is set, only the thread that asks uses the rest
	private final AtomicBoolean asking = new AtomicBoolean();

	private @Nullable Channel channel;

	/**
	 * Looks at a queue. Only one thread at a time may do that.
	 * @param queue the queue
	 * @param nowNanos what {@link System#nanoTime} says
	 * @param asker asks the broker, and closes channels. Both may block
	 */
	void look(ServedQueue queue, long nowNanos, Executor asker) {
		if (this.asking.get()) {
			return;
		}
		IdleTime idle = this.idleTimes.computeIfAbsent(queue.name(), (name) -> new IdleTime());
		Channel consumed = queue.channel();
		if (consumed == null || idle.isOver(queue)) {
			idle.begin(queue, nowNanos);
		}
		else if (idle.isDue(nowNanos)) {
			this.asking.set(true);
			asker.execute(() -> ask(queue, idle, consumed.getConnection()));
		}
	}

	private void ask(ServedQueue queue, IdleTime idle, Connection connection) {
		try {
			if (idle.noteWaiting(channel(connection).messageCount(queue.name()) > 0) && !idle.isOver(queue)) {
				idle.pause();
				this.warnings
					.warn(("Requests wait in %s, but for %d ms none has come to this server, which works on none:"
							+ " RabbitMQ may have lost a delivery. New consumers take the next requests")
						.formatted(queue.name(), idle.millis()), null);
				for (Channel consumed : queue.channels()) {
					consumed.abort();
				}
			}
		}
		catch (IOException | RuntimeException ex) {
			// This user may not ask, or the connection is lost
			idle.pause();
			logger.debug("Whether requests wait in %s is not known".formatted(queue.name()), ex);
		}
		finally {
			this.asking.set(false);
		}
	}

	// It stays open, because tools that watch a broker show new channels
	private Channel channel(Connection connection) throws IOException {
		Channel open = this.channel;
		if (open == null || !open.isOpen() || open.getConnection() != connection) {
			open = connection.createChannel();
			if (open == null) {
				throw new IOException("the connection has no channel left");
			}
			this.channel = open;
		}
		return open;
	}

	/**
	 * The time in which no request of a queue is in work.
	 */
	private static final class IdleTime {

		private long lastBegunNanos;

		private long beginNanos = System.nanoTime();

		private long nextNanos = this.beginNanos;

		private boolean waiting;

		boolean isOver(ServedQueue queue) {
			return queue.active() > 0 || queue.lastBegunNanos() != this.lastBegunNanos;
		}

		void begin(ServedQueue queue, long nowNanos) {
			long begunNanos = queue.lastBegunNanos();
			boolean paused = begunNanos == this.lastBegunNanos && nowNanos - this.nextNanos < 0;
			this.lastBegunNanos = begunNanos;
			this.beginNanos = nowNanos;
			this.nextNanos = paused ? this.nextNanos : nowNanos + INTERVAL.toNanos();
			this.waiting = false;
		}

		boolean isDue(long nowNanos) {
			return nowNanos - this.nextNanos >= 0;
		}

		/**
		 * Notes whether requests wait now.
		 * @param now whether they do
		 * @return whether they did the last time, too
		 */
		boolean noteWaiting(boolean now) {
			boolean both = this.waiting && now;
			this.waiting = now;
			this.nextNanos = System.nanoTime() + INTERVAL.toNanos();
			return both;
		}

		void pause() {
			this.waiting = false;
			this.nextNanos = System.nanoTime() + PAUSE.toNanos();
		}

		long millis() {
			return Duration.ofNanos(System.nanoTime() - this.beginNanos).toMillis();
		}

	}

}
