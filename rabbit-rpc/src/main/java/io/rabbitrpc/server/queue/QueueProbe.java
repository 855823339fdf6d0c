package io.rabbitrpc.server.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.Queue.DeclareOk;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.broker.BrokerFailure;

/**
 * Asks the broker about queues, passively. Behind a dead network, a question takes ten
 * seconds to fail. So each question runs on its own thread, and there is only one at a
 * time. Who asks meanwhile shares its answer.
 */
public final class QueueProbe {

	private CompletableFuture<Map<String, QueueCounts>> question = CompletableFuture.completedFuture(Map.of());

	// Stays open between questions. Only one question uses it at a time
	private @Nullable Channel channel;

	/**
	 * Asks the broker.
	 * @param connection the connection to ask on
	 * @param queues the names of the queues
	 * @param timeout how long to wait for the answer
	 * @return the answer for each queue, which is a failure if it has not come in time
	 */
	public Map<String, QueueCounts> ask(Connection connection, Collection<String> queues, Duration timeout) {
		try {
			return join(connection, queues).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			return failed(queues, "the broker does not answer within %d ms".formatted(timeout.toMillis()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return failed(queues, "the question to the broker was interrupted");
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("The question to the broker failed", ex);
		}
	}

	private static Map<String, QueueCounts> failed(Collection<String> queues, String failure) {
		return queues.stream().collect(Collectors.toMap((queue) -> queue, (queue) -> QueueCounts.failed(failure)));
	}

	private synchronized CompletableFuture<Map<String, QueueCounts>> join(Connection connection,
			Collection<String> queues) {
		if (this.question.isDone()) {
			this.question = CompletableFuture.supplyAsync(
					() -> queues.stream()
						.collect(Collectors.toMap((queue) -> queue, (queue) -> counts(connection, queue))),
					QueueProbe::start);
		}
		return this.question;
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "queue-probe");
		thread.setDaemon(true);
		thread.start();
	}

	private QueueCounts counts(Connection connection, String queue) {
		try {
			DeclareOk counts = declared(connection, queue);
			return new QueueCounts(null, counts.getMessageCount(), counts.getConsumerCount());
		}
		catch (IOException | ShutdownSignalException ex) {
			return isDenied(ex) ? QueueCounts.UNKNOWN : QueueCounts.failed(reason(ex));
		}
	}

	private DeclareOk declared(Connection connection, String queue) throws IOException {
		Channel current = this.channel;
		if (current == null || !current.isOpen() || !current.getConnection().equals(connection)) {
			current = connection.openChannel().orElseThrow(() -> new IOException("the connection has no free channel"));
			this.channel = current;
		}
		try {
			return current.queueDeclarePassive(queue);
		}
		catch (IOException | ShutdownSignalException ex) {
			// A late answer must not be taken for the answer to the next question
			current.abort();
			throw ex;
		}
	}

	private boolean isDenied(Exception ex) {
		AMQP.Channel.Close close = BrokerFailure.channelClose(ex);
		return close != null && close.getReplyCode() == AMQP.ACCESS_REFUSED;
	}

	private String reason(Exception ex) {
		ShutdownSignalException signal = signal(ex);
		return (signal != null) ? BrokerFailure.reason(signal) : String.valueOf(ex.getMessage());
	}

	private @Nullable ShutdownSignalException signal(Exception ex) {
		Throwable cause = (ex instanceof ShutdownSignalException) ? ex : ex.getCause();
		return (cause instanceof ShutdownSignalException signal) ? signal : null;
	}

}
