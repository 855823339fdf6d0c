package io.rabbitrpc;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.DefaultJacksonJavaTypeMapper;
import org.springframework.amqp.support.converter.JacksonJsonMessageConverter;
import org.springframework.amqp.support.converter.MessageConverter;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.TypeFactory;

/**
 * JSON, the default format of calls. Types come from a method's signature or from the
 * call. No class name is read from the wire or written to it.
 */
public final class JsonMessages {

	private JsonMessages() {
	}

	/**
	 * Makes a converter. It is not a bean, so that stock listeners and templates keep
	 * their own converter.
	 * @param mapper the application's, or {@code null} for Spring AMQP's default
	 * @return the converter
	 */
	public static MessageConverter converter(@Nullable JsonMapper mapper) {
		JacksonJsonMessageConverter converter = (mapper != null) ? new JacksonJsonMessageConverter(mapper)
				: new JacksonJsonMessageConverter();
		converter.setJavaTypeMapper(new NoTypeNames());
		return converter;
	}

	/**
	 * Knows only the type that the receiver has inferred.
	 */
	private static final class NoTypeNames extends DefaultJacksonJavaTypeMapper {

		private static final JavaType ANY = TypeFactory.createDefaultInstance().constructType(Object.class);

		@Override
		public JavaType toJavaType(MessageProperties properties) {
			JavaType inferred = getInferredType(properties);
			return (inferred != null) ? inferred : ANY;
		}

		@Override
		public void fromJavaType(JavaType javaType, MessageProperties properties) {
			// The receiver knows what it asked for
		}

	}

}
