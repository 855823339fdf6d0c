package io.fibrpc.systemtests.faults;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.fibrpc.systemtests.Program;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * HTTP requests to a program at a steady pace, even if earlier ones have no answer yet.
 * They end with the program.
 */
final class SteadyRequests implements AutoCloseable {

	private final Program program;

	private final String path;

	private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();

	private final List<Answer> answers = new CopyOnWriteArrayList<>();

	/**
	 * Starts the requests.
	 * @param program the program
	 * @param path the path
	 * @param rate how often in a second
	 */
	SteadyRequests(Program program, String path, int rate) {
		this.program = program;
		this.path = path;
		this.pace.scheduleAtFixedRate(this::ask, 0, TimeUnit.SECONDS.toMicros(1) / rate, TimeUnit.MICROSECONDS);
	}

	private void ask() {
		if (!this.program.isAlive()) {
			close();
			return;
		}
		long begin = System.nanoTime();
		this.program.statusLater(this.path)
			.whenComplete((status, failure) -> this.answers
				.add(new Answer((failure != null) ? failure.toString() : status.toString(),
						Duration.ofNanos(System.nanoTime() - begin))));
	}

	/** Forgets the answers until now. */
	void forget() {
		this.answers.clear();
	}

	/**
	 * Checks the answers until now.
	 * @param bound how long each may take at most
	 * @param statuses the allowed statuses
	 */
	void assertAnswered(Duration bound, String... statuses) {
		List<Answer> ended = List.copyOf(this.answers);
		assertThat(ended).isNotEmpty();
		assertThat(ended).as("answers to " + this.path)
			.filteredOn((answer) -> answer.took().compareTo(bound) > 0 || !List.of(statuses).contains(answer.status()))
			.isEmpty();
	}

	@Override
	public void close() {
		this.pace.shutdownNow();
	}

	/** An answer, or why there was none. */
	private record Answer(String status, Duration took) {

	}

}
