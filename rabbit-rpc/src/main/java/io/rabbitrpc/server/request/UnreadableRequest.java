package io.rabbitrpc.server.request;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.support.converter.MessageConversionException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import tools.jackson.core.JacksonException;

import io.rabbitrpc.Escaped;

/**
 * Tells a caller what is wrong with a request that cannot be converted for the listener,
 * or is not valid there.
 */
public final class UnreadableRequest {

	// Spring has no exception of its own for it
	private static final Pattern MISSING_HEADER = Pattern.compile("Missing header '([^']+)'.*", Pattern.DOTALL);

	private UnreadableRequest() {
	}

	/**
	 * Looks at what ended a request before the listener ran.
	 * @param cause what was thrown
	 * @return one sentence that names the fields or the header, or {@code null} if the
	 * request is not to blame
	 */
	public static @Nullable String problem(Throwable cause) {
		if (cause instanceof MethodArgumentNotValidException invalid && invalid.getBindingResult() != null) {
			return invalid.getBindingResult()
				.getAllErrors()
				.stream()
				.map(UnreadableRequest::sentence)
				.sorted()
				.collect(Collectors.joining(", "));
		}
		if (cause instanceof MessageHandlingException) {
			Matcher missing = MISSING_HEADER.matcher(String.valueOf(cause.getMessage()));
			return missing.matches() ? "the header %s is missing".formatted(missing.group(1)) : null;
		}
		boolean unread = cause instanceof MessageConversionException || cause instanceof InvalidMimeTypeException
				|| cause instanceof org.springframework.messaging.converter.MessageConversionException;
		return unread ? "the request cannot be read" + field(NestedExceptionUtils.getMostSpecificCause(cause)) : null;
	}

	// An error of the whole request has no field
	private static String sentence(ObjectError error) {
		String message = String.valueOf(error.getDefaultMessage());
		return (error instanceof FieldError field) ? "%s %s".formatted(field.getField(), message) : message;
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
