package io.rabbitrpc.server.container;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

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

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);

	private final RepeatedRequests repeated = new RepeatedRequests("rpc_queue", this.now::get);

	@Test
	void restartsCauseNoWarning(CapturedOutput output) {
		this.repeated.look("one", 1);
		this.repeated.look("two", 2);
		assertThat(this.repeated.last()).isNull();
		assertThat(output).doesNotContain("delivered");
	}

	@Test
	void aRepeatedRequestIsLoggedWithTheCommandThatEndsIt(CapturedOutput output) {
		this.repeated.look("poison", 3);
		assertThat(this.repeated.last()).contains("correlation id poison", "delivered 3 times");
		assertThat(output).contains("correlation id poison", "delivered 3 times",
				"rabbitmqctl set_operator_policy rpc_queue-poison '^rpc_queue$' '{\"delivery-limit\":3}' --apply-to queues");
	}

	@Test
	void tenMinutesLaterItIsForgotten() {
		this.repeated.look("poison", 3);
		this.now.addAndGet(Duration.ofMinutes(10).toNanos() - 1);
		assertThat(this.repeated.last()).contains("poison");
		this.now.incrementAndGet();
		assertThat(this.repeated.last()).isNull();
	}

	@Test
	void aRequestThatComesAgainAndAgainIsNotLoggedEachTime(CapturedOutput output) {
		for (int deliveries = 3; deliveries < 20; deliveries++) {
			this.repeated.look("poison", deliveries);
		}
		assertThat(output.getOut().lines().filter((line) -> line.contains("delivered"))).hasSize(1);
		this.now.addAndGet(Duration.ofSeconds(10).toNanos());
		this.repeated.look("poison", 20);
		assertThat(output).contains("delivered 20 times", "(and 16 more like it)");
		assertThat(this.repeated.last()).contains("delivered 20 times");
	}

}
