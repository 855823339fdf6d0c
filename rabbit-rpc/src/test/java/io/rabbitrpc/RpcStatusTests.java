package io.rabbitrpc;

import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RpcStatus}.
 */
class RpcStatusTests {

	@ParameterizedTest
	@EnumSource
	void ofHeaderReadsEveryName(RpcStatus status) {
		assertThat(RpcStatus.ofHeader(status.name())).isEqualTo(status);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", "ok", "OK ", "NO_SUCH_STATUS", "0" })
	void ofHeaderTakesWhatIsUnknownForInternal(@Nullable String name) {
		assertThat(RpcStatus.ofHeader(name)).isEqualTo(RpcStatus.INTERNAL);
	}

	@Test
	void theNamesAreThoseOfGrpc() {
		assertThat(RpcStatus.values()).extracting(Enum::name)
			.containsExactly("OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
					"ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
					"OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED");
	}

	@Test
	void statusesOfTheLibraryHaveExitCodesOfTheirOwn() {
		assertThat(Stream.of(RpcStatus.OK, RpcStatus.INVALID_ARGUMENT, RpcStatus.DEADLINE_EXCEEDED,
				RpcStatus.UNAVAILABLE, RpcStatus.RESOURCE_EXHAUSTED, RpcStatus.PERMISSION_DENIED, RpcStatus.INTERNAL))
			.extracting(RpcStatus::exitCode)
			.containsExactly(0, 2, 4, 5, 6, 7, 70);
	}

	@Test
	void statusesForApplicationsHaveTheExitCodeOfAnInternalFault() {
		assertThat(RpcStatus.NOT_FOUND.exitCode()).isEqualTo(RpcStatus.INTERNAL.exitCode());
	}

}
