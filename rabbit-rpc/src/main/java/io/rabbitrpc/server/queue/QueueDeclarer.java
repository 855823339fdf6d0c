package io.rabbitrpc.server.queue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.ShutdownSignalException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionListener;
import org.springframework.amqp.rabbit.listener.MissingQueueEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

import io.rabbitrpc.broker.BrokerFailure;

/**
 * Declares queues on each new connection and when one of them is gone. A queue that
 * exists with other properties, or that this user may not declare, is used as it is, with
 * one warning.
 */
public final class QueueDeclarer implements ConnectionListener, ApplicationListener<MissingQueueEvent>, SmartLifecycle {

	private static final Log logger = LogFactory.getLog(QueueDeclarer.class);

	// Longer than a healthy broker needs. RabbitMQ 4.3.6 did not answer within 10 s if a
	// quorum queue had no leader when it was declared. It answered the next declaration
	private static final long ANSWER_MILLIS = 2000;

	// Not the common pool, which other code may block
	private static final SimpleAsyncTaskExecutor LATE_ANSWERS = new SimpleAsyncTaskExecutor("rpc-late-answer-");
	static {
		LATE_ANSWERS.setDaemon(true);
	}

	private final Supplier<List<Queue>> queues;

	private final Set<String> warnings = ConcurrentHashMap.newKeySet();

	private final Map<String, String> refusals = new ConcurrentHashMap<>();

	private volatile @Nullable Connection connection;

	/**
	 * Creates a declarer. It must be added to the listeners of a connection factory.
	 * @param queues gives the queues for each declaration
	 */
	public QueueDeclarer(Supplier<List<Queue>> queues) {
		this.queues = queues;
	}

	@Override
	public void onCreate(@Nullable Connection connection) {
		// Spring's connection is the same object after a loss. A broker that was
		// killed may have lost a queue that was declared just before.
		this.connection = connection;
		declareAll();
	}

	@Override
	public void onApplicationEvent(MissingQueueEvent event) {
		declareAll();
	}

	/** Declares the queues once more. */
	public void declareAll() {
		Connection current = this.connection;
		if (current != null && current.isOpen()) {
			this.queues.get().forEach((queue) -> declare(current, queue));
		}
	}

	private void declare(Connection connection, Queue queue) {
		// A refusal closes the channel, so each queue is declared on its own channel
		Channel channel = connection.createChannel(false);
		CompletableFuture<Command> answer;
		try {
			answer = channel.asyncCompletableRpc(method(queue));
		}
		catch (IOException | ShutdownSignalException ex) {
			close(channel);
			return;
		}
		try {
			answer.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
			ended(channel, queue.getName(), null);
		}
		catch (ExecutionException ex) {
			ended(channel, queue.getName(), ex);
		}
		catch (TimeoutException ex) {
			logger.info("The broker does not answer the declaration of queue %s. Going on without the answer"
				.formatted(queue.getName()));
			endLater(answer, channel, queue.getName());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			endLater(answer, channel, queue.getName());
		}
	}

	// Spring keeps a closed channel for its next user, who would wait for this answer
	private void endLater(CompletableFuture<Command> answer, Channel channel, String queue) {
		answer.whenCompleteAsync((late, failure) -> ended(channel, queue, failure), LATE_ANSWERS);
	}

	private static AMQP.Queue.Declare method(Queue queue) {
		return new AMQP.Queue.Declare.Builder().queue(queue.getName())
			.durable(queue.isDurable())
			.exclusive(queue.isExclusive())
			.autoDelete(queue.isAutoDelete())
			.arguments(queue.getArguments())
			.build();
	}

	private void ended(Channel channel, String queue, @Nullable Throwable failure) {
		close(channel);
		if (failure == null) {
			this.refusals.remove(queue);
			return;
		}
		AMQP.Channel.Close close = BrokerFailure.channelClose(failure);
		if (close == null) {
			return;
		}
		String refusal = close.getReplyText();
		this.refusals.put(queue, refusal);
		if (this.warnings.add(refusal)) {
			logger.warn("Queue %s is used as it is, if it exists: %s".formatted(queue, refusal));
		}
	}

	private static void close(Channel channel) {
		try {
			channel.close();
		}
		catch (IOException | TimeoutException | ShutdownSignalException ex) {
			// It is closed then
		}
	}

	// RabbitAdmin declares the same queues. Unless it ignores a refusal, there is no
	// connection
	@Override
	public void start() {
		this.queues.get().forEach((queue) -> queue.setIgnoreDeclarationExceptions(true));
	}

	@Override
	public void stop() {
	}

	// There is nothing to stop
	@Override
	public boolean isRunning() {
		return false;
	}

	// Before the first connection, which is made in phase 0
	@Override
	public int getPhase() {
		return -1;
	}

	/**
	 * Why a queue is used as it is.
	 * @param queue the queue's name
	 * @return the broker's words when it refused the last declaration, or {@code null} if
	 * the queue is as declared here
	 */
	public @Nullable String refusal(String queue) {
		return this.refusals.get(queue);
	}

}
