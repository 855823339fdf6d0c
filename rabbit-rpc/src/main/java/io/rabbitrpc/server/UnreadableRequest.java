package io.rabbitrpc.server;

import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.support.converter.MessageConversionException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.util.InvalidMimeTypeException;
import tools.jackson.core.JacksonException;

import io.rabbitrpc.Escaped;

/**
 * Tells a caller what is wrong with a request that cannot be converted for the listener,
 * or is not valid there.
 */
final class UnreadableRequest {

	private UnreadableRequest() {
	}

	/**
	 * Looks at what ended a request before the listener ran.
	 * @param cause what was thrown
	 * @return one sentence that names the fields, or {@code null} if the request is not
	 * to blame
	 */
	static @Nullable String problem(Throwable cause) {
		if (cause instanceof MethodArgumentNotValidException invalid && invalid.getBindingResult() != null) {
			return invalid.getBindingResult()
				.getFieldErrors()
				.stream()
				.map((error) -> "%s %s".formatted(error.getField(), error.getDefaultMessage()))
				.sorted()
				.collect(Collectors.joining(", "));
		}
		boolean unread = cause instanceof MessageConversionException || cause instanceof InvalidMimeTypeException
				|| cause instanceof org.springframework.messaging.converter.MessageConversionException;
		return unread ? "the request cannot be read" + field(NestedExceptionUtils.getMostSpecificCause(cause)) : null;
	}

	private static String field(Throwable root) {
		if (!(root instanceof JacksonException json) || json.getPath().isEmpty()) {
			return "";
		}
		String path = json.getPath()
			.stream()
			.map((step) -> (step.getPropertyName() != null) ? step.getPropertyName() : "[" + step.getIndex() + "]")
			.collect(Collectors.joining("."));
		return ": the field %s has no such value".formatted(Escaped.text(path));
	}

}
