package io.rabbitrpc.client.queue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link QueueState}.
 */
class QueueStateTests {

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"', value = { "-1, 0, true, true, there is no queue q",
			"1, 0, true, true, \"no server is consuming q, where 1 request waits\"",
			"7, 0, true, true, \"no server is consuming q, where 7 requests wait\"",
			"0, 0, true, false, no server is consuming q",
			"0, 1, false, false, \"q has 1 consumer and nothing waiting: a server has the request, or it was dropped\"",
			"3, 2, false, false, in q 3 requests wait for 2 consumers" })
	void describesAndJudges(int waiting, int consumers, boolean unserved, boolean abandoned, String description) {
		QueueState state = new QueueState("q", waiting, consumers);
		assertThat(state.isUnserved()).isEqualTo(unserved);
		assertThat(state.isAbandoned()).isEqualTo(abandoned);
		assertThat(state.describe()).isEqualTo(description);
	}

}
