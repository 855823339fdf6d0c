package io.rabbitrpc.bench.call;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.bench.request.Request;
import io.rabbitrpc.client.ReplyMode;

/**
 * One channel and one consumer for all calls, which are told apart by correlation ids.
 */
final class PipelinedChannel extends DefaultConsumer implements CallTarget.AsyncCalls {

	private final RequestFormat format;

	private final String replyTo;

	private final Duration deadline;

	private final Publishing publishing;

	private final Map<String, Pending> pending = new ConcurrentHashMap<>();

	private final AtomicLong calls = new AtomicLong();

	private final Lock publishLock = new ReentrantLock();

	private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "hand-written-sweeper");
		thread.setDaemon(true);
		return thread;
	});

	PipelinedChannel(Channel channel, ReplyMode replyMode, RequestFormat format, Duration deadline,
			Publishing publishing) throws IOException {
		super(channel);
		this.format = format;
		this.deadline = deadline;
		this.publishing = publishing;
		publishing.prepare(channel);
		this.replyTo = (replyMode == ReplyMode.DIRECT) ? RpcHeaders.DIRECT_REPLY_TO : channel.queueDeclare().getQueue();
		channel.basicConsume(this.replyTo, true, this);
		this.sweeper.scheduleWithFixedDelay(this::sweep, 1, 1, TimeUnit.SECONDS);
	}

	@Override
	public void call(Request request, BiConsumer<byte @Nullable [], @Nullable Throwable> ended) {
		String id = this.publishing.id(this.calls.incrementAndGet());
		this.pending.put(id, new Pending(System.nanoTime(), ended));
		// Only one thread at a time may publish on a channel
		this.publishLock.lock();
		try {
			this.publishing.publish(getChannel(), this.format, id, this.replyTo, this.deadline, request);
		}
		catch (IOException | AlreadyClosedException ex) {
			fail(id, RpcStatus.UNAVAILABLE, "the connection to the broker was lost");
		}
		finally {
			this.publishLock.unlock();
		}
	}

	byte[] callAndWait(Request request) throws InterruptedException, ExecutionException {
		CompletableFuture<byte[]> result = new CompletableFuture<>();
		call(request, (value, failure) -> {
			if (value != null) {
				result.complete(value);
			}
			else if (failure != null) {
				result.completeExceptionally(failure);
			}
		});
		return result.get();
	}

	@Override
	public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
		// Without a correlation id the reply belongs to no call
		Pending call = this.pending.remove(String.valueOf(properties.getCorrelationId()));
		if (call != null) {
			try {
				call.ended().accept(Replies.value(properties, body), null);
			}
			catch (RpcException ex) {
				call.ended().accept(null, ex);
			}
		}
	}

	@Override
	public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
		this.pending.keySet().forEach((id) -> fail(id, RpcStatus.UNAVAILABLE, "the connection to the broker was lost"));
	}

	// To check once a second costs less than a timer for each call
	private void sweep() {
		long now = System.nanoTime();
		this.pending.forEach((id, call) -> {
			if (now - call.start() > this.deadline.toNanos()) {
				fail(id, RpcStatus.DEADLINE_EXCEEDED, "no reply");
			}
		});
	}

	private void fail(String id, RpcStatus status, String message) {
		Pending call = this.pending.remove(id);
		if (call != null) {
			call.ended().accept(null, new RpcException(status, message, true, null));
		}
	}

	void close() {
		this.sweeper.shutdownNow();
	}

	/**
	 * A call that waits for its reply.
	 */
	private record Pending(long start, BiConsumer<byte @Nullable [], @Nullable Throwable> ended) {

	}

}
