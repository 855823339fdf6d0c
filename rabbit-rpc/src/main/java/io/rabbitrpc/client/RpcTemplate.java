package io.rabbitrpc.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.AmqpIOException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessagePostProcessor;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

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
 * a post-processor has set it, else the template's reply timeout.
 */
public class RpcTemplate extends RabbitTemplate {

	private final RpcConnector connector;

	private final CallDiagnosis diagnosis;

	private final Semaphore permits;

	private final int maxInFlight;

	private final CallDeadlines deadlines;

	private final RpcCall.Owner owner = new Calls();

	private Duration replyTimeout = Duration.ofSeconds(5);

	/**
	 * Creates a template.
	 * @param connector has the channel to call on
	 * @param monitor knows how the queues that calls go to are doing
	 * @param maxInFlight the most calls that may wait for replies at a time, 1 or more
	 * @param scheduler keeps the deadlines of asynchronous calls
	 */
	public RpcTemplate(RpcConnector connector, RequestQueueMonitor monitor, int maxInFlight,
			ScheduledExecutorService scheduler) {
		this.connector = connector;
		this.diagnosis = new CallDiagnosis(connector, monitor);
		this.maxInFlight = maxInFlight;
		this.deadlines = new CallDeadlines(scheduler, this.diagnosis::expired);
		this.permits = new Semaphore(maxInFlight);
	}

	@Override
	public void setReplyTimeout(long replyTimeout) {
		super.setReplyTimeout(replyTimeout);
		this.replyTimeout = Duration.ofMillis(replyTimeout);
	}

	/**
	 * How many calls wait for their replies.
	 * @return the number at this moment
	 */
	public int callsInFlight() {
		return this.maxInFlight - this.permits.availablePermits();
	}

	/**
	 * The most calls that may wait for their replies at a time.
	 * @return the limit
	 */
	public int maxInFlight() {
		return this.maxInFlight;
	}

	@Override
	protected Message doSendAndReceive(@Nullable String exchange, @Nullable String routingKey, Message message,
			@Nullable CorrelationData correlationData) {
		BlockingCall call = new BlockingCall(address(exchange, routingKey), admit(message), this.owner);
		start(call, message);
		return await(call);
	}

	/**
	 * {@code convertSendAndReceive} that blocks nobody: the same call with the same
	 * outcomes. The future completes on the thread that reads replies, so what is hung on
	 * it must not block, or must be hung on with an executor.
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
			AsyncCall<T> call = new AsyncCall<>(address(exchange, routingKey), admit(message), this.owner,
					(reply) -> replyType.cast(getMessageConverter().fromMessage(reply)), ended);
			this.deadlines.add(call);
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

	// Returns the time until the deadline of a call that may be made; it holds a permit
	private Duration admit(Message message) {
		String expiration = message.getMessageProperties().getExpiration();
		Duration timeout = (expiration != null) ? Duration.ofMillis(Long.parseLong(expiration)) : this.replyTimeout;
		if (timeout.isNegative() || timeout.isZero()) {
			throw new RpcException(RpcStatus.INVALID_ARGUMENT,
					"the deadline must be 1 ms or more, not %d ms".formatted(timeout.toMillis()));
		}
		String blocked = this.connector.blocked();
		if (blocked != null) {
			throw new RpcException(RpcStatus.UNAVAILABLE, RpcConnector.BLOCKED + blocked);
		}
		if (!this.permits.tryAcquire()) {
			throw new RpcException(RpcStatus.RESOURCE_EXHAUSTED,
					"%d calls are in flight, which is the most that this client makes".formatted(this.maxInFlight));
		}
		return timeout;
	}

	private void start(RpcCall call, Message message) {
		RpcChannel open = this.connector.openChannel();
		if (open != null) {
			publish(open, call, message);
			return;
		}
		this.connector.channel().whenComplete((channel, failure) -> {
			if (channel != null) {
				publish(channel, call, message);
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
		channel.publish(call,
				(target) -> doSend(target, address.exchange(), address.routingKey(), message, false, null));
	}

	// Mandatory, but not by the template's flag, which adds headers for its own returns.
	// Without Spring's priority 0: on a quorum queue of RabbitMQ 4 it is less than none.
	@Override
	protected void sendToRabbit(Channel channel, String exchange, String routingKey, boolean mandatory,
			Message message) {
		BasicProperties properties = getMessagePropertiesConverter()
			.fromMessageProperties(message.getMessageProperties(), StandardCharsets.UTF_8.name())
			.builder()
			.priority(null)
			.build();
		try {
			channel.basicPublish(exchange, routingKey, true, properties, message.getBody());
		}
		catch (IOException ex) {
			throw new AmqpIOException(ex);
		}
	}

	private Message await(BlockingCall call) {
		CompletableFuture<Message> reply = call.reply();
		try {
			return reply.get(Math.max(0, call.remaining().toNanos()), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			this.diagnosis.expired(call);
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

	/**
	 * What becomes of the calls.
	 */
	private final class Calls implements RpcCall.Owner {

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
