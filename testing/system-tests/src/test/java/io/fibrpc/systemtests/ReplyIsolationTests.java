package io.fibrpc.systemtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that two clients never get each other's replies.
 */
@Tag("broker")
class ReplyIsolationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	@ParameterizedTest
	@EnumSource
	void clientsAtTheSameTimeGetTheirOwnReplies(ReplyMode mode) {
		this.programs.server();
		List<Program> clients = new ArrayList<>();
		for (String n : List.of("10", "20")) {
			clients.add(this.programs.calls(mode, Collections.nCopies(100, n).toArray(String[]::new)));
		}
		assertThat(clients.get(0).result(TIMEOUT).output()).hasSize(100).containsOnly("fib(10) = 55");
		assertThat(clients.get(1).result(TIMEOUT).output()).hasSize(100).containsOnly("fib(20) = 6765");
	}

	@ParameterizedTest
	@EnumSource
	void replyWithAnotherCallsIdIsDropped(ReplyMode mode) throws Exception {
		BlockingQueue<Delivery> requests = new LinkedBlockingQueue<>();
		Channel channel = this.programs.host().connect().createChannel();
		channel.queueDeclare("rpc_queue", true, false, false, Map.of("x-queue-type", "quorum"));
		channel.basicConsume("rpc_queue", true, (tag, request) -> requests.add(request), (tag) -> {
		});
		Program first = this.programs.calls(mode, "--rabbit.rpc.client.deadline=30s", "10");
		Program second = this.programs.calls(mode, "--rabbit.rpc.client.deadline=30s", "10");
		Delivery one = next(requests);
		Delivery other = next(requests);
		assertThat(one.getProperties().getReplyTo()).isNotEqualTo(other.getProperties().getReplyTo());

		// Each client gets the other's id, and a reply without an id. Both are wrong
		reply(channel, one, other.getProperties().getCorrelationId(), "666");
		reply(channel, other, one.getProperties().getCorrelationId(), "666");
		reply(channel, one, null, "667");
		reply(channel, other, null, "667");
		reply(channel, one, one.getProperties().getCorrelationId(), "55");
		reply(channel, other, other.getProperties().getCorrelationId(), "55");
		assertThat(first.result(TIMEOUT).output()).containsExactly("fib(10) = 55");
		assertThat(second.result(TIMEOUT).output()).containsExactly("fib(10) = 55");
	}

	private static Delivery next(BlockingQueue<Delivery> requests) throws InterruptedException {
		Delivery request = requests.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(request).as("the next request").isNotNull();
		return request;
	}

	private static void reply(Channel channel, Delivery request, @Nullable String correlationId, String body)
			throws IOException {
		BasicProperties properties = new BasicProperties.Builder().correlationId(correlationId).build();
		channel.basicPublish("", request.getProperties().getReplyTo(), properties,
				body.getBytes(StandardCharsets.US_ASCII));
	}

}
