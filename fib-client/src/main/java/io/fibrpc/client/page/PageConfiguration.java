package io.fibrpc.client.page;

import java.time.Duration;

import io.micrometer.core.instrument.MeterRegistry;
import io.rabbitrpc.client.RpcClientProperties;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import io.fibrpc.client.FibonacciClient;

/**
 * Serves the page, unless {@code fib.client.page} is false. Then nothing of it is there.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty(name = "fib.client.page", matchIfMissing = true)
class PageConfiguration {

	@Bean
	Viewers pageViewers() {
		return new Viewers(new SimpleAsyncTaskExecutor("fib-client-page-viewer-"));
	}

	@Bean
	AnsweringServers pageServers() {
		return new AnsweringServers();
	}

	@Bean
	DrawnCalls pageCalls(Viewers viewers, AnsweringServers servers) {
		return new DrawnCalls(viewers, servers);
	}

	@Bean
	StateTicker pageStates(FibonacciClient client, HealthContributorRegistry health, MeterRegistry meters,
			AnsweringServers servers, DrawnCalls calls, Viewers viewers, RpcClientProperties properties) {
		return new StateTicker(viewers, calls,
				new ClientStates(client, health, meters, servers, calls, properties.replyMode().toString()));
	}

	@Bean
	PageHeaders pageHeaders() {
		return new PageHeaders();
	}

	@Bean
	RouterFunction<ServerResponse> page(Viewers viewers, StateTicker states) {
		Resource index = new ClassPathResource("page/index.html");
		return RouterFunctions.route()
			.GET("/", (request) -> ServerResponse.ok().contentType(MediaType.TEXT_HTML).body(index))
			.GET("/page/events", (request) -> ServerResponse.sse((stream) -> {
				viewers.add(stream);
				states.tellSoon();
			}, Duration.ZERO))
			.resources("/page/**", new ClassPathResource("page/assets/"))
			.build();
	}

}
