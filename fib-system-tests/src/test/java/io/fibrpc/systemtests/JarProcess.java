package io.fibrpc.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * One of the two executable jars, running.
 */
public final class JarProcess extends ProgramProcess {

	private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

	private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

	private @Nullable URI web;

	private JarProcess(String name, List<String> command, Map<String, String> environment) {
		super(name, command, environment);
	}

	/**
	 * Starts a jar.
	 * @param module the module that builds it, such as {@code fib-server}
	 * @param environment variables beside those of this process
	 * @param arguments its arguments
	 * @return the process, which may not be ready yet
	 */
	static JarProcess start(String module, Map<String, String> environment, List<String> arguments) {
		return start(module, environment, List.of("-jar", jar(module)), arguments);
	}

	/**
	 * Starts a program of the tests with the classes of a jar, by Spring Boot's launcher.
	 * @param module the module that builds the jar
	 * @param program the program's main class
	 * @param arguments its arguments
	 * @return the process, which may not be ready yet
	 * @see <a href=
	 * "https://docs.spring.io/spring-boot/specification/executable-jar/property-launcher.html">PropertiesLauncher</a>
	 */
	static JarProcess startInside(String module, Class<?> program, List<String> arguments) {
		String classes = program.getProtectionDomain().getCodeSource().getLocation().getPath();
		return start(module, Map.of(), List.of("-Dloader.path=" + classes, "-Dloader.main=" + program.getName(), "-cp",
				jar(module), "org.springframework.boot.loader.launch.PropertiesLauncher"), arguments);
	}

	private static JarProcess start(String module, Map<String, String> environment, List<String> launch,
			List<String> arguments) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Xshare:auto", "-Xmx256m"));
		command.addAll(launch);
		command.addAll(arguments);
		return new JarProcess(module, command, environment);
	}

	private static String jar(String module) {
		Path jar = Path.of("..", module, "target", module + ".jar");
		if (!Files.exists(jar)) {
			throw new IllegalStateException("%s is missing: these tests run after mvn package".formatted(jar));
		}
		return jar.toString();
	}

	/**
	 * Waits until the program says that it is ready.
	 * @return this process
	 */
	public JarProcess awaitReady() {
		return awaitUp("/actuator/health/readiness", START_TIMEOUT);
	}

	/**
	 * Waits for status UP.
	 * @param path of the health or of a group
	 * @param timeout how long
	 * @return this process
	 */
	public JarProcess awaitUp(String path, Duration timeout) {
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
	 * Asks the program by HTTP.
	 * @param path the path
	 * @param headers names and values in turn
	 * @return the body, whatever the status
	 */
	public String get(String path, String... headers) {
		return response(path, headers).body();
	}

	/**
	 * Asks the program by HTTP.
	 * @param path the path
	 * @return the status
	 */
	public int status(String path) {
		return response(path).statusCode();
	}

	private HttpResponse<String> response(String path, String... headers) {
		try {
			HttpRequest.Builder request = HttpRequest.newBuilder(web().resolve(path)).timeout(Duration.ofSeconds(15));
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

}
