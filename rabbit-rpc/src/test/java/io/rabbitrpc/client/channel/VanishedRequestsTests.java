package io.rabbitrpc.client.channel;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link VanishedRequests}.
 */
class VanishedRequestsTests {

	private static final long LATER = Duration.ofSeconds(10).toNanos();

	private final VanishedRequests requests = new VanishedRequests();

	@Test
	void isNoticedWhenItGoesOnForTooLong() {
		assertThat(this.requests.vanished("queue", 0)).isFalse();
		assertThat(this.requests.vanished("queue", Duration.ofSeconds(1).toNanos())).isFalse();
		assertThat(this.requests.vanished("queue", Duration.ofSeconds(2).toNanos())).isTrue();
	}

	@Test
	void replyEndsIt() {
		this.requests.vanished("queue", 0);
		this.requests.replied("queue");
		assertThat(this.requests.vanished("queue", LATER)).isFalse();
	}

	@Test
	void remembersTheLastQueuesOnly() {
		for (int i = 0; i <= VanishedRequests.MAX_QUEUES; i++) {
			this.requests.vanished("queue-" + i, i);
		}
		assertThat(this.requests.vanished("queue-2", LATER)).isTrue();
		assertThat(this.requests.vanished("queue-" + VanishedRequests.MAX_QUEUES, LATER)).isTrue();
		assertThat(this.requests.vanished("queue-0", LATER)).isFalse();
	}

}
