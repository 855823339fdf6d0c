package io.fibrpc.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.Delivery;
import org.jspecify.annotations.Nullable;

import io.fibrpc.testbroker.VirtualHost;

/**
 * A server on the test's broker that handles requests as the test says.
 */
public final class StandInServer {

	private final Connection connection;

	private final Channel channel;

	private final List<Delivery> requests = new CopyOnWriteArrayList<>();

	private StandInServer(Connection connection, Channel channel) {
		this.connection = connection;
		this.channel = channel;
	}

	public static StandInServer start(VirtualHost virtualHost, String queue, Handler handler) throws IOException {
		Connection connection = virtualHost.connect();
		Channel channel = connection.createChannel();
		StandInServer server = new StandInServer(connection, channel);
		DeliverCallback deliver = (tag, request) -> {
			server.requests.add(request);
			handler.handle(server, request);
		};
		channel.basicConsume(queue, true, deliver, (tag) -> {
		});
		return server;
	}

	public static Handler answering(String body) {
		return (server, request) -> server.reply(request, body, null);
	}

	public void reply(Delivery request, String body, @Nullable Map<String, Object> headers) throws IOException {
		reply(request, request.getProperties().getCorrelationId(), body, headers);
	}

	void reply(Delivery request, String correlationId, String body, @Nullable Map<String, Object> headers)
			throws IOException {
		BasicProperties properties = new BasicProperties.Builder().correlationId(correlationId)
			.headers(headers)
			.build();
		this.channel.basicPublish("", request.getProperties().getReplyTo(), properties,
				body.getBytes(StandardCharsets.UTF_8));
	}

	public List<Delivery> requests() {
		return this.requests;
	}

	public void stop() {
		this.connection.abort(5_000);
	}

	/**
	 * Handles a request.
	 */
	@FunctionalInterface
	public interface Handler {

		void handle(StandInServer server, Delivery request) throws IOException;

	}

}
