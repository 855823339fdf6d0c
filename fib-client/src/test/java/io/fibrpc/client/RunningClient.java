package io.fibrpc.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import io.rabbitrpc.client.ReplyMode;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The client with its web server, in this JVM.
 */
public final class RunningClient implements AutoCloseable {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	private final URI web;

	private RunningClient(ConfigurableApplicationContext context) {
		this.context = context;
		this.web = URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port"));
	}

	/**
	 * Starts a client.
	 * @param broker settings that lead to its broker
	 * @param mode where replies arrive
	 * @param settings more of them
	 * @return the client, connected or still connecting
	 */
	public static RunningClient start(Map<String, String> broker, ReplyMode mode, String... settings) {
		List<String> arguments = new ArrayList<>(List.of(settings));
		broker.forEach((name, value) -> arguments.add("--" + name + "=" + value));
		arguments.addAll(List.of("--rabbit.rpc.client.reply-mode=" + mode, "--fib.client.demo=false", "--server.port=0",
				"--spring.main.keep-alive=false", "--management.endpoint.health.show-details=always"));
		return new RunningClient(
				new SpringApplicationBuilder(FibonacciClientApplication.class).run(arguments.toArray(String[]::new)));
	}

	/**
	 * Gets a bean.
	 * @param type its type
	 * @param <T> the same
	 * @return the bean
	 */
	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/**
	 * Gets one of several beans of a type.
	 * @param name its name
	 * @param type its type
	 * @param <T> the same
	 * @return the bean
	 */
	public <T> T bean(String name, Class<T> type) {
		return this.context.getBean(name, type);
	}

	/**
	 * Gets all beans of a type.
	 * @param type their type
	 * @param <T> the same
	 * @return the beans
	 */
	public <T> Collection<T> beansOf(Class<T> type) {
		return this.context.getBeansOfType(type).values();
	}

	/**
	 * Sets a property of the web server's connector, for connections from now on.
	 * @param name such as {@code socket.txBufSize}
	 * @param value its value
	 */
	public void setConnectorProperty(String name, String value) {
		TomcatWebServer server = (TomcatWebServer) Objects
			.requireNonNull(((WebServerApplicationContext) this.context).getWebServer());
		assertThat(server.getTomcat().getConnector().setProperty(name, value)).as(name).isTrue();
	}

	/**
	 * Opens the page's stream.
	 * @return the stream
	 */
	public EventStream events() {
		return EventStream.open(HTTP, URI.create(this.web + "/page/events"));
	}

	/**
	 * Makes a request and waits for the response, for 15 s at most.
	 * @param method the method
	 * @param path the path, with its query
	 * @param headers names and values in turn
	 * @return the response
	 */
	public HttpResponse<String> send(String method, String path, String... headers) {
		try {
			return HTTP.send(request(method, path, headers), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	public HttpResponse<String> get(String path, String... headers) {
		return send("GET", path, headers);
	}

	public CompletableFuture<HttpResponse<String>> getLater(String path) {
		return HTTP.sendAsync(request("GET", path), BodyHandlers.ofString());
	}

	private HttpRequest request(String method, String path, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.web + path))
			.method(method, HttpRequest.BodyPublishers.noBody())
			.timeout(Duration.ofSeconds(15));
		return ((headers.length > 0) ? request.headers(headers) : request).build();
	}

	/**
	 * The value of a Prometheus series.
	 * @param series its name and tags, as Prometheus shows them
	 * @return the value, or -1 if there is no such series
	 */
	public double metric(String series) {
		return get("/actuator/prometheus").body()
			.lines()
			.filter((line) -> line.startsWith(series + " "))
			.mapToDouble((line) -> Double.parseDouble(line.substring(series.length() + 1)))
			.findFirst()
			.orElse(-1);
	}

	@Override
	public void close() {
		this.context.close();
	}

}
