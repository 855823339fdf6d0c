package io.rabbitrpc;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RpcException}.
 */
class RpcExceptionTests {

	@Test
	void codeOfAnApplicationReachesTheCaller() {
		RpcException thrown = new RpcException(RpcStatus.NOT_FOUND, "no such sku: A1", "sku.unknown");
		assertThat(thrown.code()).isEqualTo("sku.unknown");
		assertThat(thrown.forCaller().code()).isEqualTo("sku.unknown");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "ä", "a\r\nb" })
	void anInvalidCodeIsRefused(String code) {
		assertThatIllegalArgumentException().isThrownBy(() -> new RpcException(RpcStatus.ABORTED, "lost", code))
			.withMessageStartingWith("a code has 1 to 64 of the characters A-Z a-z 0-9 . _ -");
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "a b", "a\u001b[31m" })
	void anInvalidCodeInAReplyIsLeftOut(@Nullable String code) {
		assertThat(RpcException.ofReply(RpcStatus.ABORTED, "lost", code).code()).isNull();
	}

	@Test
	void patienceThatAServerAsksForReachesTheCaller() {
		RpcException thrown = new RpcException(RpcStatus.UNAVAILABLE, "soon", "later");
		assertThat(thrown.retryAfter()).isNull();
		RpcException patient = thrown.withRetryAfter(Duration.ofSeconds(2));
		assertThat(patient.forCaller().retryAfter()).isEqualTo(Duration.ofSeconds(2));
		assertThat(patient).hasMessage("soon")
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("later"))
			.satisfies((ex) -> assertThat(ex.getStackTrace()).isEqualTo(thrown.getStackTrace()));
		for (Duration wrong : List.of(Duration.ofMillis(-1), Duration.ofDays(2))) {
			assertThatIllegalArgumentException().isThrownBy(() -> thrown.withRetryAfter(wrong))
				.withMessageStartingWith("the time to wait must be from 0 ms to 1 day");
		}
	}

	@ParameterizedTest
	@EnumSource(value = RpcStatus.class, names = "OK", mode = EnumSource.Mode.EXCLUDE)
	void aFailureFromTheServerMayHaveRunUnlessTheRequestWasInvalid(RpcStatus status) {
		boolean expected = status != RpcStatus.INVALID_ARGUMENT;
		assertThat(new RpcException(status, "why").mayHaveRun()).isEqualTo(expected);
		assertThat(new RpcException(status, "why", "code").mayHaveRun()).isEqualTo(expected);
		assertThat(RpcException.ofReply(status, "why", null).mayHaveRun()).isEqualTo(expected);
	}

	@Test
	void codeOfAReplyIsRead() {
		assertThat(RpcException.ofReply(RpcStatus.ABORTED, "lost", "x".repeat(64)).code()).hasSize(64);
		assertThat(RpcException.ofReply(RpcStatus.ABORTED, "lost", "x".repeat(65)).code()).isNull();
	}

}
