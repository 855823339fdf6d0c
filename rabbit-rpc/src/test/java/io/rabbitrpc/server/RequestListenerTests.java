package io.rabbitrpc.server;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.JacksonJsonMessageConverter;
import org.springframework.amqp.support.converter.MessagingMessageConverterAdapter;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestListener}: which parameter is the payload.
 */
class RequestListenerTests {

	private Object payload(Object listener) {
		Method method = Stream.of(listener.getClass().getDeclaredMethods())
			.filter((each) -> !each.isBridge())
			.findFirst()
			.orElseThrow();
		MessagingMessageConverterAdapter converter = new RequestListener(listener, method, false, null)
			.newMessagingMessageConverterAdapter(listener, method, false);
		converter.setPayloadConverter(new JacksonJsonMessageConverter());
		MessageProperties properties = new MessageProperties();
		properties.setContentType(MessageProperties.CONTENT_TYPE_JSON);
		return converter.extractPayload(new Message("{\"sku\":\"tea\"}".getBytes(StandardCharsets.UTF_8), properties));
	}

	@Test
	void annotationsOfInterfaceParametersCount() {
		assertThat(payload(new Plain())).isEqualTo(new Item("tea"));
	}

	@Test
	void annotationsOfTheMethodAndItsInterfaceAddUp() {
		assertThat(payload(new HalfAnnotated())).isEqualTo(new Item("tea"));
	}

	@Test
	void typesAreThoseOfTheMethodItself() {
		assertThat(payload(new Generic())).isEqualTo(new Item("tea"));
		assertThat(payload(new GenericWithHeader())).isEqualTo(new Item("tea"));
	}

	record Item(String sku) {
	}

	interface Quotes {

		String quote(Item item, @Header String customer);

	}

	interface Ask<Q, A> {

		A ask(Q question);

	}

	interface AskWithHeader<Q, A> {

		A ask(Q question, @Header String customer);

	}

	static class Plain implements Quotes {

		@Override
		public String quote(Item item, String customer) {
			return customer;
		}

	}

	static class HalfAnnotated implements Quotes {

		@Override
		public String quote(@Payload Item item, String customer) {
			return customer;
		}

	}

	static class Generic implements Ask<Item, String> {

		@Override
		public String ask(Item item) {
			return item.sku();
		}

	}

	static class GenericWithHeader implements AskWithHeader<Item, String> {

		@Override
		public String ask(Item item, String customer) {
			return customer;
		}

	}

}
