package io.rabbitrpc.client.observation;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.channel.RequestAddress;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallRecorder}.
 */
class CallRecorderTests {

	private final List<String> seen = new ArrayList<>();

	@Test
	void spanNamesTheShardAndMeterTheQueueThatWasCalled() {
		assertThat(seen(new RequestAddress("", "quotes").shard("quotes.1"))).containsExactly("span quotes.1",
				"meter quotes");
		assertThat(seen(new RequestAddress("", "quotes"))).containsExactly("span quotes", "meter quotes");
		assertThat(seen(new RequestAddress("shop", "quote"))).containsExactly("span shop:quote", "meter shop:quote");
	}

	private List<String> seen(RequestAddress address) {
		this.seen.clear();
		CallMeters meters = new CallMeters() {

			@Override
			public void ended(String queue, @Nullable RpcStatus status, long nanos) {
				CallRecorderTests.this.seen.add("meter " + queue);
			}

		};
		new CallRecorder(meters, (queue) -> {
			this.seen.add("span " + queue);
			return CallSpans.NONE.start(queue);
		}, List.of()).start(address).ended(null, null);
		return this.seen;
	}

}
