package io.rabbitrpc.server.container;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.amqp.core.Message;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.rabbitrpc.server.request.RequestProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link HandlerWatch} and {@link RequestInWork}.
 */
@ExtendWith(OutputCaptureExtension.class)
class HandlerWatchTests {

	private final ServedQueue queue;

	private final ServedQueues queues = new ServedQueues((name) -> new QueueMeters() {
	});

	private final AtomicInteger answers = new AtomicInteger();

	HandlerWatchTests() {
		this.queue = this.queues.of("quotes");
	}

	@AfterEach
	void clear() {
		Thread.interrupted();
	}

	private RequestInWork begin(@Nullable String expiration) {
		RequestProperties properties = new RequestProperties(Duration.ZERO);
		properties.setExpiration(expiration);
		properties.setCorrelationId("4711");
		return this.queue.begin(new Message(new byte[0], properties), mock(Channel.class));
	}

	private void look(@Nullable Duration timeout, Duration later) {
		new HandlerWatch(this.queues, timeout).look(System.nanoTime() + later.toNanos(), Runnable::run);
	}

	@Test
	void aListenerThatTakesTooLongIsInterruptedAndAnsweredForOnce() {
		RequestInWork request = begin(null);
		request.listenerBegins(this.answers::incrementAndGet);
		look(Duration.ofSeconds(10), Duration.ofSeconds(9));
		assertThat(this.answers).hasValue(0);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		look(Duration.ofSeconds(10), Duration.ofSeconds(11));
		look(Duration.ofSeconds(10), Duration.ofSeconds(12));
		assertThat(this.answers).hasValue(1);
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
	}

	@Test
	void theInterruptEndsWithItsRequest() {
		RequestInWork request = begin(null);
		request.listenerBegins(this.answers::incrementAndGet);
		look(Duration.ofSeconds(10), Duration.ofSeconds(11));
		assertThat(request.listenerReturned()).as("to be answered").isFalse();
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void theInterruptOfSomebodyElseStays() {
		RequestInWork request = begin(null);
		request.listenerBegins(this.answers::incrementAndGet);
		Thread.currentThread().interrupt();
		assertThat(request.listenerReturned()).as("to be answered").isTrue();
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
	}

	@Test
	void aRequestWhoseListenerHasEndedIsLeftAlone() {
		RequestInWork request = begin(null);
		look(Duration.ofSeconds(10), Duration.ofSeconds(11));
		request.listenerBegins(this.answers::incrementAndGet);
		assertThat(request.listenerReturned()).isTrue();
		look(Duration.ofSeconds(10), Duration.ofSeconds(12));
		assertThat(this.answers).hasValue(0);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void aRequestThatWaitsToReplyDoesNotCountAsHanging(CapturedOutput output) {
		RequestInWork request = begin("1");
		request.listenerBegins(this.answers::incrementAndGet);
		assertThat(request.listenerReturned()).isTrue();
		look(Duration.ofSeconds(10), Duration.ofSeconds(11));
		look(null, Duration.ofSeconds(11));
		assertThat(output).doesNotContain("in work");
		assertThat(problemAfter(request, Duration.ofSeconds(11))).isNull();
	}

	@Test
	void onlyAListenerThatIgnoresTheInterruptIsAProblem() {
		RequestInWork request = begin(null);
		request.listenerBegins(this.answers::incrementAndGet);
		look(Duration.ofSeconds(10), Duration.ofMillis(10_050));
		assertThat(problemAfter(request, Duration.ofMillis(10_099))).isNull();
		assertThat(problemAfter(request, Duration.ofMillis(10_200)))
			.isEqualTo("a listener has worked on a request for 10200 ms, longer than the handler timeout of 10000 ms");
		request.listenerReturned();
		assertThat(problemAfter(request, Duration.ofMillis(10_200))).isNull();
	}

	@Test
	void withoutATimeoutNoListenerIsAProblem() {
		RequestInWork request = begin(null);
		request.listenerBegins(this.answers::incrementAndGet);
		long later = request.begunNanos() + Duration.ofHours(1).toNanos();
		assertThat(new HandlerWatch(this.queues, null).problem(this.queue, later)).isNull();
	}

	private @Nullable String problemAfter(RequestInWork request, Duration age) {
		return new HandlerWatch(this.queues, Duration.ofSeconds(10)).problem(this.queue,
				request.begunNanos() + age.toNanos());
	}

	@Test
	void theListenerIsInterruptedEvenIfTheAnswerFails() {
		begin(null).listenerBegins(() -> {
			throw new IllegalStateException("no reply");
		});
		HandlerWatch watch = new HandlerWatch(this.queues, Duration.ofMillis(1));
		watch.start();
		try {
			assertThat(Thread.currentThread()).satisfies((thread) -> {
				long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
				while (!thread.isInterrupted() && System.nanoTime() < end) {
					Thread.onSpinWait();
				}
				assertThat(thread.isInterrupted()).isTrue();
			});
		}
		finally {
			watch.close();
		}
	}

	@Test
	void itIsLoggedOnceWithTheStackOfItsThread(CapturedOutput output) {
		RequestInWork request = begin(null);
		request.listenerBegins(this.answers::incrementAndGet);
		HandlerWatch watch = new HandlerWatch(this.queues, Duration.ofSeconds(10));
		watch.look(System.nanoTime() + Duration.ofSeconds(11).toNanos(), Runnable::run);
		watch.look(System.nanoTime() + Duration.ofSeconds(12).toNanos(), Runnable::run);
		assertThat(output).containsOnlyOnce("A request of quotes (correlation id 4711) has been in work for 11")
			.contains("HandlerWatchTests.itIsLoggedOnceWithTheStackOfItsThread");
	}

	@Test
	void withoutATimeoutTheRequestsOwnDeadlineCountsForTheLineAlone(CapturedOutput output) {
		begin("60000").listenerBegins(this.answers::incrementAndGet);
		look(null, Duration.ofHours(1));
		assertThat(output).doesNotContain("in work");
		RequestProperties expired = new RequestProperties(Duration.ofSeconds(1));
		expired.setExpiration("100");
		this.queue.begin(new Message(new byte[0], expired), mock(Channel.class))
			.listenerBegins(this.answers::incrementAndGet);
		look(null, Duration.ofSeconds(2));
		assertThat(output).containsOnlyOnce("its caller no longer waits");
		assertThat(this.answers).hasValue(0);
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void theLongestIsTheOneThatWasBegunFirst() {
		assertThat(this.queue.longest()).isZero();
		RequestInWork first = begin(null);
		begin(null);
		assertThat(this.queue.longest()).isPositive()
			.isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - first.begunNanos()));
		assertThat(this.queue.active()).isEqualTo(2);
		this.queue.end(first);
		assertThat(this.queue.active()).isEqualTo(1);
	}

}
