package io.fibrpc.client.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.stereotype.Component;

/**
 * Writes only the digits of an answer.
 */
@Component
final class DigitsHttpMessageConverter extends AbstractHttpMessageConverter<FibonacciAnswer> {

	DigitsHttpMessageConverter() {
		super(StandardCharsets.US_ASCII, MediaType.TEXT_PLAIN);
	}

	@Override
	protected boolean supports(Class<?> type) {
		return type == FibonacciAnswer.class;
	}

	@Override
	protected FibonacciAnswer readInternal(Class<? extends FibonacciAnswer> type, HttpInputMessage input) {
		throw new HttpMessageNotReadableException("An answer can be written, but not read", input);
	}

	@Override
	protected void writeInternal(FibonacciAnswer answer, HttpOutputMessage output) throws IOException {
		output.getBody().write(answer.value().getBytes(StandardCharsets.US_ASCII));
	}

}
