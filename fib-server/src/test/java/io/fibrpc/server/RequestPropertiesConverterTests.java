package io.fibrpc.server;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.LongStringHelper;
import io.rabbitrpc.RpcHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.core.MessageProperties;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestPropertiesConverter}.
 */
class RequestPropertiesConverterTests {

	private final AtomicInteger replacedIds = new AtomicInteger();

	private final RequestPropertiesConverter converter = new RequestPropertiesConverter(new RequestAges(),
			this.replacedIds::incrementAndGet);

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 255 })
	void everyDeliveryModeIsReadPast(int deliveryMode) {
		MessageProperties properties = read(new BasicProperties.Builder().deliveryMode(deliveryMode).replyTo("q"));
		assertThat(properties.getReplyTo()).isEqualTo("q");
	}

	@Test
	void idsThatGrowWhenReadAreDropped() {
		MessageProperties properties = read(
				new BasicProperties.Builder().correlationId("\ufffd".repeat(200)).messageId("\ufffd".repeat(85)));
		assertThat(properties.getCorrelationId()).isNull();
		assertThat(properties.getMessageId()).hasSize(85);
		assertThat(this.replacedIds).as("requests whose reply has another id").hasValue(1);
	}

	@Test
	void aMessageIdThatIsNoUtf8IsCountedIfItIsTheIdOfTheReply() {
		read(new BasicProperties.Builder().messageId("\ufffd"));
		assertThat(this.replacedIds).hasValue(1);
		read(new BasicProperties.Builder().correlationId("id").messageId("\ufffd"));
		assertThat(this.replacedIds).hasValue(1);
	}

	@Test
	void ofABodyThatWasDroppedTheSizeIsKept() {
		MessageProperties properties = read(
				new BasicProperties.Builder().headers(Map.of(RpcHeaders.DROPPED, 1L << 40)));
		assertThat(RequestPropertiesConverter.droppedBytes(properties)).isEqualTo(1L << 40);
		properties = read(new BasicProperties.Builder().headers(Map.of(RpcHeaders.DROPPED, "x")));
		assertThat(RequestPropertiesConverter.droppedBytes(properties)).isNull();
	}

	@Test
	void ofTheHeadersOnlyTheTraceIsTaken() {
		String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
		MessageProperties properties = read(
				new BasicProperties.Builder().headers(Map.of("traceparent", LongStringHelper.asLongString(trace), "id",
						1, "x-retry-count", -1, "amqp_replyTo", LongStringHelper.asLongString("evil"))));
		assertThat(properties.getHeaders()).containsEntry("traceparent", trace)
			.doesNotContainKeys("id", "x-retry-count", "amqp_replyTo");
		assertThat(properties.getReplyTo()).isNull();
	}

	@Test
	void traceHeadersThatAreNoTraceAreDropped() {
		MessageProperties properties = read(new BasicProperties.Builder()
			.headers(Map.of("traceparent", 7, "tracestate", LongStringHelper.asLongString("x".repeat(10_000)))));
		assertThat(properties.getHeaders()).doesNotContainKeys("traceparent", "tracestate");
	}

	private MessageProperties read(BasicProperties.Builder properties) {
		return this.converter.toMessageProperties(properties.build(), null, "UTF-8");
	}

}
