package io.rabbitrpc.server;

import java.util.List;
import java.util.stream.Stream;

import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.core.QueueBuilder.Overflow;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionNameStrategy;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.amqp.autoconfigure.DirectRabbitListenerContainerFactoryConfigurer;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.validation.Validator;
import tools.jackson.databind.json.JsonMapper;

import io.rabbitrpc.JsonMessages;
import io.rabbitrpc.connection.RpcConnectionAutoConfiguration;
import io.rabbitrpc.connection.RpcConnections;
import io.rabbitrpc.connection.inbound.InboundFilter;
import io.rabbitrpc.server.container.HandlerWatch;
import io.rabbitrpc.server.container.QueueMeters;
import io.rabbitrpc.server.container.ServedQueues;
import io.rabbitrpc.server.interceptor.InterceptedListener;
import io.rabbitrpc.server.interceptor.RpcServerInterceptor;
import io.rabbitrpc.server.queue.DeadLetterChannel;
import io.rabbitrpc.server.queue.QueueDeclarer;
import io.rabbitrpc.server.reply.Replies;
import io.rabbitrpc.server.request.RequestAges;
import io.rabbitrpc.server.request.RequestGuard;

/**
 * Defines the container factory {@code rpc}. If no listener of an application names it,
 * the application works as with Boot alone.
 */
@AutoConfiguration(after = RpcConnectionAutoConfiguration.class)
@ConditionalOnBean({ RpcConnections.class, DirectRabbitListenerContainerFactoryConfigurer.class })
@ConditionalOnBooleanProperty(name = "rabbit.rpc.server.enabled", matchIfMissing = true)
@EnableConfigurationProperties(RpcServerProperties.class)
public final class RpcServerAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ServerInstance rpcServerInstance(RpcServerProperties properties, Environment environment) {
		return ServerInstance.of(properties.instance(), environment.getProperty("spring.application.name", "rpc"));
	}

	@Bean
	@ConditionalOnMissingBean
	RequestAges rpcRequestAges() {
		return new RequestAges();
	}

	@Bean
	@ConditionalOnMissingBean
	ServedQueues rpcServedQueues(ObjectProvider<QueueMeters.Factory> meters) {
		return new ServedQueues(meters.getIfAvailable(() -> (queue) -> new QueueMeters() {
		}));
	}

	@Bean
	@ConditionalOnMissingBean
	HandlerWatch rpcHandlerWatch(ServedQueues queues, RpcServerProperties properties) {
		return new HandlerWatch(queues, properties.handlerTimeout());
	}

	@Bean
	@ConditionalOnMissingBean
	BlockedConnections rpcBlockedConnections() {
		return new BlockedConnections();
	}

	@Bean
	@ConditionalOnMissingBean
	Replies rpcReplies(RpcConnections connections, BlockedConnections blocked) {
		return new Replies(connections, blocked::isBlocked);
	}

	@Bean
	BrokerWatch rpcBrokerWatch(RpcConnections connections, ServedQueues queues) {
		return new BrokerWatch(connections, queues, System::nanoTime);
	}

	@Bean
	@ConditionalOnMissingBean
	QueueDeclarer rpcQueueDeclarer(RpcServerProperties properties, ServedQueues served, ObjectProvider<Queue> queues) {
		RpcServerProperties.DeadLetters bounds = properties.deadLetters();
		Queue deadLetters = QueueBuilder.durable(bounds.queue())
			.classic()
			.maxLength(bounds.maxLength())
			.withArgument("x-message-ttl", bounds.maxAge().toMillis())
			.overflow(Overflow.dropHead)
			.build();
		return new QueueDeclarer(() -> Stream
			.concat(queues.stream().filter((queue) -> served.contains(queue.getName())), Stream.of(deadLetters))
			.toList());
	}

	@Bean
	RequestConnections rpcRequestConnections(RpcConnections connections, RabbitProperties properties,
			ObjectProvider<ConnectionNameStrategy> names, ServerInstance instance, BlockedConnections blocked,
			BrokerWatch watch, QueueDeclarer declarer, RequestAges ages, Replies replies, HandlerWatch handlers,
			InboundFilter filter) {
		return new RequestConnections(connections, properties, names.getIfUnique(() -> (factory) -> instance.name()),
				List.of(blocked, watch, declarer), ages, replies, handlers, filter.heldBodies());
	}

	// Not a candidate where code asks for a container factory by type
	@Bean(name = "rpc", defaultCandidate = false)
	@ConditionalOnMissingBean(name = "rpc")
	RpcListenerContainerFactory rpcListenerContainerFactory(DirectRabbitListenerContainerFactoryConfigurer configurer,
			ConnectionFactory connectionFactory, RabbitProperties rabbitProperties, RpcServerProperties properties,
			ServerInstance instance, ServedQueues queues, RequestAges ages, RequestConnections connections,
			QueueDeclarer declarer, Replies replies, ObjectProvider<RpcExceptionMapper> mappers,
			ObjectProvider<ListenerDecorator> decorators, ObjectProvider<MessageConverter> converters,
			ObjectProvider<JsonMapper> jsonMapper, ObjectProvider<Validator> validators,
			ObjectProvider<RpcServerInterceptor> interceptors, ObjectProvider<LifecycleProperties> lifecycle) {
		String deadLetterQueue = properties.deadLetters().queue();
		RequestGuard guard = new RequestGuard((queue) -> queues.contains(queue) || queue.equals(deadLetterQueue));
		DeadLetters deadLetters = new DeadLetters(
				new DeadLetterChannel(connectionFactory, deadLetterQueue, declarer::declareAll), deadLetterQueue);
		ListenerFailures failures = new ListenerFailures(mappers);
		RequestAnswers answers = new RequestAnswers(instance, failures);
		MessageConverter unique = converters.getIfUnique();
		MessageConverter converter = (unique != null) ? unique : JsonMessages.converter(jsonMapper.getIfUnique());
		ListenerDecorator decorator = decorators.getIfAvailable(() -> (listener) -> listener);
		// Interceptors are created with the first listener, because their dependencies
		// may include it
		RpcListenerContainerFactory factory = new RpcListenerContainerFactory(
				(listener,
						ended) -> decorator.apply(new GuardedListener(
								InterceptedListener.of(listener, interceptors.orderedStream().toList(),
										failures::outcome, converter),
								queues, ended, guard, deadLetters, answers, replies)),
				connections, queues, ages, instance, properties.prefetch(), validators);
		configurer.configure(factory, connectionFactory);
		factory.setMessageConverter(converter);
		factory.keepPromises(rabbitProperties.getListener().getDirect().getPrefetch(),
				lifecycle.getIfUnique(LifecycleProperties::new).getTimeoutPerShutdownPhase());
		return factory;
	}

}
