package io.rabbitrpc.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessagePostProcessor;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.support.converter.SmartMessageConverter;
import org.springframework.core.ParameterizedTypeReference;

import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

/**
 * A {@link RabbitTemplate} whose {@code convertSendAndReceive} never returns {@code null}
 * and never waits for what cannot come: it returns the reply or throws an
 * {@link RpcException}. The template that it extends waits for its whole reply timeout
 * when the connection is lost, ignores a broker that refuses the request, and holds a
 * channel for each call.
 * <p>
 * The deadline of a call is the {@code expiration} of its request in milliseconds, where
 * a post-processor has set it, else what the settings say, else the template's reply
 * timeout. What is not a call is done exactly as by the template that it extends.
 */
public class RpcTemplate extends RabbitTemplate {

	private static final Duration SILENCE = Duration.ofSeconds(1);

	// The call whose request this thread is sending
	private static final ThreadLocal<@Nullable RpcCall> SENDING = new ThreadLocal<>();

	private final RpcConnector connector;

	private final CallDiagnosis diagnosis;

	private final Semaphore permits;

	private final RpcClientProperties properties;

	private final CallDeadlines deadlines;

	private final RpcCall.Owner owner = new Calls();

	private final CallThreads threads;

	private final LargeReplies largeReplies = new LargeReplies();

	private Duration replyTimeout = Duration.ofSeconds(5);

	/**
	 * Creates a template.
	 * @param connector has the channel to call on
	 * @param monitor knows how the queues that calls go to are doing
	 * @param properties deadlines, and the most calls that may wait at a time
	 * @param threads keep the deadlines of asynchronous calls, and run the code of users
	 */
	RpcTemplate(RpcConnector connector, RequestQueueMonitor monitor, RpcClientProperties properties,
			CallThreads threads) {
		this.connector = connector;
		this.diagnosis = new CallDiagnosis(connector, monitor);
		this.properties = properties;
		this.threads = threads;
		this.deadlines = new CallDeadlines(threads.scheduler(), this::expire);
		this.permits = new Semaphore(properties.maxInFlight());
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
		return deadline(new RequestAddress("", queue));
	}

	private Duration deadline(RequestAddress address) {
		Duration set = this.properties.deadline(address.queue());
		return (set != null) ? set : this.replyTimeout;
	}

	/**
	 * How many calls wait for their replies.
	 * @return the number at this moment
	 */
	public int callsInFlight() {
		return maxInFlight() - this.permits.availablePermits();
	}

	/**
	 * The most calls that may wait for their replies at a time.
	 * @return the limit
	 */
	public int maxInFlight() {
		return this.properties.maxInFlight();
	}

	@Override
	protected Message doSendAndReceive(@Nullable String exchange, @Nullable String routingKey, Message message,
			@Nullable CorrelationData correlationData) {
		Message reply = await(call(exchange, routingKey, message));
		this.largeReplies.release(reply);
		return reply;
	}

	@Override
	public Object convertSendAndReceive(@Nullable String exchange, @Nullable String routingKey, Object request,
			@Nullable MessagePostProcessor postProcessor, @Nullable CorrelationData correlationData) {
		BlockingCall call = call(exchange, routingKey,
				request(exchange, routingKey, request, postProcessor, correlationData));
		return read(call, (reply) -> getMessageConverter().fromMessage(reply));
	}

	@Override
	@SuppressWarnings("unchecked") // As the converter says
	public <T> T convertSendAndReceiveAsType(@Nullable String exchange, @Nullable String routingKey, Object request,
			@Nullable MessagePostProcessor postProcessor, @Nullable CorrelationData correlationData,
			ParameterizedTypeReference<T> replyType) {
		if (!(getMessageConverter() instanceof SmartMessageConverter converter)) {
			throw new IllegalStateException("the message converter must be a SmartMessageConverter");
		}
		BlockingCall call = call(exchange, routingKey,
				request(exchange, routingKey, request, postProcessor, correlationData));
		return read(call, (reply) -> (T) converter.fromMessage(reply, replyType));
	}

	private Message request(@Nullable String exchange, @Nullable String routingKey, Object request,
			@Nullable MessagePostProcessor postProcessor, @Nullable CorrelationData correlationData) {
		Message message = convertMessageIfNecessary(request);
		if (postProcessor == null) {
			return message;
		}
		RequestAddress address = address(exchange, routingKey);
		return postProcessor.postProcessMessage(message, correlationData, address.exchange(), address.routingKey());
	}

	private BlockingCall call(@Nullable String exchange, @Nullable String routingKey, Message message) {
		ReplyThread.checkMayWait();
		RequestAddress address = address(exchange, routingKey);
		BlockingCall call = new BlockingCall(address, timeout(address, message), this.owner);
		start(call, message);
		return call;
	}

