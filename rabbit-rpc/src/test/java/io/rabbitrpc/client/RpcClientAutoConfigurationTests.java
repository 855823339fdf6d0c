package io.rabbitrpc.client;

import java.util.concurrent.ScheduledExecutorService;

import com.rabbitmq.client.Channel;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitMessagingTemplate;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.amqp.support.converter.SimpleMessageConverter;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.amqp.autoconfigure.RabbitTemplateCustomizer;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ParameterizedTypeReference;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.call.CallObserver;
import io.rabbitrpc.client.call.CallThreads;
import io.rabbitrpc.client.call.RpcCalls;
import io.rabbitrpc.client.channel.ReplyQueue;
import io.rabbitrpc.client.channel.RpcConnector;
import io.rabbitrpc.client.queue.RequestQueueMonitor;
import io.rabbitrpc.connection.RpcConnectionAutoConfiguration;
import io.rabbitrpc.connection.RpcConnections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RpcClientAutoConfiguration}.
 */
class RpcClientAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(RabbitAutoConfiguration.class, RpcClientAutoConfiguration.class,
				RpcConnectionAutoConfiguration.class))
		.withPropertyValues("spring.rabbitmq.addresses=localhost:1");

	@Test
	void bootsTemplateMakesCalls() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(RabbitTemplate.class).hasSingleBean(RabbitMessagingTemplate.class);
			assertThat(context.getBean("rabbitTemplate")).isInstanceOf(RpcTemplate.class);
			assertThat(context.getBean(RabbitMessagingTemplate.class).getRabbitTemplate())
				.isSameAs(context.getBean(RpcTemplate.class));
		});
	}

	@Test
	void switchedOffItLeavesBootsTemplateAlone() {
		this.runner.withPropertyValues("rabbit.rpc.client.enabled=false")
			.run((context) -> assertThat(context).hasSingleBean(RabbitTemplate.class)
				.doesNotHaveBean(RpcTemplate.class)
				.doesNotHaveBean(RpcConnector.class));
	}

	@Test
	void applicationsOwnTemplateStays() {
		RabbitTemplate own = new RabbitTemplate(new CachingConnectionFactory("localhost", 1));
		this.runner.withBean(RabbitTemplate.class, () -> own)
			.run((context) -> assertThat(context).getBean(RabbitTemplate.class).isSameAs(own));
	}

	@Test
	void applicationsOwnConnectionFactoryIsUsed() {
		CachingConnectionFactory own = new CachingConnectionFactory("localhost", 1);
		this.runner.withBean(ConnectionFactory.class, () -> own)
			.run((context) -> assertThat(context.getBean(RpcTemplate.class).getConnectionFactory()).isSameAs(own));
	}

	@Test
	void severalConnectionFactoriesOfWhichNoneIsPreferredMakeNoTemplate() {
		this.runner.withUserConfiguration(TwoConnectionFactories.class)
			// Otherwise even an application with only Boot would not start
			.withBean("rabbitListenerContainerFactory", SimpleRabbitListenerContainerFactory.class)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RabbitTemplate.class));
	}

	@Test
	void settingsConverterAndCustomizersOfTheTemplateAreBoots() {
		MessageConverter converter = new SimpleMessageConverter();
		this.runner.withBean(MessageConverter.class, () -> converter)
			.withBean(RabbitTemplateCustomizer.class, () -> (template) -> template.setRoutingKey("customized"))
			.withPropertyValues("spring.rabbitmq.template.exchange=set", "spring.rabbitmq.publisher-returns=true")
			.run((context) -> {
				RpcTemplate template = context.getBean(RpcTemplate.class);
				assertThat(template.getMessageConverter()).isSameAs(converter);
				assertThat(template.getExchange()).isEqualTo("set");
				assertThat(template.getRoutingKey()).isEqualTo("customized");
				assertThat(template.isMandatoryFor(new Message(new byte[0]))).isTrue();
			});
	}

	@Test
	void deadlineIsTheQueuesOrTheClientsOrTheReplyTimeout() {
		this.runner
			.withPropertyValues("spring.rabbitmq.template.reply-timeout=3s",
					"rabbit.rpc.client.queues.quotes.deadline=300ms")
			.run((context) -> {
				RpcTemplate template = context.getBean(RpcTemplate.class);
				assertThat(template.deadline("quotes")).hasMillis(300);
				assertThat(template.deadline("stock")).hasSeconds(3);
			});
		this.runner.withPropertyValues("spring.rabbitmq.template.reply-timeout=3s", "rabbit.rpc.client.deadline=2s")
			.run((context) -> assertThat(context.getBean(RpcTemplate.class).deadline("stock")).hasSeconds(2));
		this.runner.run((context) -> assertThat(context.getBean(RpcTemplate.class).deadline("stock")).hasSeconds(5));
	}

	@Test
	void repliesArriveByDirectReplyToUnlessAQueueIsWanted() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(DirectReplyToConfiguration.class)
			.doesNotHaveBean(CallbackQueueConfiguration.class));
		this.runner.withPropertyValues("rabbit.rpc.client.reply-mode=callback-queue")
			.run((context) -> assertThat(context).hasSingleBean(CallbackQueueConfiguration.class)
				.doesNotHaveBean(DirectReplyToConfiguration.class));
	}

	@Test
	void applicationsOwnReplyQueueTakesItsPlace() {
		ReplyQueue own = (Channel channel) -> RpcHeaders.DIRECT_REPLY_TO;
		this.runner.withBean(ReplyQueue.class, () -> own)
			.run((context) -> assertThat(context).getBean(ReplyQueue.class).isSameAs(own));
	}

	@Test
	void beansOfTheApplicationReplaceOurs() {
		this.runner.withUserConfiguration(OwnParts.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(CallThreads.class)
				.hasSingleBean(RpcConnector.class)
				.hasSingleBean(RequestQueueMonitor.class)
				.hasSingleBean(RpcCalls.class));
	}

	@Test
	void anotherSpellingOfAReplyModeIsRefusedByItsName() {
		this.runner.withPropertyValues("rabbit.rpc.client.reply-mode=CALLBACK_QUEUE")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("rabbit.rpc.client.reply-mode"));
	}

	@Test
	void bootsSettingThatBreaksAPromiseIsRefused() {
		this.runner.withPropertyValues("spring.rabbitmq.template.retry.enabled=true")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("spring.rabbitmq.template.retry.enabled"));
	}

	@Test
	void callWithCorrelationDataIsRefused() {
		this.runner.run((context) -> {
			RpcTemplate template = context.getBean(RpcTemplate.class);
			CorrelationData confirm = new CorrelationData();
			assertThatExceptionOfType(RpcException.class)
				.isThrownBy(() -> template.convertSendAndReceive("", "quotes", "x", confirm))
				.withMessageContaining("cannot take CorrelationData")
				.extracting(RpcException::status)
				.isEqualTo(RpcStatus.INVALID_ARGUMENT);
			assertThatExceptionOfType(RpcException.class)
				.isThrownBy(() -> template.convertSendAndReceiveAsType("", "quotes", "x", confirm,
						ParameterizedTypeReference.forType(String.class)))
				.withMessageContaining("cannot take CorrelationData");
			assertThatExceptionOfType(RpcException.class)
				.isThrownBy(() -> template.sendAndReceive("", "quotes", new Message(new byte[0]), confirm))
				.withMessageContaining("cannot take CorrelationData");
		});
	}

	@Test
	void callByATransactedTemplateIsRefused() {
		this.runner.run((context) -> {
			RpcTemplate template = context.getBean(RpcTemplate.class);
			template.setChannelTransacted(true);
			assertThatExceptionOfType(RpcException.class)
				.isThrownBy(() -> template.convertSendAndReceive("", "quotes", "x"))
				.withMessage("a call cannot take part in a transaction: use a template that is not channelTransacted")
				.extracting(RpcException::status)
				.isEqualTo(RpcStatus.INVALID_ARGUMENT);
			assertThatExceptionOfType(RpcException.class)
				.isThrownBy(() -> template.convertSendAndReceiveAsType("", "quotes", "x",
						ParameterizedTypeReference.forType(String.class)))
				.withMessageContaining("cannot take part in a transaction");
			assertThatExceptionOfType(RpcException.class)
				.isThrownBy(() -> template.sendAndReceive("", "quotes", new Message(new byte[0])))
				.withMessageContaining("cannot take part in a transaction");
		});
	}

	@Test
	void theLibraryAddsNoSchedulerBean() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(ScheduledExecutorService.class));
	}

	/**
	 * The beans that make calls.
	 */
	@Configuration(proxyBeanMethods = false)
	static class OwnParts {

		@Bean
		CallThreads ownThreads() {
			return new CallThreads();
		}

		@Bean
		RpcConnector ownConnector(RpcConnections connections, CallThreads threads) {
			return new RpcConnector(connections, (channel) -> RpcHeaders.DIRECT_REPLY_TO, threads.scheduler(),
					threads.requests());
		}

		@Bean
		RequestQueueMonitor ownMonitor(RpcConnector connector, CallThreads threads) {
			return new RequestQueueMonitor(connector, true, threads.scheduler());
		}

		@Bean
		RpcCalls ownCalls(RpcConnector connector, RequestQueueMonitor monitor, CallThreads threads) {
			return new RpcCalls(connector, monitor, 1, threads, CallObserver.NONE);
		}

	}

	/**
	 * Two of them.
	 */
	@Configuration(proxyBeanMethods = false)
	static class TwoConnectionFactories {

		@Bean
		ConnectionFactory first() {
			return new CachingConnectionFactory("localhost", 1);
		}

		@Bean
		ConnectionFactory second() {
			return new CachingConnectionFactory("localhost", 1);
		}

	}

}
