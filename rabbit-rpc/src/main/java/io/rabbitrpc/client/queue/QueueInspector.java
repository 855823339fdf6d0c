package io.rabbitrpc.client.queue;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.Queue.DeclareOk;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Method;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.broker.BrokerFailure;

/**
 * Asks the broker for the state of a queue, by a passive declaration. It has its own
 * channel on the connection of the calls. The channel stays open, but RabbitMQ closes it
 * when it denies an answer. Only one thread at a time may use this.
 */
final class QueueInspector {

	private final Supplier<@Nullable Connection> connection;

	private final Executor executor;

	private @Nullable Channel channel;

	private CompletableFuture<Command> lastAnswer = CompletableFuture.completedFuture(null);

	/**
	 * Creates an inspector.
	 * @param connection the connection that calls use, or {@code null} if there is none
	 * @param executor closes channels that are no longer used
	 */
	QueueInspector(Supplier<@Nullable Connection> connection, Executor executor) {
		this.connection = connection;
		this.executor = executor;
	}

	/**
	 * Asks the broker. This blocks only to open a channel, for at most
	 * {@code spring.rabbitmq.channel-rpc-timeout}. A question without an answer does not
	 * hold up the next one.
	 * @param queue the queue's name
	 * @return a future of the answer. If there is none, it fails, with the broker's
	 * reason as the cause if there is one. While the broker does not answer, it stays
	 * open until the connection closes
	 */
	CompletableFuture<QueueState> ask(String queue) {
		Method question = new AMQP.Queue.Declare.Builder().queue(queue).passive().build();
		try {
			this.lastAnswer = channel().asyncCompletableRpc(question);
		}
		catch (IOException | RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return this.lastAnswer.handle((answer, failure) -> {
			if (answer != null && answer.getMethod() instanceof DeclareOk declared) {
				return new QueueState(queue, declared.getMessageCount(), declared.getConsumerCount());
			}
			AMQP.Channel.Close close = BrokerFailure.channelClose(failure);
			if (close != null && close.getReplyCode() == AMQP.NOT_FOUND) {
				return QueueState.missing(queue);
			}
			throw new CompletionException(failure);
		});
	}

	private Channel channel() throws IOException {
		Connection current = this.connection.get();
		if (current == null) {
			throw new IOException("not connected");
		}
		Channel open = this.channel;
		if (open != null && open.isOpen() && open.getConnection() == current && this.lastAnswer.isDone()) {
			return open;
		}
		if (open != null) {
			// After its answer, because to close the channel waits for that
			this.lastAnswer.whenCompleteAsync((answer, failure) -> abort(open), this.executor);
		}
		this.channel = null;
		Channel opened = current.createChannel();
		if (opened == null) {
			throw new IOException("the connection has no channel left");
		}
		this.channel = opened;
		return opened;
	}

	private void abort(Channel closing) {
		try {
			closing.abort();
		}
		catch (IOException ex) {
			// It is closed then
		}
	}

}
