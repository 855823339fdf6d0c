package io.fibrpc.launch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.support.GenericApplicationContext;

import io.fibrpc.launch.RenamedSettings.RenamedSettingException;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link RenamedSettings}.
 */
class RenamedSettingsTests {

	@ParameterizedTest
	@CsvSource({ "fib.client.reply-mode, rabbit.rpc.client.reply-mode",
			"fib.client.deadline, rabbit.rpc.client.deadline", "fib.client.no-server, rabbit.rpc.client.no-server",
			"fib.client.max-in-flight, rabbit.rpc.client.max-in-flight",
			"fib.client.retry.max-attempts, rabbit.rpc.client.retry.max-attempts",
			"fib.client.retry.backoff, rabbit.rpc.client.retry.backoff",
			"fib.server.instance, rabbit.rpc.server.instance", "fib.server.prefetch, rabbit.rpc.server.prefetch",
			"fib.server.dead-letters.max-length, rabbit.rpc.server.dead-letters.max-length",
			"fib.server.dead-letters.max-age, rabbit.rpc.server.dead-letters.max-age" })
	void anOldNameIsRefusedWithTheNewOne(String oldName, String newName) {
		assertThatExceptionOfType(RenamedSettingException.class).isThrownBy(() -> initialize(oldName + "=1"))
			.withMessage("%s is now %s", oldName, newName);
	}

	@Test
	void anOldNameIsRefusedHoweverItIsSpelled() {
		assertThatExceptionOfType(RenamedSettingException.class)
			.isThrownBy(() -> initialize("fib.client.maxInFlight=1"))
			.withMessage("fib.client.max-in-flight is now rabbit.rpc.client.max-in-flight");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "rabbit.rpc.client.deadline=2s", "fib.client.request-queue=rpc_queue", "fib.server.max-n=10" })
	void otherNamesAreAccepted(String setting) {
		assertThatNoException().isThrownBy(() -> initialize(setting));
	}

	private static void initialize(String setting) {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			TestPropertyValues.of(setting).applyTo(context);
			new RenamedSettings().initialize(context);
		}
	}

}
