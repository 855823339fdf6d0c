package io.rabbitrpc.client.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.rabbitrpc.client.queue.CallingClient.Replies;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a client that reads none of its replies for a while, whatever the reply mode.
 * RabbitMQ's guide says that direct replies to a slow requester may be dropped.
 */
@Tag("broker")
abstract class SlowRequesterContractTests {

	private static final int CALLS = 1_000;

	// Together several times what the buffers of the system take
	private static final byte[] REPLY = new byte[32 * 1024];

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final TcpProxy proxy = TcpProxy.to(TestBroker.shared());

	private final BlockingQueue<BasicProperties> requests = new LinkedBlockingQueue<>();

	private final CallingClient client;

	SlowRequesterContractTests(Replies replies) {
		this.client = new CallingClient(this.virtualHost, replies, List.of(this.proxy.port()),
				(factory) -> factory.setRequestedHeartbeat(60));
	}

	@AfterEach
	void close() {
		this.client.close();
		this.proxy.close();
		this.virtualHost.close();
	}

	@Test
	void noReplyIsLostWhileTheClientReadsNothing() throws Exception {
		Channel server = this.virtualHost.connect().createChannel();
		server.confirmSelect();
		server.queueDeclare("served", true, false, false, Map.of("x-queue-type", "quorum"));
		server.basicConsume("served", true, (tag, request) -> this.requests.add(request.getProperties()), (tag) -> {
		});
		List<CompletableFuture<String>> calls = IntStream.range(0, CALLS)
			.mapToObj((i) -> this.client.call("served", Duration.ofSeconds(60)))
			.toList();
		List<BasicProperties> asked = new ArrayList<>();
		while (asked.size() < CALLS) {
			BasicProperties request = this.requests.poll(20, TimeUnit.SECONDS);
			assertThat(request).isNotNull();
			asked.add(request);
		}
		this.proxy.silenceConnections();
		for (BasicProperties request : asked) {
			reply(server, request);
		}
		server.waitForConfirmsOrDie(20_000);
		assertThat(calls).anyMatch((call) -> !call.isDone());
		this.proxy.restore();
		for (CompletableFuture<String> call : calls) {
			assertThat(call.get(20, TimeUnit.SECONDS)).hasSize(REPLY.length);
		}
	}

	private static void reply(Channel server, BasicProperties request) throws IOException {
		server.basicPublish("", request.getReplyTo(),
				new BasicProperties.Builder().correlationId(request.getCorrelationId()).build(), REPLY);
	}

}
