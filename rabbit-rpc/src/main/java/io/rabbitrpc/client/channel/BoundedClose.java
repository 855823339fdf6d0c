package io.rabbitrpc.client.channel;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;

/**
 * Closes channels and connections while the broker may not answer.
 */
final class BoundedClose {

	static final int MILLIS = 1000;

	// Not the common pool. Since JDK 25 it has only one thread on two processors, and
	// that thread also runs the delays of CompletableFuture
	private static final Executor THREADS = (task) -> {
		Thread thread = new Thread(task, "rpc-close");
		thread.setDaemon(true);
		thread.start();
	};

	private BoundedClose() {
	}

	/**
	 * Closes a channel and waits until it is closed. If that takes too long, it closes
	 * the connection.
	 * @param channel the channel
	 */
	static void close(Channel channel) {
		try {
			closeAlone(channel).get(MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			channel.getConnection().abort(MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			// It is closed then
		}
	}

	/**
	 * Closes a channel, and leaves its connection alone even if the broker does not
	 * answer.
	 * @param channel the channel
	 * @return completes when the channel is closed, or its connection is
	 */
	static CompletableFuture<Void> closeAlone(Channel channel) {
		return CompletableFuture.runAsync(() -> abort(channel), THREADS);
	}

	private static void abort(Channel channel) {
		try {
			channel.abort();
		}
		catch (IOException ex) {
			// It is closed then
		}
	}

	/**
	 * Gives up a connection that is lost but has not noticed it. This runs on its own
	 * thread, because it ends all calls and waits for the broker's answer.
	 * @param connection the connection
	 */
	static void abandon(Connection connection) {
		CompletableFuture.runAsync(() -> connection.abort(MILLIS), THREADS);
	}

}
