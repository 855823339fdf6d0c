package io.rabbitrpc.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.ApplicationHeaders;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.server.container.QueueMeters;
import io.rabbitrpc.server.reply.Reply;
import io.rabbitrpc.server.reply.ReplyCapture;
import io.rabbitrpc.server.request.Outcome;
import io.rabbitrpc.server.request.RequestProperties;

/**
 * Makes the replies. A failure has its status in a header. Its body is a sentence and not
 * a value, for callers that read no headers.
 */
final class RequestAnswers {

	// RabbitMQ keeps a transient message in memory. If it is lost, the caller, who waits,
	// can ask again
	private static final int TRANSIENT = 1;

	private final ServerInstance instance;

	private final ListenerFailures failures;

	RequestAnswers(ServerInstance instance, ListenerFailures failures) {
		this.instance = instance;
		this.failures = failures;
	}

	/**
	 * Answers with the listener's result.
	 * @param request the request
	 * @param value the listener's result, which may be empty
	 * @param wait how long somebody will wait for the reply, {@code null} if that is not
	 * known
	 * @param meters told what becomes of it
	 * @return the reply
	 */
	Reply value(Message request, ReplyCapture value, @Nullable Duration wait, QueueMeters meters) {
		BasicProperties given = value.properties();
		ApplicationHeaders application = ApplicationHeaders.of(given.getHeaders());
		meters.headersDropped(application.dropped());
		BasicProperties.Builder properties = new BasicProperties.Builder().contentType(given.getContentType())
			.contentEncoding(given.getContentEncoding())
			.headers(headers(request, RpcStatus.OK, application.passed()));
		return reply(request, properties, value.body(), wait, meters);
	}

	/**
	 * Answers with a failure.
	 * @param request the request
	 * @param failure what the listener threw
	 * @param wait how long somebody will wait for the reply, {@code null} if that is not
	 * known
	 * @param meters told what becomes of it
	 * @return the reply
	 */
	Reply failure(Message request, Throwable failure, @Nullable Duration wait, QueueMeters meters) {
		RpcException outcome = this.failures.outcome(request, failure);
		Map<String, Object> headers = headers(request, outcome.status(), Map.of());
		if (outcome.code() != null) {
			headers.put(RpcHeaders.CODE, outcome.code());
		}
		Duration patience = outcome.retryAfter();
		if (patience != null && outcome.status().isTransient()) {
			headers.put(RpcHeaders.RETRY_AFTER_MILLIS, (int) patience.toMillis());
		}
		byte[] body = (RpcHeaders.FAILURE_PREFIX + outcome.getMessage()).getBytes(StandardCharsets.UTF_8);
		return reply(request, new BasicProperties.Builder().contentType("text/plain").headers(headers), body, wait,
				meters);
	}

	private Map<String, Object> headers(Message request, RpcStatus status, Map<String, Object> given) {
		RequestProperties known = RequestProperties.of(request);
		known.noteOutcome(Outcome.of(status));
		Map<String, Object> headers = new HashMap<>(given);
		headers.replaceAll((name, value) -> narrow(value));
		headers.put(RpcHeaders.STATUS, status.name());
		headers.put(RpcHeaders.SERVER, this.instance.name());
		long micros = TimeUnit.NANOSECONDS.toMicros(known.workNanos());
		headers.put(RpcHeaders.WORK_MICROS, (int) Math.min(micros, Integer.MAX_VALUE));
		return headers;
	}

	// Some client libraries know only one type of whole number, the int
	private static Object narrow(Object value) {
		if (value instanceof Long || value instanceof Short || value instanceof Byte) {
			Number number = (Number) value;
			return (number.longValue() == number.intValue()) ? number.intValue() : value;
		}
		return value;
	}

	private static Reply reply(Message request, BasicProperties.Builder properties, byte[] body,
			@Nullable Duration wait, QueueMeters meters) {
		RequestProperties asked = RequestProperties.of(request);
		String id = (asked.getCorrelationId() != null) ? asked.getCorrelationId() : asked.getMessageId();
		String replyTo = Objects.requireNonNull(asked.getReplyTo(), "the guard sees to it");
		return new Reply(replyTo, properties.deliveryMode(TRANSIENT).correlationId(id).build(), body, wait,
				new AnswerObserver(asked, meters));
	}

}
