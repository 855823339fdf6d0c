package io.fibrpc.server;

import java.time.Duration;

import io.rabbitrpc.LimitedLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.listener.ListenerExecutionFailedException;
import org.springframework.amqp.rabbit.config.ContainerCustomizer;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.adapter.MessagingMessageListenerAdapter;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;

/**
 * Sets up a container of either type: what stands before its listener, how soon it
 * recovers and how long it takes to stop.
 */
@Component
final class RequestContainerCustomizer implements ContainerCustomizer<AbstractMessageListenerContainer> {

	static final Duration RECOVERY_INTERVAL = Duration.ofMillis(500);

	// Less than spring.lifecycle.timeout-per-shutdown-phase, which is 30 s
	private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(20);

	private static final Log logger = LogFactory.getLog(RequestContainerCustomizer.class);

	private final LimitedLog rejections = new LimitedLog(logger);

	private final GuardedListenerFactory listenerFactory;

	private final RequestAges ages;

	private final RequestConsumers consumers;

	private final ServerMetrics metrics;

	RequestContainerCustomizer(GuardedListenerFactory listenerFactory, RequestAges ages, RequestConsumers consumers,
			ServerMetrics metrics) {
		this.listenerFactory = listenerFactory;
		this.ages = ages;
		this.consumers = consumers;
		this.metrics = metrics;
	}

	@Override
	public void configure(AbstractMessageListenerContainer container) {
		Assert.state(container.getMessageListener() instanceof MessagingMessageListenerAdapter,
				"the listener must be that of an annotated method");
		MessagingMessageListenerAdapter listener = (MessagingMessageListenerAdapter) container.getMessageListener();
		listener.setHeaderMapper(new NoHeaders());
		container.setMessageListener(this.listenerFactory.guard(listener));
		container.setMessagePropertiesConverter(new RequestPropertiesConverter(this.ages, this.metrics::idReplaced));
		container.setConsumerTagStrategy((queue) -> this.consumers.tag(container.getListenerId()));
		container.setErrorHandler(this::rejected);
		container.setRecoveryInterval(RECOVERY_INTERVAL.toMillis());
		container.setFailedDeclarationRetryInterval(RECOVERY_INTERVAL.toMillis());
		container.setShutdownTimeout(SHUTDOWN_TIMEOUT.toMillis());
	}

	// What comes here is no fault of the listener, which has its own replies for those,
	// but of a connection
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