	// On the caller's thread, whose time it takes: a value that is read too late is none
	private <T> T read(BlockingCall call, Function<Message, T> converter) {
		Message reply = await(call);
		try {
			T value = converter.apply(reply);
			if (call.isDue(System.nanoTime())) {
				throw tooLong(call);
			}
			return value;
		}
		finally {
			this.largeReplies.release(reply);
		}
	}

	private static RpcException tooLong(RpcCall call) {
		return new RpcException(RpcStatus.DEADLINE_EXCEEDED,
				"the reply came, but was not read within %d ms".formatted(call.timeout().toMillis()), true, null);
	}

	/**
	 * {@code convertSendAndReceive} that blocks nobody: the same call with the same
	 * outcomes. If the call has a reply, it is converted and the future completes on the
	 * thread that reads replies, where to wait for another call is refused; replies of 4
	 * KiB and more on a thread that reads large replies. If it has failed, the future
	 * completes on one of a few threads for callbacks. What is hung on it and may block
	 * should have an executor of its own.
	 * @param exchange where the request is published
	 * @param routingKey its routing key
	 * @param request what the message converter makes the request of
	 * @param postProcessor sees the request before it is published
	 * @param replyType what the message converter makes of a reply
	 * @param ended told how the call ended, before those who wait for the future
	 * @param <T> the same
	 * @return the converted reply, or an {@link RpcException} as its cause of failure.
	 * Cancelling it ends the call; a server may still run it
	 */
	public <T> CompletableFuture<T> convertSendAndReceiveAsync(String exchange, String routingKey, Object request,
			MessagePostProcessor postProcessor, Class<T> replyType,
			BiConsumer<@Nullable T, @Nullable Throwable> ended) {
		try {
			Message message = postProcessor.postProcessMessage(convertMessageIfNecessary(request));
			RequestAddress address = address(exchange, routingKey);
			AsyncCall<T> call = new AsyncCall<>(address, timeout(address, message), this.owner, this.threads,
					(reply) -> replyType.cast(getMessageConverter().fromMessage(reply)), ended);
			start(call, message);
			return call.result();
		}
		catch (RuntimeException ex) {
			ended.accept(null, ex);
			return CompletableFuture.failedFuture(ex);
		}
	}

	private RequestAddress address(@Nullable String exchange, @Nullable String routingKey) {
		return new RequestAddress((exchange != null) ? exchange : getExchange(),
				(routingKey != null) ? routingKey : getRoutingKey());
	}

