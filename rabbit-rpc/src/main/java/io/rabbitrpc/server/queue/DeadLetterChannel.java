package io.rabbitrpc.server.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.core.NestedExceptionUtils;

import io.rabbitrpc.broker.BrokerFailure;

/**
 * Publishes to one queue, and tells whether the broker has put the message there. It has
 * its own channel, because a channel cannot leave confirm mode.
 *
 * @see <a href="https://www.rabbitmq.com/docs/confirms">Publisher confirms</a>
 */
public final class DeadLetterChannel {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	// After a wait in vain, nobody waits for the broker again for this time
	private static final Duration PAUSE = Duration.ofSeconds(10);

	private static final Duration LONG = Duration.ofSeconds(1);

	private static final String RETURNED = "there is no such queue";

	private final Lock lock = new ReentrantLock();

	private final ConnectionFactory connectionFactory;

	private final String queue;

	private final Runnable declaration;

	private @Nullable Channel channel;

	private @Nullable String failure;

	private long failureNanos;

	private volatile boolean returned;

	/**
	 * Creates the channel. It connects when it is first used.
	 * @param connectionFactory gives the publisher connection
	 * @param queue the queue
	 * @param declaration declares the queue
	 */
	public DeadLetterChannel(ConnectionFactory connectionFactory, String queue, Runnable declaration) {
		ConnectionFactory publisher = connectionFactory.getPublisherConnectionFactory();
		this.connectionFactory = (publisher != null) ? publisher : connectionFactory;
		this.queue = queue;
		this.declaration = declaration;
	}

	/**
	 * Publishes a message. Only one thread at a time waits for the broker. If it has
	 * waited for more than a second in vain, no thread waits for the next 10 s.
	 * @param properties its properties
	 * @param body its body
	 * @return {@code null} if the broker has put it into the queue, else the reason why
	 * not
	 */
	public @Nullable String publish(BasicProperties properties, byte[] body) {
		try {
			if (!this.lock.tryLock(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
				return "other dead letters already wait for the broker";
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return "the server stops";
		}
		try {
			long begun = System.nanoTime();
			if (this.failure != null && begun - this.failureNanos <= PAUSE.toNanos()) {
				return this.failure;
			}
			String result = publishOrDeclare(properties, body);
			this.failureNanos = System.nanoTime();
			// A failure without a wait, such as a lost connection, may be over at once
			this.failure = (this.failureNanos - begun > LONG.toNanos()) ? result : null;
			return result;
		}
		finally {
			this.lock.unlock();
		}
	}

	private @Nullable String publishOrDeclare(BasicProperties properties, byte[] body) {
		String result = publishOnce(properties, body);
		if (RETURNED.equals(result)) {
			result = declare();
			if (result == null) {
				result = publishOnce(properties, body);
			}
		}
		return result;
	}

	private @Nullable String declare() {
		try {
			this.declaration.run();
			return null;
		}
		catch (AmqpException ex) {
			return failed(String.valueOf(NestedExceptionUtils.getMostSpecificCause(ex).getMessage()));
		}
	}

	private @Nullable String publishOnce(BasicProperties properties, byte[] body) {
		try {
			Channel open = open();
			this.returned = false;
			open.basicPublish("", this.queue, true, properties, body);
			if (!open.waitForConfirms(TIMEOUT.toMillis())) {
				return "the broker refuses it";
			}
			return this.returned ? RETURNED : null;
		}
		catch (TimeoutException ex) {
			return failed("the broker does not confirm it");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return failed("the server stops");
		}
		catch (ShutdownSignalException ex) {
			return failed(BrokerFailure.reason(ex));
		}
		catch (IOException | AmqpException ex) {
			return failed(String.valueOf(NestedExceptionUtils.getMostSpecificCause(ex).getMessage()));
		}
	}

	private Channel open() throws IOException {
		Channel current = this.channel;
		if (current == null || !current.isOpen()) {
			com.rabbitmq.client.Connection connection = this.connectionFactory.createConnection().getDelegate();
			current = (connection != null) ? connection.createChannel() : null;
			if (current == null) {
				throw new IOException("no channel is left");
			}
			this.channel = current;
			current.addReturnListener((message) -> this.returned = true);
			current.confirmSelect();
		}
		return current;
	}

	// Open confirms of the old channel would be taken for those of the next message
	private String failed(String reason) {
		Channel failed = this.channel;
		this.channel = null;
		if (failed != null && failed.isOpen()) {
			// To close the channel waits for an answer that nobody needs
			Thread closer = new Thread(() -> close(failed), "dead-letters-close");
			closer.setDaemon(true);
			closer.start();
		}
		return reason;
	}

	private static void close(Channel channel) {
		try {
			channel.abort();
		}
		catch (IOException | ShutdownSignalException ex) {
			// It is closed
		}
	}

}
