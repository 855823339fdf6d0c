package io.rabbitrpc.client;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.support.converter.MessageConversionException;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.amqp.support.converter.SmartMessageConverter;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

import io.rabbitrpc.ApplicationHeaders;
import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.client.RpcClient.CallSpec;
import io.rabbitrpc.client.call.Calls;
import io.rabbitrpc.client.call.RequestWriter;
import io.rabbitrpc.client.call.RpcRequest;
import io.rabbitrpc.client.channel.RequestAddress;

/**
 * A call to one queue. It starts with the defaults of that queue.
 */
final class DefaultCallSpec implements CallSpec {

	private static final int MAX_PRIORITY = 255;

	private final Calls calls;

	private final MessageConverter converter;

	private final RequestAddress address;

	private final Map<String, Object> headers = new LinkedHashMap<>();

	private Duration deadline;

	private boolean idempotent;

	private @Nullable Integer priority;

	DefaultCallSpec(Calls calls, MessageConverter converter, RequestAddress address, Duration deadline,
			boolean idempotent) {
		this.calls = calls;
		this.converter = converter;
		this.address = address;
		this.deadline = deadline;
		this.idempotent = idempotent;
	}

	@Override
	public CallSpec deadline(Duration deadline) {
		this.deadline = deadline;
		return this;
	}

	@Override
	public CallSpec header(String name, Object value) {
		this.headers.put(name, value);
		Assert.isTrue(ApplicationHeaders.of(this.headers).passed().size() == this.headers.size(),
				() -> "the header %s cannot be sent: it is reserved, too large or not a simple value"
					.formatted(Escaped.text(name)));
		return this;
	}

	@Override
	public CallSpec priority(int priority) {
		Assert.isTrue(priority > 0 && priority <= MAX_PRIORITY,
				() -> "a priority is from 1 to %d, not %d".formatted(MAX_PRIORITY, priority));
		this.priority = priority;
		return this;
	}

	@Override
	public CallSpec idempotent() {
		this.idempotent = true;
		return this;
	}

	@Override
	public <T> RpcReply<T> callForReply(Object request, ParameterizedTypeReference<T> type) {
		return this.calls.call(request(request), (reply) -> reply(reply, type));
	}

	@Override
	public <T> CompletableFuture<RpcReply<T>> callForReplyAsync(Object request, ParameterizedTypeReference<T> type) {
		return callAsync(request, (reply) -> reply(reply, type));
	}

	@Override
	public <T> CompletableFuture<T> callAsync(Object request, ParameterizedTypeReference<T> type) {
		return callAsync(request, (reply) -> value(reply, type));
	}

	private <T> CompletableFuture<T> callAsync(Object request, Function<Message, T> reader) {
		try {
			return this.calls.callAsync(request(request), reader);
		}
		catch (RpcException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	@Override
	public <T> Stream<T> callAll(Stream<?> requests, int inFlight, ParameterizedTypeReference<T> type) {
		return new CallsInOrder<>(requests.iterator(), (request) -> callAsync(request, type), inFlight).stream()
			.onClose(requests::close);
	}

	private RpcRequest request(Object request) {
		Message message = RpcRequest.message(this.converter, request);
		message.getMessageProperties().getHeaders().putAll(this.headers);
		if (this.priority != null) {
			message.getMessageProperties().setPriority(this.priority);
		}
		return new RpcRequest(this.address, message, RpcRequest.deadline(this.deadline), this.idempotent,
				RequestWriter::write);
	}

	private <T> RpcReply<T> reply(Message reply, ParameterizedTypeReference<T> type) {
		MessageProperties properties = reply.getMessageProperties();
		Object server = properties.getHeader(RpcHeaders.SERVER);
		Object work = properties.getHeader(RpcHeaders.WORK_MICROS);
		return new RpcReply<>(value(reply, type), ApplicationHeaders.of(properties.getHeaders()).passed(),
				(server != null) ? Escaped.text(server.toString()) : null,
				(work instanceof Long micros && micros >= 0) ? Duration.of(micros, ChronoUnit.MICROS) : null);
	}

	// Unchecked, because isInstance checks it. Null is the value of Void, which is not
	// read
	@SuppressWarnings({ "unchecked", "NullAway" })
	private <T> T value(Message reply, ParameterizedTypeReference<T> type) {
		if (type.getType() == Void.class) {
			return null;
		}
		Object value = (this.converter instanceof SmartMessageConverter smart) ? smart.fromMessage(reply, type)
				: this.converter.fromMessage(reply);
		Class<?> wanted = ClassUtils.resolvePrimitiveIfNecessary(ResolvableType.forType(type.getType()).toClass());
		if (!wanted.isInstance(value)) {
			throw new MessageConversionException("the reply is no " + wanted.getSimpleName());
		}
		return (T) value;
	}

}
