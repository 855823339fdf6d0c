package io.fibrpc.server;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what the server's readiness depends on.
 */
class ReadinessTests {

	private static final Map<String, String> NO_BROKER = Map.of("spring.rabbitmq.addresses", "localhost:1",
			"spring.rabbitmq.listener.direct.auto-startup", "false");

	@Test
	void readinessNeedsTheQueueAndLivenessDoesNot() {
		try (RunningServer server = RunningServer.start(NO_BROKER)) {
			HealthEndpointGroups groups = server.bean(HealthEndpointGroups.class);
			assertThat(groups.get("readiness"))
				.satisfies((group) -> assertThat(group.isMember("rpcListeners")).isTrue());
			assertThat(groups.get("liveness"))
				.satisfies((group) -> assertThat(group.isMember("rpcListeners")).isFalse());
			assertThat(server.context().containsBean("rabbitHealthContributor")).isFalse();
		}
	}

}
