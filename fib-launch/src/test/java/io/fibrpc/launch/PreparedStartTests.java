package io.fibrpc.launch;

import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.core.SpringProperties;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PreparedStart}.
 */
class PreparedStartTests {

	private final StandardEnvironment environment = new StandardEnvironment();

	private final PreparedStart start = new PreparedStart();

	PreparedStartTests() {
		// What this machine sets is no part of a test
		this.environment.getPropertySources()
			.forEach((source) -> this.environment.getPropertySources().remove(source.getName()));
	}

	@AfterEach
	void reset() {
		SpringProperties.setProperty(AotDetector.AOT_ENABLED, null);
	}

	@ParameterizedTest
	@ValueSource(strings = { "rabbit.rpc.client.reply-mode", "rabbit.rpc.client.enabled", "fib.client.demo",
			"management.tracing.export.enabled", "management.server.port", "spring.profiles.active",
			"spring.rabbitmq.ssl.bundle" })
	void aSettingThatMayChooseBeansHasItsEffect(String setting) {
		given("commandLineArgs", setting);
		assertThat(isAsBuilt()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "server.port", "spring.rabbitmq.host", "rabbit.rpc.client.maxInFlight", "RABBITMQ_HOME",
			"SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE", "FIB_BROKER_URI", "user.dir" })
	void anotherOneLeavesThePreparedStart(String setting) {
		given("commandLineArgs", setting);
		assertThat(isAsBuilt()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "RABBIT_RPC_CLIENT_REPLYMODE", "RABBIT_RPC_CLIENT_REPLY_MODE", "SPRING_APPLICATION_JSON",
			"SPRING_CONFIG_IMPORT", "DEBUG" })
	void environmentVariablesCountAsSettings(String variable) {
		this.environment.getPropertySources()
			.addLast(new SystemEnvironmentPropertySource("systemEnvironment", Map.of(variable, "x")));
		assertThat(isAsBuilt()).isFalse();
	}

	@Test
	void theFileInTheJarWasThereWhenTheImageWasBuilt() {
		given("Config resource 'class path resource [application.properties]' via location 'optional:classpath:/'",
				"management.tracing.export.enabled");
		assertThat(isAsBuilt()).isTrue();
	}

	@Test
	void aFileBesideTheJarWasNot() {
		given("Config resource 'file [application.properties]' via location 'optional:file:./'",
				"management.tracing.export.enabled");
		assertThat(isAsBuilt()).isFalse();
	}

	@Test
	void callsOfTheCommandLineHaveNoWebServer() {
		assertThat(this.start.isAsBuilt(this.environment, WebApplicationType.NONE)).isFalse();
	}

	@Test
	void thePreparedStartIsSwitchedOff() {
		SpringProperties.setProperty(AotDetector.AOT_ENABLED, "true");
		SpringApplication application = new SpringApplication(PreparedStartTests.class);
		application.setWebApplicationType(WebApplicationType.SERVLET);
		this.start.postProcessEnvironment(this.environment, application);
		assertThat(AotDetector.useGeneratedArtifacts()).isTrue();
		given("commandLineArgs", "fib.client.demo");
		this.start.postProcessEnvironment(this.environment, application);
		assertThat(AotDetector.useGeneratedArtifacts()).isFalse();
	}

	private boolean isAsBuilt() {
		return this.start.isAsBuilt(this.environment, WebApplicationType.SERVLET);
	}

	private void given(String source, String setting) {
		this.environment.getPropertySources().addFirst(new MapPropertySource(source, Map.of(setting, "x")));
	}

}
