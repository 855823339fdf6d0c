package io.rabbitrpc.client.channel;

import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UselessChannel}.
 */
class UselessChannelTests {

	private static final long SECOND = 1_000_000_000;

	private static final RequestAddress QUEUE = new RequestAddress("", "queue");

	private final UselessChannel useless = new UselessChannel();

	@Test
	void queueThatRefusesForAGoodReasonGetsAnotherChannelMoreAndMoreRarely() {
		assertThat(LongStream.rangeClosed(0, 300).filter((second) -> this.useless.replace(QUEUE, second * SECOND)))
			.containsExactly(0L, 5L, 15L, 35L, 75L, 135L, 195L, 255L);
	}

	@Test
	void channelThatWasGoodForAWhileIsReplacedSoonerAgain() {
		assertThat(this.useless.replace(QUEUE, 0)).isTrue();
		assertThat(this.useless.replace(QUEUE, 5 * SECOND)).isTrue();
		assertThat(this.useless.replace(QUEUE, 25 * SECOND)).isTrue();
		assertThat(this.useless.replace(QUEUE, 30 * SECOND)).isTrue();
	}

	@Test
	void eachQueueWaitsForItself() {
		assertThat(this.useless.replace(QUEUE, 0)).isTrue();
		assertThat(this.useless.replace(new RequestAddress("", "another"), 1)).isTrue();
		assertThat(this.useless.replace(QUEUE, 2)).isFalse();
	}

	@Test
	void remembersTheLastQueuesOnly() {
		for (int i = 0; i <= UselessChannel.MAX_ADDRESSES; i++) {
			this.useless.replace(new RequestAddress("", "queue-" + i), i);
		}
		assertThat(this.useless.replace(new RequestAddress("", "queue-1"), SECOND)).isFalse();
		assertThat(this.useless.replace(new RequestAddress("", "queue-0"), SECOND)).isTrue();
	}

}
