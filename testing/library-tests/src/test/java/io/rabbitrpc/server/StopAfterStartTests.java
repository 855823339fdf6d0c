package io.rabbitrpc.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.rabbit.listener.RabbitListenerEndpointRegistry;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of a server that stops before its consumers have begun.
 */
@Tag("broker")
class StopAfterStartTests {

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	@AfterEach
	void close() {
		this.virtualHost.close();
	}

	@Test
	void serverWhoseConsumersAreLateStopsAtOnce() {
		RunningListener server = RunningListener.start(this.virtualHost.springProperties(),
				List.of(LateConsumers.class), "--spring.lifecycle.timeout-per-shutdown-phase=10s");
		long begun = System.nanoTime();
		server.close();
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
	}

	@Test
	void containerThatStoppedSoConsumesWhenItStartsAgain() {
		try (RunningListener server = RunningListener.start(this.virtualHost.springProperties(),
				List.of(LateConsumers.class))) {
			RabbitListenerEndpointRegistry listeners = server.bean(RabbitListenerEndpointRegistry.class);
			CompletableFuture<Void> stopped = new CompletableFuture<>();
			listeners.stop(() -> stopped.complete(null));
			assertThat(stopped).succeedsWithin(Duration.ofSeconds(5));
			listeners.start();
			await().until(() -> this.virtualHost.queue(RunningListener.QUEUE).consumers() == 1);
		}
	}

	/**
	 * Starts each task of the listeners' containers a second late, as a busy machine may.
	 */
	static class LateConsumers {

		@Bean
		static BeanPostProcessor late() {
			return new BeanPostProcessor() {
				@Override
				public Object postProcessBeforeInitialization(Object bean, String name) {
					if (bean instanceof RpcListenerContainerFactory factory) {
						Executor late = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);
						factory.setTaskExecutor(late);
					}
					return bean;
				}
			};
		}

	}

}
