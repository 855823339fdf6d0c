package io.rabbitrpc.server.request;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link RequestProperties}.
 */
class RequestPropertiesTests {

	@Test
	void neitherTheTimeInTheBufferNorThatOfTheWorkIsLeft() {
		RequestProperties properties = new RequestProperties(System.nanoTime() - TimeUnit.SECONDS.toNanos(2),
				Duration.ofSeconds(1));
		properties.setExpiration("5000");
		assertThat(properties.left()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
	}

	@ParameterizedTest
	@NullAndEmptySource
	@ValueSource(strings = { "abc", "-1", "1e3", " 5", "1234567890123456789", "\u0665" })
	void anInvalidNumberOfMillisecondsIsNoDeadline(@Nullable String expiration) {
		RequestProperties properties = new RequestProperties(Duration.ofDays(1));
		properties.setExpiration(expiration);
		assertThat(properties.left()).isNull();
		assertThat(properties.isExpired()).isFalse();
	}

	@Test
	void aVeryLongExpirationLeavesTime() {
		RequestProperties properties = new RequestProperties(Duration.ofDays(1));
		properties.setExpiration("9".repeat(18));
		assertThat(properties.left()).isPositive();
		assertThat(properties.isExpired()).isFalse();
	}

	@Test
	void aRequestThatWaitedLongerInTheBufferThanItsCallerDoesIsExpired() {
		RequestProperties properties = new RequestProperties(Duration.ofMillis(101));
		properties.setExpiration("100");
		assertThat(properties.isExpired()).isTrue();
		properties.setExpiration("102");
		assertThat(properties.isExpired()).isFalse();
	}

	@Test
	void replacedPropertiesAreRefused() {
		Message replaced = new Message(new byte[0], new MessageProperties());
		assertThatIllegalStateException().isThrownBy(() -> RequestProperties.of(replaced))
			.withMessage("the properties of a request have been replaced");
	}

}
