package io.rabbitrpc.server.container;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RepeatedRequests}.
 */
@ExtendWith(OutputCaptureExtension.class)
class RepeatedRequestsTests {

	private final RepeatedRequests repeated = new RepeatedRequests("rpc_queue");

	@Test
	void restartsAreNoReasonToWarn(CapturedOutput output) {
		this.repeated.look("one", 1);
		this.repeated.look("two", 2);
		assertThat(this.repeated.last()).isNull();
		assertThat(output).doesNotContain("delivered");
	}

	@Test
	void whatComesAgainAndAgainIsToldWithTheCommandThatEndsIt(CapturedOutput output) {
		this.repeated.look("poison", 3);
		assertThat(this.repeated.last()).contains("correlation id poison", "delivered 3 times");
		assertThat(output).contains("correlation id poison", "delivered 3 times",
				"rabbitmqctl set_operator_policy rpc_queue-poison '^rpc_queue$' '{\"delivery-limit\":3}' --apply-to queues");
	}

}
