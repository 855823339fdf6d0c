package io.fibrpc.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * A program that a test has started, and its output so far.
 */
public abstract class Program implements AutoCloseable {

	private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

	private static final int LOG_LINES = 200;

	private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

	private final String name;

	private @Nullable URI web;

	Program(String name) {
		this.name = name;
	}

	/**
	 * The lines that the program has written so far on its standard output.
	 * @param first the index of the first of them to return
	 * @return these lines in the order of their arrival
	 */
	public abstract List<OutputLine> timedOutput(int first);

	abstract List<OutputLine> timedErrors();

	/**
	 * Whether the program still runs.
	 * @return whether it runs
	 */
	public abstract boolean isAlive();

	/**
	 * Waits for the end of the program.
	 * @param timeout how long
	 * @return what it has written, and the exit code
	 */
	public abstract ProgramResult result(Duration timeout);

	/** Ends the program, whatever its state. */
	@Override
	public abstract void close();

	public final int exitCode(Duration timeout) {
		return result(timeout).exitCode();
	}

	/**
	 * Waits for a line on either output.
	 * @param regex found anywhere in the line
	 * @param timeout how long
	 * @return the match
	 */
	public final Matcher awaitLine(String regex, Duration timeout) {
		Pattern pattern = Pattern.compile(regex);
		List<Matcher> found = new ArrayList<>();
		try {
			Awaitility.await().pollInterval(Duration.ofMillis(20)).atMost(timeout).until(() -> {
				lines().map(pattern::matcher).filter(Matcher::find).findFirst().ifPresent(found::add);
				return !found.isEmpty() || !isAlive();
			});
		}
		catch (ConditionTimeoutException ex) {
			// The message below says so
		}
		if (found.isEmpty()) {
			fail("No line '%s' %s:%n%s", regex, isAlive() ? "within " + timeout : "before it ended", log());
		}
		return found.get(0);
	}

	/**
	 * Waits until the program says that it is ready.
	 * @return this program
	 */
	public Program awaitReady() {
		return awaitUp("/actuator/health/readiness", START_TIMEOUT);
	}

	/**
	 * Waits for status UP.
	 * @param path of the health or of a group
	 * @param timeout how long
	 * @return this program
	 */
	public Program awaitUp(String path, Duration timeout) {
		web();
		try {
			Awaitility.await()
				.pollInterval(Duration.ofMillis(50))
				.atMost(timeout)
				.until(() -> !isAlive() || get(path).contains("\"status\":\"UP\""));
		}
		catch (ConditionTimeoutException ex) {
			fail("%s is not UP after %s: %s%n%s", path, timeout, get(path), log());
		}
		assertThat(isAlive()).withFailMessage(() -> "The program has ended: " + log()).isTrue();
		return this;
	}

	/**
	 * Where a browser finds the program.
	 * @param path the path
	 * @return its address
	 */
	public final String address(String path) {
		return web().resolve(path).toString();
	}

	/**
	 * Asks the program by HTTP.
	 * @param path the path
	 * @param headers names and values in turn
	 * @return the body, whatever the status
	 */
	public final String get(String path, String... headers) {
		return response(path, headers).body();
	}

	/**
	 * Asks the program by HTTP.
	 * @param path the path
	 * @return the status
	 */
	public final int status(String path) {
		return response(path).statusCode();
	}

	/**
	 * Asks the program by HTTP, without waiting for it.
	 * @param path the path
	 * @return the status to come
	 */
	public final CompletableFuture<Integer> statusLater(String path) {
		return HTTP.sendAsync(request(path).build(), HttpResponse.BodyHandlers.discarding())
			.thenApply(HttpResponse::statusCode);
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(web().resolve(path)).timeout(Duration.ofSeconds(40));
	}

	private HttpResponse<String> response(String path, String... headers) {
		try {
			HttpRequest.Builder request = request(path);
			if (headers.length > 0) {
				request.headers(headers);
			}
			return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("No answer to GET %s:%n%s".formatted(path, log()), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	private URI web() {
		if (this.web == null) {
			String port = awaitLine("Tomcat started on port (\\d+)", START_TIMEOUT).group(1);
			this.web = URI.create("http://localhost:" + port);
		}
		return this.web;
	}

	public final List<String> output() {
		return text(timedOutput(0));
	}

	public final List<String> errors() {
		return text(timedErrors());
	}

	public final Stream<String> lines() {
		return Stream.of(output(), errors()).flatMap(Collection::stream);
	}

	static List<String> text(List<OutputLine> lines) {
		return lines.stream().map(OutputLine::text).toList();
	}

	/**
	 * The last lines that the program wrote.
	 * @return these lines, which help to understand a failure. Those of the error output
	 * come first: they say why a program has ended
	 */
	public final String log() {
		return "== %s, error output:%n%s%n== %s, standard output:%n%s%n".formatted(this.name, tail(errors()), this.name,
				tail(output()));
	}

	private static String tail(List<String> lines) {
		return String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
	}

}
