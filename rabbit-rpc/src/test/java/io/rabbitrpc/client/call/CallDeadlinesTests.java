package io.rabbitrpc.client.call;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.rabbitrpc.client.channel.RpcCall;
import io.rabbitrpc.client.channel.TestCall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link CallDeadlines}.
 */
class CallDeadlinesTests {

	private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);

	@AfterEach
	void stop() {
		this.scheduler.shutdownNow();
	}

	@Test
	void callsEndByTheirDeadlinesAndNotBefore() {
		List<RpcCall> expired = new CopyOnWriteArrayList<>();
		CallDeadlines deadlines = new CallDeadlines(this.scheduler, expired::add);
		RpcCall due = new TestCall("", Duration.ofMillis(100));
		deadlines.add(due);
		deadlines.add(new TestCall("", Duration.ofMinutes(1)));
		await().pollInterval(Duration.ofMillis(5)).until(() -> !expired.isEmpty());
		assertThat(due.elapsed()).isBetween(Duration.ofMillis(100), Duration.ofMillis(350));
		assertThat(expired).containsExactly(due);
	}

	@Test
	void othersKeepTheirDeadlinesWhenTheEndOfACallThrows() {
		AtomicInteger expired = new AtomicInteger();
		CallDeadlines deadlines = new CallDeadlines(this.scheduler, (call) -> {
			if (expired.incrementAndGet() == 1) {
				throw new StackOverflowError("for the test");
			}
		});
		for (int i = 0; i < 3; i++) {
			deadlines.add(new TestCall("", Duration.ofMillis(100)));
		}
		await().until(() -> expired.get() == 3);
		deadlines.add(new TestCall("", Duration.ofMillis(1)));
		await().until(() -> expired.get() == 4);
	}

	@Test
	void watchesNothingWhenThereIsNothingToWatch() {
		CallDeadlines deadlines = new CallDeadlines(this.scheduler, (call) -> {
		});
		RpcCall call = new TestCall();
		deadlines.add(call);
		deadlines.remove(call);
		await().until(() -> this.scheduler.getQueue().isEmpty() && this.scheduler.getActiveCount() == 0);
	}

}
