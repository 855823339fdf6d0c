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

import io.rabbitrpc.BrokerFailure;

/**
 * Publishes to one queue, and tells whether the broker has the message there. It has a
 * channel of its own, since a channel cannot leave confirm mode.
 *
 * @see <a href="https://www.rabbitmq.com/docs/confirms">Publisher confirms</a>
 */
public final class DeadLetterChannel {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	// Nobody waits for the broker again so soon after somebody waited in vain
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
	 * Creates one, which connects when it is used.
	 * @param connectionFactory its publisher connection is used
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
	 * Publishes a message. Of threads that call this, one at a time waits for the broker.
	 * If it waited for more than a second in vain, nobody does for 10 s.
	 * @param properties its properties
	 * @param body its body
	 * @return {@code null} if the broker has it in the queue, else why it has not
	 */
	public @Nullable String publish(BasicProperties properties, byte[] body) {
		try {
			if (!this.lock.tryLock(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
				return "others wait for the broker";
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
			// What fails at once, as on a lost connection, may work at once
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

	// What is still to be confirmed on the old channel would confuse the next message
	private String failed(String reason) {
		Channel failed = this.channel;
		this.channel = null;
		if (failed != null && failed.isOpen()) {
			// It waits for the broker's answer, which nobody needs
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
