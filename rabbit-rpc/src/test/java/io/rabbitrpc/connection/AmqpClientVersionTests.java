package io.rabbitrpc.connection;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AmqpClientVersion}.
 */
class AmqpClientVersionTests {

	@Test
	void theOneThatBootManagesIsWarnedOf() {
		assertThat(AmqpClientVersion.problem("5.30.0"))
			.isEqualTo("amqp-client 5.30.0 lets one malformed message disable a consumer: "
					+ "set the build's property rabbit-amqp-client.version to 5.36.0 or later");
	}

	@ParameterizedTest
	@ValueSource(strings = { "5.36.0", "5.37.1", "6.0.0-SNAPSHOT" })
	void aFixedVersionCausesNoWarning(String version) {
		assertThat(AmqpClientVersion.problem(version)).isNull();
	}

}
