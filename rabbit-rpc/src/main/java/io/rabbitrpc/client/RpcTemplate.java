package io.rabbitrpc.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessagePostProcessor;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.amqp.support.converter.SmartMessageConverter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.ParameterizedTypeReference;

import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.call.CallThreads;
import io.rabbitrpc.client.call.Calls;
import io.rabbitrpc.client.call.RequestWriter;
import io.rabbitrpc.client.call.RpcRequest;
import io.rabbitrpc.client.channel.RequestAddress;
import io.rabbitrpc.client.channel.RpcCall;
import io.rabbitrpc.client.channel.RpcChannel;
import io.rabbitrpc.client.interceptor.InterceptedCalls;
import io.rabbitrpc.client.interceptor.RpcClientInterceptor;

/**
 * A {@link RabbitTemplate} whose {@code sendAndReceive} and {@code convertSendAndReceive}
 * never return {@code null}: they return the reply or throw an {@link RpcException}. They
 * do not wait for a reply that cannot come. Spring's own template waits for its whole
 * reply timeout when the connection is lost, does not notice that the broker refuses a
 * request, and holds a channel for each call. Everything that is not a call works exactly
 * as in that template.
 * <p>
 * The deadline of a call is the {@code expiration} of its request, in milliseconds, if a
 * post-processor has set it. Otherwise it comes from the settings, and without these from
 * the reply timeout. Without a {@link MessageConverter}, calls use JSON.
 * <p>
 * A call throws if it is given a {@link CorrelationData}. This is for confirms, and a
 * call ends with its reply. A call also throws if the template is
 * {@link #setChannelTransacted channelTransacted}, because a call cannot be part of a
 * transaction.
 */
public class RpcTemplate extends RabbitTemplate {

	// The call whose request this thread is sending
	private static final ThreadLocal<@Nullable RpcCall> SENDING = new ThreadLocal<>();

	private Calls calls;

	private final RpcClientProperties properties;

	private MessageConverter callConverter;

	private Duration replyTimeout = RpcClientProperties.DEFAULT_DEADLINE;

	/**
	 * Creates a template.
	 * @param calls makes the calls
	 * @param properties deadlines, and which calls may be made again
	 * @param callConverter converts the calls if the template gets no converter
	 */
	RpcTemplate(Calls calls, RpcClientProperties properties, MessageConverter callConverter) {
		this.calls = calls;
		this.properties = properties;
		this.callConverter = callConverter;
	}

	/**
	 * Lets interceptors see the calls, before the first one is made.
	 * @param interceptors the interceptors
	 * @param threads threads on which they see outcomes
	 */
	void intercept(ObjectProvider<RpcClientInterceptor> interceptors, CallThreads threads) {
		this.calls = new InterceptedCalls(this.calls, interceptors, threads, () -> this.callConverter);
	}

	@Override
	public void setMessageConverter(MessageConverter messageConverter) {
		super.setMessageConverter(messageConverter);
		this.callConverter = messageConverter;
	}

	@Override
	public void setReplyTimeout(long replyTimeout) {
		super.setReplyTimeout(replyTimeout);
		this.replyTimeout = Duration.ofMillis(replyTimeout);
	}

	/**
	 * The deadline of a call to a queue, if the call sets none itself.
	 * @param queue the queue's name
	 * @return the time that the settings have for this queue, else for all calls, else
	 * the reply timeout
	 */
	public Duration deadline(String queue) {
		return this.properties.deadline(queue, this.replyTimeout);
	}

	/**
	 * Sets the deadline of a call. Use it in a post-processor.
	 * @param request the request
	 * @param deadline how long the call may take, from 1 ms to 1 day
	 * @throws RpcException with {@link RpcStatus#INVALID_ARGUMENT} if it is out of these
	 * bounds
	 */
	public static void setDeadline(Message request, Duration deadline) {
		request.getMessageProperties().setExpiration(String.valueOf(RpcRequest.checkDeadline(deadline).toMillis()));
	}

