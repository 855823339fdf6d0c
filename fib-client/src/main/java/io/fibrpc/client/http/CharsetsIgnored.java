package io.fibrpc.client.http;

import java.util.List;
import java.util.Map;

import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.util.LinkedCaseInsensitiveMap;
import org.springframework.web.accept.HeaderContentNegotiationStrategy;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Ignores the charset that an {@code Accept} header asks for. Spring would name that
 * charset in the response even if the bytes have another one, or would find no converter.
 * The responses here are ASCII digits or JSON in UTF-8, and say so.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-12.5.2">RFC 9110,
 * 12.5.2</a>
 */
@Component
final class CharsetsIgnored implements WebMvcConfigurer {

	private static final String CHARSET = "charset";

	@Override
	public void configureContentNegotiation(ContentNegotiationConfigurer configurer) {
		HeaderContentNegotiationStrategy accepted = new HeaderContentNegotiationStrategy();
		configurer.strategies(
				List.of((request) -> accepted.resolveMediaTypes(request).stream().map(this::withoutCharset).toList()));
	}

	private MediaType withoutCharset(MediaType type) {
		Map<String, String> parameters = new LinkedCaseInsensitiveMap<>();
		parameters.putAll(type.getParameters());
		parameters.remove(CHARSET);
		return new MediaType(type.getType(), type.getSubtype(), parameters);
	}

}
