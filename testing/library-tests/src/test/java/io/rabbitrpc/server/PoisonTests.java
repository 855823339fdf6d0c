package io.rabbitrpc.server;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Delivery;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.connection.inbound.InboundFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of messages that would make amqp-client close the connection, on a queue without
 * a delivery limit. The server treats each as an ordinary request.
 */
@Tag("broker")
class PoisonTests {

	private static final int FRAME_MAX = 131_072;

	// The bytes of a request's content header frame beside the value of its only header
	private static final int OTHERS = 92;

	private static final int NEIGHBOURS = 50;

	private static final int DEEP_STACK_BYTES = 16 * 1024 * 1024;

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	@AfterEach
	void deleteVirtualHost() {
		this.virtualHost.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 33, 1_000 })
	void headersThatAmqpClientCannotReadStopNoOtherRequest(int depth) throws Exception {
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
			assertIsAnsweredAmongNeighbours(TestPeer.request().headers(nested(depth)));
			assertThat(server.bean(InboundFilter.class).headersDropped()).isOne();
		}
	}

	// RabbitMQ replaces the name of the pseudo-queue by a longer one
	@Test
	void headersThatTheBrokerMakesTooLongForAFrameStopNoOtherRequest() throws Exception {
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
			assertIsAnsweredAmongNeighbours(TestPeer.request().headers(Map.of("x", "x".repeat(FRAME_MAX - OTHERS))));
			assertThat(server.bean(InboundFilter.class).headersDropped()).isOne();
		}
	}

	@Test
	void aBodyThatIsTooLargeIsRefused() throws Exception {
		try (RunningListener server = RunningListener.start(this.virtualHost,
				"--spring.rabbitmq.max-inbound-message-body-size=300KB")) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			Delivery reply = peer.call("7".repeat(300 * 1024), TestPeer.request());
			assertThat(reply.getProperties().getHeaders().get(RpcHeaders.STATUS)).hasToString("INVALID_ARGUMENT");
			assertThat(reply.getBody()).asString().isEqualTo("error: the body is too large (307200 bytes)");
			assertThat(peer.call("10", TestPeer.request()).getBody()).asString().isEqualTo("20");
			assertThat(server.bean(InboundFilter.class).bodiesDropped()).isOne();
		}
	}

	private void assertIsAnsweredAmongNeighbours(BasicProperties.Builder poison) throws Exception {
		TestPeer peer = TestPeer.connect(this.virtualHost);
		Set<String> ids = new HashSet<>();
		for (int i = 0; i < NEIGHBOURS; i++) {
			BasicProperties.Builder request = (i == NEIGHBOURS / 2) ? poison : TestPeer.request();
			ids.add(request.build().getCorrelationId());
			if (request == poison) {
				sendDeep(peer, request);
			}
			else {
				peer.send("10", request);
			}
		}
		for (int i = 0; i < NEIGHBOURS; i++) {
			Delivery reply = peer.reply();
			assertThat(reply.getBody()).asString(StandardCharsets.US_ASCII).isEqualTo("20");
			assertThat(ids.remove(reply.getProperties().getCorrelationId())).isTrue();
		}
	}

	// amqp-client writes nested tables by recursion, for which a thread's usual stack may
	// not be enough
	private static void sendDeep(TestPeer peer, BasicProperties.Builder request) throws Exception {
		FutureTask<Void> sent = new FutureTask<>(() -> {
			peer.send("10", request);
			return null;
		});
		new Thread(null, sent, "deep", DEEP_STACK_BYTES).start();
		sent.get(10, TimeUnit.SECONDS);
	}

	private static Map<String, Object> nested(int depth) {
		Map<String, Object> table = Map.of();
		for (int i = 0; i < depth; i++) {
			table = Map.of("n", table);
		}
		return table;
	}

}
