package io.fibrpc.server;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.Queue.DeclareOk;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.rabbitrpc.BrokerFailure;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import io.fibrpc.protocol.WireProtocol;

/**
 * Asks the broker for the server's queues, passively. A broker behind a dead network
 * keeps a question for ten seconds, so each has a thread of its own and there is one at a
 * time; whoever asks meanwhile joins it.
 */
@Component
final class QueueProbe {

	private CompletableFuture<QueueCounts> question = CompletableFuture.completedFuture(QueueCounts.UNKNOWN);

	// Kept open between questions, each of which has it for itself
	private @Nullable Channel channel;

	/**
	 * Asks the broker.
	 * @param connection the connection to ask on
	 * @param timeout how long to wait for the answer
	 * @return the answer, which is a failure if it has not come in time
	 */
	QueueCounts ask(Connection connection, Duration timeout) {
		try {
			return join(connection).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			return QueueCounts.failed("the broker does not answer within %d ms".formatted(timeout.toMillis()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return QueueCounts.failed("the question to the broker was interrupted");
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("The question to the broker failed", ex);
		}
	}

	private synchronized CompletableFuture<QueueCounts> join(Connection connection) {
		if (this.question.isDone()) {
			this.question = CompletableFuture.supplyAsync(() -> counts(connection), QueueProbe::start);
		}
		return this.question;
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "queue-probe");
		thread.setDaemon(true);
		thread.start();
	}

	private QueueCounts counts(Connection connection) {
		try {
			DeclareOk requests = declared(connection, WireProtocol.REQUEST_QUEUE);
			return new QueueCounts(null, requests.getMessageCount(), requests.getConsumerCount(),
					deadLetters(connection));
		}
		catch (IOException | ShutdownSignalException ex) {
			return isRefused(ex) ? QueueCounts.UNKNOWN : QueueCounts.failed(reason(ex));
		}
	}

	private @Nullable Integer deadLetters(Connection connection) {
		try {
			return declared(connection, WireProtocol.DEAD_LETTER_QUEUE).getMessageCount();
		}
		catch (IOException | ShutdownSignalException ex) {
			return null;
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
			// An answer that comes late must not be taken for that of the next question
			current.abort();
			throw ex;
		}
	}

	private boolean isRefused(Exception ex) {
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
