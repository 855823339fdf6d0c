package io.fibrpc.systemtests;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of tutorial clients of many languages that call our server.
 */
@Tag("broker")
class TutorialClientTests {

	@RegisterExtension
	static final EmbeddedPrograms PROGRAMS = new EmbeddedPrograms();

	@BeforeAll
	static void startServer() {
		PROGRAMS.server("--rabbit.rpc.server.instance=alpha");
	}

	@ParameterizedTest
	@EnumSource
	void goodRequestsAreAnsweredExactly(TutorialClient.Kind kind) throws Exception {
		TutorialClient client = new TutorialClient(PROGRAMS.host().connect(), kind);
		for (int n : List.of(0, 1, 2, 30, 46, 47, 78, 79, 92, 93, 94, 300)) {
			Delivery reply = client.call(Integer.toString(n));
			assertThat(reply.getBody()).as("fib(%d)", n).asString().isEqualTo(Fibonacci.of(n).toString());
			assertIsReply(reply, "OK");
		}
	}

	@ParameterizedTest
	@EnumSource
	void badRequestsAreAnsweredWithASentenceThatIsNoNumber(TutorialClient.Kind kind) throws Exception {
		TutorialClient client = new TutorialClient(PROGRAMS.host().connect(), kind);
		for (String body : List.of("-1", "abc", "", "100001", "1.0", "+7", "\u0667", "{\"n\":30}")) {
			Delivery reply = client.call(body);
			assertThat(new String(reply.getBody(), StandardCharsets.US_ASCII)).as("reply to '%s'", body)
				.matches("error: [ -~]{10,}");
			assertIsReply(reply, "INVALID_ARGUMENT");
		}
	}

	@Test
	void everyNameThatDirectReplyToGivesIsAnswered() throws Exception {
		// A name has a random part in base64, so about every third name has a slash
		Connection connection = PROGRAMS.host().connect();
		for (int i = 0; i < 40; i++) {
			TutorialClient client = new TutorialClient(connection, TutorialClient.Kind.JAVASCRIPT);
			assertThat(client.call("30").getBody()).asString().isEqualTo("832040");
		}
	}

	private static void assertIsReply(Delivery reply, String status) {
		BasicProperties properties = reply.getProperties();
		assertThat(properties.getContentType()).isEqualTo("text/plain");
		assertThat(properties.getDeliveryMode()).isEqualTo(1);
		assertThat(properties.getContentEncoding()).isNull();
		assertThat(properties.getReplyTo()).isNull();
		assertThat(reply.getEnvelope().getExchange()).isEmpty();
		Map<String, Object> headers = properties.getHeaders();
		assertThat(headers).containsOnlyKeys("x-rpc-status", "x-rpc-server", "x-rpc-work-us");
		assertThat(headers.get("x-rpc-status")).hasToString(status);
		assertThat(headers.get("x-rpc-server")).hasToString("alpha");
		assertThat(Long.parseLong(String.valueOf(headers.get("x-rpc-work-us")))).isBetween(0L, 10_000_000L);
	}

}
