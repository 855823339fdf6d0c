package io.rabbitrpc.bench.call;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.bench.request.Request;

/**
 * The channel of one caller. It makes one call at a time by direct reply-to.
 */
final class CallerChannel implements CallTarget.BlockingCalls {

	private final Channel channel;

	private final RequestFormat format;

	private final Duration deadline;

	private final Publishing publishing;

	private final BlockingQueue<Delivery> replies = new LinkedBlockingQueue<>();

	private long calls;

	CallerChannel(Channel channel, RequestFormat format, Duration deadline, Publishing publishing) throws IOException {
		this.channel = channel;
		this.format = format;
		this.deadline = deadline;
		this.publishing = publishing;
		publishing.prepare(channel);
		channel.basicConsume(RpcHeaders.DIRECT_REPLY_TO, true, new DefaultConsumer(channel) {

			@Override
			public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
				CallerChannel.this.replies.add(new Delivery(envelope, properties, body));
			}

			@Override
			public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
				// Wakes the caller
				CallerChannel.this.replies.add(new Delivery(null, new BasicProperties(), new byte[0]));
			}

		});
	}

	@Override
	public byte[] call(Request request) throws IOException, InterruptedException {
		String id = this.publishing.id(++this.calls);
		this.publishing.publish(this.channel, this.format, id, RpcHeaders.DIRECT_REPLY_TO, this.deadline, request);
		long end = System.nanoTime() + this.deadline.toNanos();
		while (true) {
			Delivery reply = this.replies.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
			if (reply == null) {
				throw new RpcException(RpcStatus.DEADLINE_EXCEEDED, "no reply", true, null);
			}
			// Else it is the late reply of a call that has ended
			if (id.equals(reply.getProperties().getCorrelationId())) {
				return Replies.value(reply.getProperties(), reply.getBody());
			}
			if (!this.channel.isOpen()) {
				throw new RpcException(RpcStatus.UNAVAILABLE, "the connection to the broker was lost", true, null);
			}
		}
	}

}