	private Duration timeout(RequestAddress address, Message message) {
		String expiration = message.getMessageProperties().getExpiration();
		if (expiration == null) {
			return checked(deadline(address));
		}
		try {
			return checked(Duration.ofMillis(Long.parseLong(expiration)));
		}
		catch (NumberFormatException ex) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT,
					"the deadline must be a number of milliseconds, not '%s'".formatted(Escaped.text(expiration)),
					false, ex);
		}
	}

	private static Duration checked(Duration deadline) {
		if (!RpcClientProperties.isDeadline(deadline)) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT,
					"the deadline must be 1 ms or more and 1 day or less, not " + deadline);
		}
		return deadline;
	}

	/**
	 * Sets the deadline of a call. A post-processor may do so.
	 * @param request the request
	 * @param deadline how long the call may take, from 1 ms to 1 day
	 * @throws RpcException with {@link RpcStatus#INVALID_ARGUMENT} if it is out of these
	 * bounds
	 */
	public static void setDeadline(Message request, Duration deadline) {
		request.getMessageProperties().setExpiration(String.valueOf(checked(deadline).toMillis()));
	}

	// Whoever has a permit must end the call, which gives it back
	private void admit() {
		String blocked = this.connector.blocked();
		if (blocked != null) {
			throw new RpcException(RpcStatus.UNAVAILABLE, RpcConnector.BLOCKED + blocked);
		}
		if (!this.permits.tryAcquire()) {
			throw new RpcException(RpcStatus.RESOURCE_EXHAUSTED,
					"%d calls are in flight, which is the most that this client makes".formatted(maxInFlight()));
		}
	}

	private void start(RpcCall call, Message message) {
		admit();
		try {
			if (call instanceof AsyncCall) {
				this.deadlines.add(call);
			}
			publishWhenConnected(call, message);
		}
		catch (RuntimeException ex) {
			call.fail(RpcStatus.INTERNAL, "the client failed: " + ex.getMessage(), ex);
		}
		catch (Error ex) {
			call.fail(RpcStatus.INTERNAL, "the client failed", ex);
			throw ex;
		}
	}

	private void publishWhenConnected(RpcCall call, Message message) {
		RpcChannel open = this.connector.openChannel();
		if (open != null) {
			publish(open, call, message);
			return;
		}
		this.connector.channel().whenComplete((channel, failure) -> {
			if (channel != null) {
				this.threads.callbacks().execute(() -> publish(channel, call, message));
			}
			else if (failure instanceof RpcException outcome) {
				call.fail(outcome);
			}
			else {
				call.fail(RpcStatus.INTERNAL, "the connection to the broker failed", failure);
			}
		});
	}

	private void publish(RpcChannel channel, RpcCall call, Message message) {
		channel.publish(call, () -> send(channel, call, message), this.threads.callbacks());
	}

	// What is configured to be done before a message is sent may be the user's code, so
	// nothing is held here
	private void send(RpcChannel channel, RpcCall call, Message message) {
		long millis = call.remaining().toMillis();
		if (millis < 1) {
			// Nothing is sent that nobody waits for
			return;
		}
		MessageProperties properties = message.getMessageProperties();
		properties.setCorrelationId(call.id());
		properties.setMessageId(call.id());
		properties.setReplyTo(channel.replyTo());
		properties.setExpiration(String.valueOf(millis));
		properties.setDeliveryMode(MessageDeliveryMode.NON_PERSISTENT);
		RequestAddress address = call.address();
		SENDING.set(call);
		try {
			doSend(channel.channel(), address.exchange(), address.routingKey(), message, false, null);
		}
		catch (RuntimeException ex) {
			call.fail(RpcStatus.INTERNAL, "the request could not be made: " + ex.getMessage(), ex);
		}
		finally {
			SENDING.remove();
		}
	}

	// What is no call is sent as the template sends it that this one extends. Calls are
	// mandatory, but not by the template's flag, which adds headers for its own returns,
	// and without Spring's priority 0: on a quorum queue of RabbitMQ 4 it is less than
	// none.
	@Override
	protected void sendToRabbit(Channel channel, String exchange, String routingKey, boolean mandatory,
			Message message) {
		RpcCall call = SENDING.get();
		RpcChannel calls = (call != null) ? call.channel() : null;
		if (call == null || calls == null || calls.channel() != channel) {
			super.sendToRabbit(channel, exchange, routingKey, mandatory, message);
			return;
		}
		BasicProperties properties = getMessagePropertiesConverter()
			.fromMessageProperties(message.getMessageProperties(), StandardCharsets.UTF_8.name())
			.builder()
			.priority(priority(message))
			.build();
		calls.write(call, (target) -> target.basicPublish(exchange, routingKey, true, properties, message.getBody()));
	}

	private static @Nullable Integer priority(Message message) {
		Integer priority = message.getMessageProperties().getPriority();
		return MessageProperties.DEFAULT_PRIORITY.equals(priority) ? null : priority;
	}

	private Message await(BlockingCall call) {
		CompletableFuture<Message> reply = call.reply();
		try {
			return reply.get(Math.max(0, call.remaining().toNanos()), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			expireSurely(call);
			return ended(call);
		}
		catch (ExecutionException ex) {
			return ended(call);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			call.fail(RpcStatus.DEADLINE_EXCEEDED, "interrupted while waiting for the reply", ex);
			return ended(call);
		}
	}

	private Message ended(BlockingCall call) {
		try {
			return call.reply().join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RpcException outcome) {
				throw outcome.forCaller();
			}
			throw ex;
		}
	}

	// Whatever goes wrong with saying why
	private void expireSurely(RpcCall call) {
		try {
			expire(call);
		}
		catch (RuntimeException | Error ex) {
			call.fail(RpcStatus.DEADLINE_EXCEEDED, "no reply within %d ms".formatted(call.timeout().toMillis()), ex);
		}
	}

	private void expire(RpcCall call) {
		this.connector.giveUpIfSilent(call);
		RpcChannel channel = call.channel();
		if (call.hasReply()) {
			call.fail(tooLong(call));
		}
		else if (!call.mayHaveRun() && channel != null && !channel.hasRoom()) {
			call.fail(RpcStatus.UNAVAILABLE, RpcChannel.NO_ROOM, null);
		}
		else if (this.connector.blocked() == null && !call.isAccepted() && channel != null
				&& channel.silence().compareTo(SILENCE) > 0) {
			// It would not answer a question, either
			call.fail(RpcStatus.DEADLINE_EXCEEDED,
					"no reply within %d ms: the broker has confirmed no request for %d ms"
						.formatted(call.timeout().toMillis(), channel.silence().toMillis()),
					null);
		}
		else {
			this.diagnosis.expired(call);
		}
	}

	/**
	 * What becomes of the calls.
	 */
	private final class Calls implements RpcCall.Owner {

		@Override
		public LargeReplies largeReplies() {
			return RpcTemplate.this.largeReplies;
		}

		@Override
		public void nacked(RpcCall call) {
			RpcTemplate.this.diagnosis.nacked(call);
		}

		@Override
		public void ended(RpcCall call) {
			RpcTemplate.this.deadlines.remove(call);
			RpcTemplate.this.permits.release();
		}

	}

}
