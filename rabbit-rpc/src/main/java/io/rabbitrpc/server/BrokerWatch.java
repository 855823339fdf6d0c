package io.rabbitrpc.server;

import java.time.Duration;

import com.rabbitmq.client.ShutdownSignalException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionListener;
import org.springframework.context.SmartLifecycle;

import io.rabbitrpc.BrokerFailure;
import io.rabbitrpc.BrokerRefusedException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.server.container.ServedQueues;

/**
 * Says once that the broker is gone and once that it is there. Before the listener
 * starts, it stops the start if the broker refuses the login: waiting would be of no use.
 */
final class BrokerWatch implements ConnectionListener, SmartLifecycle {

	private static final Log logger = LogFactory.getLog(BrokerWatch.class);

	// Two connections, of requests and of replies, are lost one after the other
	private static final long SAME_LOSS_NANOS = Duration.ofSeconds(2).toNanos();

	private final ConnectionFactory connectionFactory;

	private final ServedQueues queues;

	private boolean isLost;

	private long lastLossNanos = System.nanoTime() - SAME_LOSS_NANOS;

	private boolean isReturnUnsaid = true;

	private volatile boolean running;

	/**
	 * Creates a watch, which is to be added to the factory's listeners.
	 * @param connectionFactory makes the connections
	 * @param queues what requests are taken from
	 */
	BrokerWatch(ConnectionFactory connectionFactory, ServedQueues queues) {
		this.connectionFactory = connectionFactory;
		this.queues = queues;
	}

	@Override
	public synchronized void onCreate(@Nullable Connection connection) {
		this.isLost = false;
		if (this.isReturnUnsaid) {
			this.isReturnUnsaid = false;
			logger.info("Connected to RabbitMQ at " + address(connection));
		}
	}

	// There may be several addresses: the one that answered
	private String address(@Nullable Connection connection) {
		com.rabbitmq.client.Connection delegate = (connection != null) ? connection.getDelegate() : null;
		if (delegate == null) {
			return this.connectionFactory.getHost() + ":" + this.connectionFactory.getPort();
		}
		// Host as it was given / address. Asking for the name would ask the name service
		String names = delegate.getAddress().toString();
		int slash = names.indexOf('/');
		return ((slash > 0) ? names.substring(0, slash) : names.substring(slash + 1)) + ":" + delegate.getPort();
	}

	@Override
	public void onShutDown(ShutdownSignalException signal) {
		if (!signal.isInitiatedByApplication()) {
			lost("the connection to the broker was lost: " + BrokerFailure.reason(signal));
		}
	}

	@Override
	public void onFailed(Exception exception) {
		lost(BrokerFailure.of(exception, this.connectionFactory).message());
	}

	private synchronized void lost(String message) {
		long now = System.nanoTime();
		// If the second loss lasts, the attempts to connect that fail later say so
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
			connect();
		}
	}

	private void connect() {
		try {
			this.connectionFactory.createConnection();
		}
		catch (AmqpException ex) {
			BrokerFailure failure = BrokerFailure.of(ex, this.connectionFactory);
			if (failure.status() == RpcStatus.PERMISSION_DENIED) {
				throw new BrokerRefusedException(failure, ex);
			}
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

	// Before the listener's container, which starts last
	@Override
	public int getPhase() {
		return 0;
	}

}
