package io.rabbitrpc.server;

import java.time.Duration;
import java.util.function.LongSupplier;

import com.rabbitmq.client.ShutdownSignalException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionListener;
import org.springframework.context.SmartLifecycle;

import io.rabbitrpc.broker.BrokerAddress;
import io.rabbitrpc.broker.BrokerFailure;
import io.rabbitrpc.connection.RpcConnections;
import io.rabbitrpc.server.container.ServedQueues;

/**
 * Logs once that the broker is gone and once that it is back. If the broker refuses the
 * login, it stops the start, because waiting would not help.
 */
final class BrokerWatch implements ConnectionListener, SmartLifecycle {

	private static final Log logger = LogFactory.getLog(BrokerWatch.class);

	// Two connections, of requests and of replies, are lost one after the other
	private static final long SAME_LOSS_NANOS = Duration.ofSeconds(2).toNanos();

	private final RpcConnections connections;

	private final ServedQueues queues;

	private final LongSupplier nanoTime;

	private boolean isLost;

	private long lastLossNanos;

	private boolean isReturnUnsaid = true;

	private volatile boolean running;

	/**
	 * Creates a watch. It must be added to the listeners of the connection factory.
	 * @param connections the connections to watch
	 * @param queues the queues of the requests
	 * @param nanoTime the time in nanoseconds, as {@link System#nanoTime()} gives it
	 */
	BrokerWatch(RpcConnections connections, ServedQueues queues, LongSupplier nanoTime) {
		this.connections = connections;
		this.queues = queues;
		this.nanoTime = nanoTime;
		this.lastLossNanos = nanoTime.getAsLong() - SAME_LOSS_NANOS;
	}

	@Override
	public synchronized void onCreate(@Nullable Connection connection) {
		this.isLost = false;
		if (this.isReturnUnsaid) {
			this.isReturnUnsaid = false;
			com.rabbitmq.client.Connection open = (connection != null) ? connection.getDelegate() : null;
			logger.info("Connected to RabbitMQ" + ((open != null) ? " at " + BrokerAddress.of(open) : ""));
		}
	}

	@Override
	public void onShutDown(ShutdownSignalException signal) {
		if (!signal.isInitiatedByApplication()) {
			lost("the connection to the broker was lost: " + BrokerFailure.reason(signal));
		}
	}

	@Override
	public void onFailed(Exception exception) {
		lost(this.connections.failure(exception).message());
	}

	private synchronized void lost(String message) {
		long now = this.nanoTime.getAsLong();
		// If the second connection stays lost, failed attempts to connect report it later
		if (this.isLost || now - this.lastLossNanos < SAME_LOSS_NANOS) {
			return;
		}
		this.isLost = true;
		this.lastLossNanos = now;
		this.isReturnUnsaid = true;
		logger.warn("No requests are taken: %s. Trying again until it works".formatted(message));
	}

	@Override
	public void start() {
		this.running = true;
		if (!this.queues.all().isEmpty()) {
			this.connections.tryToConnect();
		}
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	// This starts before the listener's container, which starts last
	@Override
	public int getPhase() {
		return 0;
	}

}