	@Override
	protected Message doSendAndReceive(@Nullable String exchange, @Nullable String routingKey, Message message,
			@Nullable CorrelationData correlationData) {
		check(correlationData);
		return this.calls.call(request(address(exchange, routingKey), message), (reply) -> reply);
	}

	@Override
	public Object convertSendAndReceive(@Nullable String exchange, @Nullable String routingKey, Object request,
			@Nullable MessagePostProcessor postProcessor, @Nullable CorrelationData correlationData) {
		return this.calls.call(request(exchange, routingKey, request, postProcessor, correlationData),
				this.callConverter::fromMessage);
	}

	@Override
	@SuppressWarnings("unchecked") // As the converter says
	public <T> T convertSendAndReceiveAsType(@Nullable String exchange, @Nullable String routingKey, Object request,
			@Nullable MessagePostProcessor postProcessor, @Nullable CorrelationData correlationData,
			ParameterizedTypeReference<T> replyType) {
		if (!(this.callConverter instanceof SmartMessageConverter converter)) {
			throw new IllegalStateException("the message converter must be a SmartMessageConverter");
		}
		return this.calls.call(request(exchange, routingKey, request, postProcessor, correlationData),
				(reply) -> (T) converter.fromMessage(reply, replyType));
	}

	private RpcRequest request(@Nullable String exchange, @Nullable String routingKey, Object request,
			@Nullable MessagePostProcessor postProcessor, @Nullable CorrelationData correlationData) {
		check(correlationData);
		RequestAddress address = address(exchange, routingKey);
		Message message = (request instanceof Message given) ? given : RpcRequest.message(this.callConverter, request);
		return request(address, (postProcessor != null)
				? postProcessor.postProcessMessage(message, null, address.exchange(), address.routingKey()) : message);
	}

	private void check(@Nullable CorrelationData correlationData) {
		// Nothing would ever complete it
		if (correlationData != null) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT,
					"a call cannot take CorrelationData, which is for confirms: a call ends with its reply");
		}
		// The request would leave at once, even if the transaction is rolled back
		if (isChannelTransacted()) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT,
					"a call cannot take part in a transaction: use a template that is not channelTransacted");
		}
	}

	private RpcRequest request(RequestAddress address, Message message) {
		return new RpcRequest(address, message, RpcRequest.deadline(deadline(address, message)),
				this.properties.isIdempotent(address.queue()), this::write);
	}

	private RequestAddress address(@Nullable String exchange, @Nullable String routingKey) {
		return new RequestAddress((exchange != null) ? exchange : getExchange(),
				(routingKey != null) ? routingKey : getRoutingKey());
	}

	private Duration deadline(RequestAddress address, Message message) {
		String expiration = message.getMessageProperties().getExpiration();
		if (expiration == null) {
			return this.properties.deadline(address.queue(), this.replyTimeout);
		}
		try {
			return Duration.ofMillis(Long.parseLong(expiration));
		}
		catch (NumberFormatException ex) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT,
					"the deadline must be a number of milliseconds, not '%s'".formatted(Escaped.text(expiration)),
					false, ex);
		}
	}

	private void write(RpcChannel channel, RpcCall call, Message message) {
		RequestAddress address = call.address();
		SENDING.set(call);
		try {
			doSend(channel.channel(), address.exchange(), address.routingKey(), message, false, null);
		}
		finally {
			SENDING.remove();
		}
	}

	@Override
	protected void sendToRabbit(Channel channel, String exchange, String routingKey, boolean mandatory,
			Message message) {
		RpcCall call = SENDING.get();
		RpcChannel target = (call != null) ? call.channel() : null;
		if (call != null && target != null && target.channel() == channel) {
			RequestWriter.write(target, call, new RequestAddress(exchange, routingKey), getMessagePropertiesConverter()
				.fromMessageProperties(message.getMessageProperties(), StandardCharsets.UTF_8.name()), message);
		}
		else {
			super.sendToRabbit(channel, exchange, routingKey, mandatory, message);
		}
	}

}
