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
 * never return {@code null} and never wait for what cannot come: they return the reply or
 * throw an {@link RpcException}. The template that it extends waits for its whole reply
 * timeout when the connection is lost, ignores a broker that refuses the request, and
 * holds a channel for each call. What is not a call is done exactly as by that template.
 * <p>
 * The deadline of a call is the {@code expiration} of its request in milliseconds, where
 * a post-processor has set it, else what the settings say, else the reply timeout. A call
 * takes part in no transaction, and takes no {@link CorrelationData}: its reply says more
 * than a confirm. Both throw, a transaction if the template is
 * {@link #setChannelTransacted channelTransacted}. Calls that have no
 * {@link MessageConverter} are converted to and from JSON.
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
	 * @param callConverter converts the calls of a template that is given no converter
	 */
	RpcTemplate(Calls calls, RpcClientProperties properties, MessageConverter callConverter) {
		this.calls = calls;
		this.properties = properties;
		this.callConverter = callConverter;
	}

	/**
	 * Lets interceptors see the calls, before the first one is made.
	 * @param interceptors the interceptors
	 * @param threads tell them of outcomes
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
	 * How long a call to a queue may take that is given no deadline.
	 * @param queue the queue's name
	 * @return what the settings say for the queue, or else for all calls, or else the
	 * reply timeout
	 */
	public Duration deadline(String queue) {
		return this.properties.deadline(queue, this.replyTimeout);
	}

	/**
	 * Sets the deadline of a call. A post-processor may do so.
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
		// It would never be completed
		if (correlationData != null) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT,
					"a call takes no CorrelationData: its reply says more than a confirm");
		}
		// It would leave at once, whatever becomes of the transaction
		if (isChannelTransacted()) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT,
					"a call takes part in no transaction: make it by a template that is not channelTransacted");
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
