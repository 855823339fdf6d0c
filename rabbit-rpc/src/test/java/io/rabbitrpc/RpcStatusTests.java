package io.rabbitrpc;

import java.util.Arrays;

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
	@ValueSource(strings = { "", "ok", "OK ", "NOT_FOUND", "0" })
	void ofHeaderTakesWhatIsUnknownForInternal(@Nullable String name) {
		assertThat(RpcStatus.ofHeader(name)).isEqualTo(RpcStatus.INTERNAL);
	}

	@Test
	void exitCodesAreDistinct() {
		assertThat(Arrays.stream(RpcStatus.values()).map(RpcStatus::exitCode)).doesNotHaveDuplicates();
	}

}
