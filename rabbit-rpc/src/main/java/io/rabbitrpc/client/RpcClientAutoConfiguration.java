package io.rabbitrpc.client;

import java.time.Duration;

import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitOperations;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.amqp.autoconfigure.RabbitTemplateConfigurer;
import org.springframework.boot.amqp.autoconfigure.RabbitTemplateCustomizer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.json.JsonMapper;

import io.rabbitrpc.JsonMessages;
import io.rabbitrpc.client.RpcClientProperties.NoServer;
import io.rabbitrpc.client.call.CallObserver;
import io.rabbitrpc.client.call.CallThreads;
import io.rabbitrpc.client.call.Calls;
import io.rabbitrpc.client.call.RpcCalls;
import io.rabbitrpc.client.channel.ReplyQueue;
import io.rabbitrpc.client.channel.RpcConnector;
import io.rabbitrpc.client.interceptor.InterceptedCalls;
import io.rabbitrpc.client.interceptor.RpcClientInterceptor;
import io.rabbitrpc.client.queue.RequestQueueMonitor;
import io.rabbitrpc.connection.RpcConnections;

/**
 * Defines an {@link RpcClient}, and an {@link RpcTemplate} in place of Boot's
 * {@code RabbitTemplate}. The calls of both share one connection and one reply queue. It
 * runs before Boot's own auto-configuration, which defines a template only if there is
 * none.
 */
@AutoConfiguration(before = RabbitAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = RpcClientProperties.PREFIX + ".enabled", matchIfMissing = true)
@Conditional({ BootConnects.class, RpcClientAutoConfiguration.OneConnectionFactory.class })
@EnableConfigurationProperties(RpcClientProperties.class)
@Import({ DirectReplyToConfiguration.class, CallbackQueueConfiguration.class })
public class RpcClientAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	CallThreads rpcCallThreads() {
		return new CallThreads();
	}

	@Bean
	@ConditionalOnMissingBean
	RpcConnector rpcConnector(RpcConnections connections, ObjectProvider<ReplyQueue> replyQueue,
			RpcClientProperties properties, CallThreads threads) {
		return new RpcConnector(connections, replyQueue.getIfAvailable(() -> noReplyQueue(properties)),
				threads.scheduler(), threads.requests());
	}

	// Binding accepts more spellings than conditions do
	private static ReplyQueue noReplyQueue(RpcClientProperties properties) {
		throw new InvalidConfigurationPropertyValueException(RpcClientProperties.PREFIX + ".reply-mode",
				properties.replyMode(), "must be written direct or callback-queue");
	}

	@Bean
	@ConditionalOnMissingBean
	RequestQueueMonitor rpcRequestQueueMonitor(RpcConnector connector, RpcClientProperties properties,
			CallThreads threads) {
		return new RequestQueueMonitor(connector, properties.noServer() == NoServer.FAIL_FAST, threads.scheduler());
	}

	@Bean
	@ConditionalOnMissingBean
	RpcCalls rpcCalls(RpcConnector connector, RequestQueueMonitor monitor, RpcClientProperties properties,
			CallThreads threads, ObjectProvider<CallObserver> observer) {
		return new RpcCalls(connector, monitor, properties.maxInFlight(), threads,
				observer.getIfAvailable(() -> CallObserver.NONE));
	}

	// The calls of both APIs share what it knows
	@Bean
	ShardedCalls rpcShardedCalls(RpcCalls calls, RpcClientProperties properties, RequestQueueMonitor monitor) {
		return new ShardedCalls(calls, properties, monitor::state);
	}

	// The calls of both APIs share one
	@Bean
	RetryBudget rpcRetryBudget(RpcClientProperties properties) {
		return new RetryBudget(properties.retry());
	}

	@Bean
	@ConditionalOnMissingBean(RabbitOperations.class)
	RpcTemplate rabbitTemplate(RabbitTemplateConfigurer configurer, ConnectionFactory connectionFactory,
			ObjectProvider<RabbitTemplateCustomizer> customizers, ShardedCalls calls, RpcClientProperties properties,
			RetryBudget budget, CallThreads threads, ObjectProvider<CallObserver> observer,
			ObjectProvider<JsonMapper> jsonMapper, ObjectProvider<RpcClientInterceptor> interceptors) {
		RpcTemplate template = new RpcTemplate(retried(calls, properties, budget, threads, observer), properties,
				JsonMessages.converter(jsonMapper.getIfUnique()));
		template.intercept(interceptors, threads);
		configurer.configure(template, connectionFactory);
		customizers.orderedStream().forEach((customizer) -> customizer.customize(template));
		return template;
	}

	@Bean
	@ConditionalOnMissingBean
	RpcClient rpcClient(ShardedCalls made, RpcClientProperties properties, RabbitProperties rabbitProperties,
			RetryBudget budget, CallThreads threads, ObjectProvider<CallObserver> observer,
			ObjectProvider<MessageConverter> converters, ObjectProvider<JsonMapper> jsonMapper,
			ObjectProvider<RpcClientInterceptor> interceptors) {
		MessageConverter unique = converters.getIfUnique();
		MessageConverter converter = (unique != null) ? unique : JsonMessages.converter(jsonMapper.getIfUnique());
		Calls calls = new InterceptedCalls(retried(made, properties, budget, threads, observer), interceptors, threads,
				() -> converter);
		Duration replyTimeout = rabbitProperties.getTemplate().getReplyTimeout();
		return new DefaultRpcClient(calls, converter, properties,
				(replyTimeout != null) ? replyTimeout : RpcClientProperties.DEFAULT_DEADLINE);
	}

	private static Calls retried(ShardedCalls calls, RpcClientProperties properties, RetryBudget budget,
			CallThreads threads, ObjectProvider<CallObserver> observer) {
		return (properties.retry().maxAttempts() > 1) ? new RetryingCalls(calls, properties.retry(), budget,
				observer.getIfAvailable(() -> CallObserver.NONE), threads, System::nanoTime) : calls;
	}

	/**
	 * Matches unless the application has several connection factories and none of them is
	 * primary. Boot defines no template in that case, either.
	 */
	static final class OneConnectionFactory extends AnyNestedCondition {

		OneConnectionFactory() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		/** Then Boot makes one. */
		@ConditionalOnMissingBean(ConnectionFactory.class)
		static final class None {

		}

		/** The application's own. */
		@ConditionalOnSingleCandidate(ConnectionFactory.class)
		static final class One {

		}

	}

}
