package io.rabbitrpc.client.channel;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TroubledRequests}.
 */
class TroubledRequestsTests {

	private static final long LATER = Duration.ofSeconds(10).toNanos();

	private final TroubledRequests requests = new TroubledRequests(Duration.ofMillis(1_500));

	private static RequestAddress queue(String name) {
		return new RequestAddress("", name);
	}

	@Test
	void isNoticedWhenItGoesOnForTooLong() {
		assertThat(this.requests.goesOn(queue("queue"), 0)).isFalse();
		assertThat(this.requests.goesOn(queue("queue"), Duration.ofSeconds(1).toNanos())).isFalse();
		assertThat(this.requests.goesOn(queue("queue"), Duration.ofSeconds(2).toNanos())).isTrue();
	}

	@Test
	void requestThatFaresBetterEndsIt() {
		this.requests.goesOn(queue("queue"), 0);
		this.requests.over(queue("queue"));
		assertThat(this.requests.goesOn(queue("queue"), LATER)).isFalse();
	}

	@Test
	void requestToAnotherQueueDoesNotEndIt() {
		this.requests.goesOn(queue("queue"), 0);
		this.requests.over(queue("another"));
		assertThat(this.requests.goesOn(queue("queue"), LATER)).isTrue();
	}

	@Test
	void remembersTheLastQueuesOnly() {
		for (int i = 0; i <= TroubledRequests.MAX_ADDRESSES; i++) {
			this.requests.goesOn(queue("queue-" + i), i);
		}
		assertThat(this.requests.goesOn(queue("queue-2"), LATER)).isTrue();
		assertThat(this.requests.goesOn(queue("queue-" + TroubledRequests.MAX_ADDRESSES), LATER)).isTrue();
		assertThat(this.requests.goesOn(queue("queue-0"), LATER)).isFalse();
	}

}
