package io.rabbitrpc.server;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.ObjLongConsumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.listener.ListenerExecutionFailedException;
import org.springframework.amqp.rabbit.config.DirectRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.MethodRabbitListenerEndpoint;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpoint;
import org.springframework.amqp.rabbit.listener.adapter.MessagingMessageListenerAdapter;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.Assert;
import org.springframework.validation.Validator;

import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.server.container.ListenerAttributes;
import io.rabbitrpc.server.container.RpcListenerContainer;
import io.rabbitrpc.server.container.ServedQueues;
import io.rabbitrpc.server.request.RequestAges;
import io.rabbitrpc.server.request.RequestPropertiesConverter;

/**
 * Makes the containers of the listeners that name {@code rpc}. It puts the guard before
 * the listener, and sets how soon a container recovers and how long it may take to stop.
 * A request is acknowledged when its reply is out. An exception never requeues or repeats
 * it. So the settings of {@code spring.rabbitmq.listener.direct} for these things do not
 * count here.
 */
final class RpcListenerContainerFactory extends DirectRabbitListenerContainerFactory {

	private static final Duration RECOVERY_INTERVAL = Duration.ofMillis(500);

	// A container also tells the broker to send no more requests, and waits for it
	private static final Duration WITHOUT_REQUESTS = Duration.ofSeconds(10);

	// Spring adds the timeout to the present time, which must not overflow
	private static final Duration LONGEST_SHUTDOWN = Duration.ofDays(1);

	private static final Log logger = LogFactory.getLog(RpcListenerContainerFactory.class);

	private final LimitedLog rejections = new LimitedLog(logger);

	private final BiFunction<ChannelAwareMessageListener, ObjLongConsumer<Message>, ChannelAwareMessageListener> guard;

	private final RequestConnections connections;

	private final ServedQueues queues;

	private final RequestAges ages;

	private final ServerInstance instance;

	private final int largestPrefetch;

	private final AtomicLong consumers = new AtomicLong();

	private final ObjectProvider<Validator> validators;

	private Duration shutdownTimeout = LONGEST_SHUTDOWN;

	RpcListenerContainerFactory(
			BiFunction<ChannelAwareMessageListener, ObjLongConsumer<Message>, ChannelAwareMessageListener> guard,
			RequestConnections connections, ServedQueues queues, RequestAges ages, ServerInstance instance,
			int largestPrefetch, ObjectProvider<Validator> validators) {
		this.guard = guard;
		this.connections = connections;
		this.queues = queues;
		this.ages = ages;
		this.instance = instance;
		this.largestPrefetch = largestPrefetch;
		this.validators = validators;
	}

	/**
	 * Overrides the settings of Boot that would break a promise.
	 * @param prefetch how many requests a consumer takes at first, or {@code null}
	 * @param shutdownPhase how long Spring waits for the containers when the application
	 * stops. They wait for their requests 10 s less, but at least half of that time, and
	 * at most a day
	 */
	void keepPromises(@Nullable Integer prefetch, Duration shutdownPhase) {
		setAcknowledgeMode(AcknowledgeMode.AUTO);
		setDefaultRequeueRejected(false);
		setAdviceChain();
		setMissingQueuesFatal(false);
		// Requests that are delivered together with a message that kills the server are
		// delivered again, too
		setPrefetchCount((prefetch != null) ? prefetch : 1);
		setErrorHandler(this::rejected);
		setRecoveryInterval(RECOVERY_INTERVAL.toMillis());
		setFailedDeclarationRetryInterval(RECOVERY_INTERVAL.toMillis());
		setMonitorInterval(RpcListenerContainer.MONITOR_INTERVAL.toMillis());
		Duration wanted = Collections.max(List.of(shutdownPhase.minus(WITHOUT_REQUESTS), shutdownPhase.dividedBy(2)));
		this.shutdownTimeout = Collections.min(List.of(wanted, LONGEST_SHUTDOWN));
	}

	@Override
	public DirectMessageListenerContainer createListenerContainer(@Nullable RabbitListenerEndpoint endpoint) {
		ListenerAttributes.check(endpoint, this::withoutPlaceholders);
		if (endpoint instanceof MethodRabbitListenerEndpoint listener) {
			listener.setAdapterProvider((batch, bean, method, returnExceptions, errorHandler,
					batchingStrategy) -> new RequestListener(bean, method, returnExceptions, errorHandler));
			Validator validator = this.validators.getIfUnique();
			if (validator != null) {
				ValidatingListener.install(listener, validator);
			}
		}
		return super.createListenerContainer(endpoint);
	}

	private String withoutPlaceholders(String name) {
		ApplicationContext context = getApplicationContext();
		return (context != null) ? context.getEnvironment().resolveRequiredPlaceholders(name) : name;
	}

	@Override
	protected DirectMessageListenerContainer createContainerInstance() {
		return new RpcListenerContainer();
	}

	@Override
	protected void initializeContainer(DirectMessageListenerContainer instance,
			@Nullable RabbitListenerEndpoint endpoint) {
		super.initializeContainer(instance, endpoint);
		RpcListenerContainer container = (RpcListenerContainer) instance;
		MessagingMessageListenerAdapter listener = (MessagingMessageListenerAdapter) Objects
			.requireNonNull(container.getMessageListener());
		Assert.state(!listener.isAsyncReplies(),
				"a listener of the container factory rpc must return its value, not a future of it");
		String[] names = container.getQueueNames();
		this.connections.add(names.length * container.consumersPerQueue());
		container.setLargestPrefetch(this.largestPrefetch, this.connections.bodies());
		this.connections.addListener(container.connectionListener());
		listener.setHeaderMapper(HeaderMapping
			.of((endpoint instanceof MethodRabbitListenerEndpoint method) ? method.getMethod() : null));
		container.setMessageListener(this.guard.apply(listener, container::ended));
		container.setMessagePropertiesConverter(new RequestPropertiesConverter(this.ages, ReceivedRequest::new));
		// Each consumer has its own tag, so that we know which one the broker cancels
		container.setConsumerTagStrategy((queue) -> "%s%s.%d".formatted(this.instance.consumerTagPrefix(),
				container.getListenerId(), this.consumers.incrementAndGet()));
		this.connections.bodies()
			.countFor(this.instance.consumerTagPrefix(), names.length * container.consumersPerQueue());
		container.setShutdownTimeout(this.shutdownTimeout.toMillis());
		for (String name : names) {
			this.queues.of(name).add(container);
		}
	}

	// The listener's own failures become replies. What comes here is the failure of a
	// connection
	private void rejected(Throwable ex) {
		this.rejections.warn("A request (correlation id %s) was rejected without a reply: %s".formatted(loggedId(ex),
				NestedExceptionUtils.getMostSpecificCause(ex).getMessage()), null);
		logger.debug("A request was rejected without a reply", ex);
	}

	private String loggedId(Throwable ex) {
		Message request = (ex instanceof ListenerExecutionFailedException failure) ? failure.getFailedMessage() : null;
		return (request != null) ? RequestPropertiesConverter.loggedId(request) : "unknown";
	}

}
