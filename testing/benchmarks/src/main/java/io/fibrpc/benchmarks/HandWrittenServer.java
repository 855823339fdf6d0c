package io.fibrpc.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;

/**
 * The line for a server to reach: plain {@code com.rabbitmq.client}, one channel, and
 * nothing that an answer does not need. It trusts each request.
 */
final class HandWrittenServer extends DefaultConsumer {

	private HandWrittenServer(Channel channel) {
		super(channel);
	}

	/**
	 * Answers on a queue, which it declares.
	 * @param channel the server's own
	 * @param queue where requests come from
	 * @param queueType {@code quorum} or {@code classic}
	 * @param prefetch how many requests are taken at a time
	 * @throws IOException if the broker refuses
	 */
	static void serve(Channel channel, String queue, String queueType, int prefetch) throws IOException {
		channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", queueType));
		channel.basicQos(prefetch);
		channel.basicConsume(queue, false, new HandWrittenServer(channel));
	}

	@Override
	public void handleDelivery(String tag, Envelope envelope, BasicProperties request, byte[] body) throws IOException {
		int n = Integer.parseInt(new String(body, StandardCharsets.US_ASCII));
		byte[] value = PlainFibonacci.of(n).toString().getBytes(StandardCharsets.US_ASCII);
		BasicProperties reply = new BasicProperties.Builder().correlationId(request.getCorrelationId()).build();
		getChannel().basicPublish("", request.getReplyTo(), reply, value);
		getChannel().basicAck(envelope.getDeliveryTag(), false);
	}

}
