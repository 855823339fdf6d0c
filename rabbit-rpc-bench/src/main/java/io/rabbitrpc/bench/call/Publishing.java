package io.rabbitrpc.bench.call;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;

import io.rabbitrpc.bench.request.Request;

/**
 * How a client that is written by hand publishes its requests.
 */
public enum Publishing {

	/** As the tutorial does, apart from the options of the command line. */
	PLAIN {

		@Override
		void prepare(Channel channel) {
			// It asks nothing of the broker
		}

		@Override
		String id(long number) {
			return Long.toString(number);
		}

		@Override
		void publish(Channel channel, RequestFormat format, String id, String replyTo, Duration deadline,
				Request request) throws IOException {
			BasicProperties properties = format.properties().correlationId(id).replyTo(replyTo).build();
			channel.basicPublish(format.exchange(), format.routingKey(), properties, request.body());
		}

	},

	/**
	 * With everything that {@link io.rabbitrpc.client.RpcTemplate} asks of the broker. It
	 * ignores the broker's answers, because to use them would mean to write this
	 * project's client again.
	 */
	PROTECTED {

		@Override
		void prepare(Channel channel) throws IOException {
			channel.rpc(new AMQP.Confirm.Select.Builder().build());
		}

		@Override
		String id(long number) {
			return UUID.randomUUID().toString();
		}

		@Override
		void publish(Channel channel, RequestFormat format, String id, String replyTo, Duration deadline,
				Request request) throws IOException {
			BasicProperties properties = format.properties()
				.correlationId(id)
				.messageId(id)
				.replyTo(replyTo)
				.expiration(Long.toString(deadline.toMillis()))
				.deliveryMode(TRANSIENT)
				.build();
			channel.basicPublish(format.exchange(), format.routingKey(), true, properties, request.body());
		}

	};

	private static final int TRANSIENT = 1;

	/**
	 * Prepares a channel.
	 * @param channel a new one
	 * @throws IOException if the broker refuses
	 */
	abstract void prepare(Channel channel) throws IOException;

	/**
	 * Makes a correlation id.
	 * @param number of the call
	 * @return the id, which no other call has
	 */
	abstract String id(long number);

	/**
	 * Publishes a request.
	 * @param channel a prepared channel
	 * @param format what all requests have in common
	 * @param id the correlation id
	 * @param replyTo where the reply goes
	 * @param deadline how long the call waits
	 * @param request the request
	 * @throws IOException if the connection is lost
	 */
	abstract void publish(Channel channel, RequestFormat format, String id, String replyTo, Duration deadline,
			Request request) throws IOException;

}
