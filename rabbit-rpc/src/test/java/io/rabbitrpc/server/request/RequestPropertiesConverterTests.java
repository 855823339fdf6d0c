package io.rabbitrpc.server.request;

import java.util.Map;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.LongStringHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.rabbitrpc.RpcHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestPropertiesConverter}.
 */
class RequestPropertiesConverterTests {

	private final RequestPropertiesConverter converter = new RequestPropertiesConverter(new RequestAges(),
			RequestProperties::new);

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 255 })
	void everyDeliveryModeIsReadPast(int deliveryMode) {
		RequestProperties properties = read(new BasicProperties.Builder().deliveryMode(deliveryMode).replyTo("q"));
		assertThat(properties.getReplyTo()).isEqualTo("q");
	}

	@Test
	void idsThatGrowWhenReadAreDropped() {
		RequestProperties properties = read(
				new BasicProperties.Builder().correlationId("\ufffd".repeat(200)).messageId("\ufffd".repeat(85)));
		assertThat(properties.getCorrelationId()).isNull();
		assertThat(properties.getMessageId()).hasSize(85);
		assertThat(isIdReplaced(properties)).as("its reply has another id").isTrue();
	}

	@Test
	void aMessageIdThatIsNoUtf8IsNotedIfItIsTheIdOfTheReply() {
		assertThat(isIdReplaced(read(new BasicProperties.Builder().messageId("\ufffd")))).isTrue();
		assertThat(isIdReplaced(read(new BasicProperties.Builder().correlationId("id").messageId("\ufffd")))).isFalse();
	}

	@Test
	void ofABodyThatWasDroppedTheSizeIsKept() {
		RequestProperties properties = read(
				new BasicProperties.Builder().headers(Map.of(RpcHeaders.DROPPED, 1L << 40)));
		assertThat(properties.droppedBytes()).isEqualTo(1L << 40);
		properties = read(new BasicProperties.Builder().headers(Map.of(RpcHeaders.DROPPED, "x")));
		assertThat(properties.droppedBytes()).isNull();
	}

	@Test
	void traceAndHeadersOfTheApplicationAreTaken() {
		String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
		RequestProperties properties = read(new BasicProperties.Builder()
			.headers(Map.of("traceparent", LongStringHelper.asLongString(trace), "id", 1, "table", Map.of(),
					"amqp_replyTo", LongStringHelper.asLongString("evil"), "x-rpc-outcome", "evil")));
		assertThat(properties.getHeaders()).containsEntry("traceparent", trace)
			.containsEntry("id", 1)
			.doesNotContainKeys("table", "amqp_replyTo", "x-rpc-outcome");
		assertThat(properties.getReplyTo()).isNull();
		assertThat(properties.headersDropped()).isOne();
	}

	@Test
	void malformedTraceHeadersAreDropped() {
		RequestProperties properties = read(new BasicProperties.Builder()
			.headers(Map.of("traceparent", 7, "tracestate", LongStringHelper.asLongString("x".repeat(10_000)))));
		assertThat(properties.getHeaders()).doesNotContainKeys("traceparent", "tracestate");
	}

	private static boolean isIdReplaced(RequestProperties properties) {
		return properties.isIdReplaced();
	}

	private RequestProperties read(BasicProperties.Builder properties) {
		return (RequestProperties) this.converter.toMessageProperties(properties.build(), null, "UTF-8");
	}

}
