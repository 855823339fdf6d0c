package io.fibrpc.systemtests;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of every field of the client's requests, as a plain consumer gets them.
 */
@Tag("broker")
class RequestOnTheWireTests {

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	private final BlockingQueue<Delivery> requests = new LinkedBlockingQueue<>();

	@ParameterizedTest
	@EnumSource
	void requestIsWhatTheProtocolSaysAndNothingMore(ReplyMode mode) throws Exception {
		serve();
		ProgramResult result = this.programs.call(mode, "--rabbit.rpc.client.deadline=20s", "30", "7");
		assertThat(result.output()).containsExactly("fib(30) = 832040", "fib(7) = 832040");
		assertThat(this.requests).hasSize(2);

		List<Delivery> captured = List.copyOf(this.requests);
		assertThat(captured).extracting((request) -> new String(request.getBody(), StandardCharsets.US_ASCII))
			.containsExactly("30", "7");
		assertThat(captured).extracting((request) -> request.getProperties().getCorrelationId())
			.doesNotHaveDuplicates();
		for (Delivery request : captured) {
			BasicProperties properties = request.getProperties();
			assertThat(request.getEnvelope().getExchange()).isEmpty();
			assertThat(request.getEnvelope().getRoutingKey()).isEqualTo("rpc_queue");
			assertThat(properties.getCorrelationId()).isEqualTo(properties.getMessageId())
				.isEqualTo(UUID.fromString(properties.getCorrelationId()).toString());
			assertThat(properties.getContentType()).isEqualTo("text/plain");
			assertThat(properties.getDeliveryMode()).isEqualTo(1);
			assertThat(Integer.parseInt(properties.getExpiration())).isBetween(10_000, 20_000);
			assertThat(properties.getContentEncoding()).isNull();
			assertThat(properties.getHeaders()).isNullOrEmpty();
			// On a quorum queue of RabbitMQ 4 this is the lowest priority. No priority
			// would be the middle
			assertThat(properties.getPriority()).isNull();
			assertThat(properties.getTimestamp()).isNull();
			assertThat(properties.getType()).isNull();
			assertThat(properties.getUserId()).isNull();
			assertThat(properties.getAppId()).isNull();
			if (mode == ReplyMode.DIRECT) {
				assertThat(properties.getReplyTo()).startsWith("amq.rabbitmq.reply-to.");
			}
			else {
				assertThat(properties.getReplyTo()).isNotEmpty()
					.doesNotStartWith("amq.rabbitmq.reply-to")
					.doesNotContain("/");
			}
		}
	}

	// Answers at once, so that the client goes on, and keeps the request
	private void serve() throws Exception {
		Channel channel = this.programs.host().connect().createChannel();
		channel.queueDeclare("rpc_queue", true, false, false, Map.of("x-queue-type", "quorum"));
		channel.basicConsume("rpc_queue", true, (tag, request) -> {
			this.requests.add(request);
			BasicProperties properties = new BasicProperties.Builder()
				.correlationId(request.getProperties().getCorrelationId())
				.build();
			channel.basicPublish("", request.getProperties().getReplyTo(), properties,
					"832040".getBytes(StandardCharsets.US_ASCII));
		}, (tag) -> {
		});
	}

}
