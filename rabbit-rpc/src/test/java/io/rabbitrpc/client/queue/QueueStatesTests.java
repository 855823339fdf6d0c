package io.rabbitrpc.client.queue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link QueueStates}.
 */
@ExtendWith(OutputCaptureExtension.class)
class QueueStatesTests {

	private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(20).toNanos());

	private final List<String> questions = new CopyOnWriteArrayList<>();

	private final Map<String, CompletableFuture<QueueState>> answers = new ConcurrentHashMap<>();

	private final QueueStates states = new QueueStates(this::ask, this.scheduler, this.now::get);

	private CompletableFuture<QueueState> ask(String queue) {
		this.questions.add(queue);
		return this.answers.computeIfAbsent(queue, (name) -> new CompletableFuture<>());
	}

	@AfterEach
	void close() {
		this.scheduler.shutdownNow();
	}

	@Test
	void tenThousandCallsAskAsOftenAsOne() throws Exception {
		List<CompletableFuture<@Nullable QueueState>> states = IntStream.range(0, 10_000)
			.mapToObj((call) -> state("q"))
			.toList();
		answer("q", 1, 2);
		for (CompletableFuture<@Nullable QueueState> state : states) {
			assertThat(state.get(5, TimeUnit.SECONDS)).isEqualTo(new QueueState("q", 1, 2));
		}
		// Calls that came before the first question share its answer. The others share
		// the next answer
		assertThat(this.questions).hasSizeBetween(1, 2);
	}

	@Test
	void callsBeforeTheAnswerShareTheNextQuestionAndNotTheOneUnderWay() throws Exception {
		CompletableFuture<@Nullable QueueState> first = state("q");
		await().until(() -> this.questions.size() == 1);
		CompletableFuture<@Nullable QueueState> second = state("q");
		CompletableFuture<@Nullable QueueState> third = state("q");
		CompletableFuture<QueueState> underWay = this.answers.put("q",
				CompletableFuture.completedFuture(new QueueState("q", 0, 1)));
		assertThat(underWay).isNotNull();
		underWay.complete(new QueueState("q", 1, 0));
		assertThat(first.get(5, TimeUnit.SECONDS)).isEqualTo(new QueueState("q", 1, 0));
		assertThat(second.get(5, TimeUnit.SECONDS)).isEqualTo(new QueueState("q", 0, 1));
		assertThat(third.get(5, TimeUnit.SECONDS)).isEqualTo(new QueueState("q", 0, 1));
		assertThat(this.questions).hasSize(2);
	}

	@Test
	void questionsAboutAQueueAreFiftyMillisecondsApart() throws Exception {
		answer("q", 0, 1);
		state("q").get(5, TimeUnit.SECONDS);
		this.now.incrementAndGet();
		long start = System.nanoTime();
		state("q").get(5, TimeUnit.SECONDS);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(QueueStates.SPACING);
	}

	@Test
	void aFreshAnswerIsNotAskedForAgain() throws Exception {
		answer("q", 0, 1);
		long asked = this.now.get();
		state("q").get(5, TimeUnit.SECONDS);
		this.now.addAndGet(Duration.ofSeconds(30).toNanos());
		assertThat(state("q", asked)).isCompletedWithValue(new QueueState("q", 0, 1));
		answer("q", 3, 1);
		assertThat(state("q", asked + 1).get(5, TimeUnit.SECONDS)).isEqualTo(new QueueState("q", 3, 1));
		assertThat(this.questions).hasSize(2);
	}

	@Test
	void refusalIsAskedAboutAgainAfterHalfAMinuteAndSaidOnce(CapturedOutput output) throws Exception {
		refuse("q");
		assertThat(state("q").get(5, TimeUnit.SECONDS)).isNull();
		assertThat(this.states.isDenied("q")).isTrue();
		assertThat(this.states.isDenied("other")).isFalse();
		assertThat(state("q")).isCompletedWithValue(null);
		assertThat(this.questions).hasSize(1);
		this.now.addAndGet(QueueStates.DENIAL.toNanos());
		assertThat(state("q").get(5, TimeUnit.SECONDS)).isNull();
		assertThat(this.questions).hasSize(2);
		this.now.addAndGet(QueueStates.DENIAL.toNanos());
		answer("q", 0, 1);
		assertThat(state("q").get(5, TimeUnit.SECONDS)).isEqualTo(new QueueState("q", 0, 1));
		assertThat(this.states.isDenied("q")).isFalse();
		assertThat(output.getAll()).containsOnlyOnce("This client may not ask whether a server consumes q: no access");
	}

	@Test
	void refusalIsAskedAboutAgainOnTheNextConnection() throws Exception {
		refuse("q");
		state("q").get(5, TimeUnit.SECONDS);
		answer("q", 0, 1);
		this.states.forgetDenials();
		assertThat(state("q").get(5, TimeUnit.SECONDS)).isEqualTo(new QueueState("q", 0, 1));
	}

	@Test
	void queueThatGetsNoAnswerHoldsUpNoOther() throws Exception {
		CompletableFuture<@Nullable QueueState> stuck = state("stuck");
		await().until(() -> this.questions.size() == 1);
		answer("q", 0, 1);
		assertThat(state("q").get(5, TimeUnit.SECONDS)).isEqualTo(new QueueState("q", 0, 1));
		this.now.addAndGet(QueueStates.PATIENCE.toNanos() + 1);
		// The client neither asks about it again nor waits for it
		assertThat(state("stuck")).isCompletedWithValue(null);
		assertThat(stuck).isNotDone();
		answer("stuck", 5, 1);
		assertThat(stuck.get(5, TimeUnit.SECONDS)).isEqualTo(new QueueState("stuck", 5, 1));
		assertThat(state("stuck").get(5, TimeUnit.SECONDS)).isEqualTo(new QueueState("stuck", 5, 1));
	}

	@Test
	void queueThatGetsNoAnswerHoldsUpNoOtherWhateverElseTheJvmDelays() throws Throwable {
		BlockedDelays.during(() -> {
			state("stuck");
			await().until(() -> this.questions.size() == 1);
			answer("q", 0, 1);
			assertThat(state("q").get(5, TimeUnit.SECONDS)).isEqualTo(new QueueState("q", 0, 1));
		});
	}

	@Test
	void anAnswerFromBeforeATimeIsPreferred() throws Exception {
		answer("q", 1, 1);
		long first = this.now.get();
		state("q", first).get(5, TimeUnit.SECONDS);
		answer("q", 0, 1);
		long second = this.now.incrementAndGet();
		state("q", second).get(5, TimeUnit.SECONDS);
		assertThat(this.states.state("q", first, second)).isCompletedWithValue(new QueueState("q", 1, 1));
		assertThat(this.states.state("q", first, second + 1)).isCompletedWithValue(new QueueState("q", 0, 1));
		assertThat(this.states.state("q", second, second)).isCompletedWithValue(new QueueState("q", 0, 1));
		assertThat(this.questions).hasSize(2);
	}

	@Test
	void questionThatFailsDoesNotEndTheAsking() throws Exception {
		QueueStates failing = new QueueStates((queue) -> {
			this.questions.add(queue);
			throw new OutOfMemoryError("as if");
		}, this.scheduler, this.now::get);
		assertThat(failing.state("q", this.now.get(), this.now.get()).get(5, TimeUnit.SECONDS)).isNull();
		assertThat(failing.state("r", this.now.get(), this.now.get()).get(5, TimeUnit.SECONDS)).isNull();
		assertThat(failing.isDenied("q")).isFalse();
	}

	@Test
	void queuesUsedLastAreRememberedAndNoMore() throws Exception {
		long asked = this.now.get();
		for (int i = 0; i <= QueueStates.MAX_QUEUES; i++) {
			answer("q" + i, i, 1);
			state("q" + i).get(5, TimeUnit.SECONDS);
		}
		assertThat(state("q1", asked)).isDone();
		assertThat(this.questions).hasSize(QueueStates.MAX_QUEUES + 1);
		state("q0", asked).get(5, TimeUnit.SECONDS);
		assertThat(this.questions).hasSize(QueueStates.MAX_QUEUES + 2);
	}

	private CompletableFuture<@Nullable QueueState> state(String queue) {
		return state(queue, this.now.get());
	}

	private CompletableFuture<@Nullable QueueState> state(String queue, long notBefore) {
		return this.states.state(queue, notBefore, notBefore);
	}

	private void answer(String queue, int waiting, int consumers) {
		QueueState answer = new QueueState(queue, waiting, consumers);
		CompletableFuture<QueueState> asked = this.answers.put(queue, CompletableFuture.completedFuture(answer));
		if (asked != null) {
			asked.complete(answer);
		}
	}

	private void refuse(String queue) {
		Method close = new AMQP.Channel.Close.Builder().replyCode(AMQP.ACCESS_REFUSED).replyText("no access").build();
		this.answers.put(queue,
				CompletableFuture.failedFuture(new ShutdownSignalException(false, false, close, new Object())));
	}

}
