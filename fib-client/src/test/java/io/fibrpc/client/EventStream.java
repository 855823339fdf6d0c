package io.fibrpc.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The events of the page, as a browser gets them.
 */
public final class EventStream implements AutoCloseable {

	private final List<String> events = new CopyOnWriteArrayList<>();

	private final Stream<String> lines;

	private final Thread reader;

	private EventStream(Stream<String> lines) {
		this.lines = lines;
		this.reader = new Thread(this::read, "event-stream");
		this.reader.setDaemon(true);
		this.reader.start();
	}

	static EventStream open(HttpClient http, URI address) {
		try {
			HttpResponse<Stream<String>> response = http.send(HttpRequest.newBuilder(address).build(),
					BodyHandlers.ofLines());
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
			return new EventStream(response.body());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private void read() {
		try {
			String[] name = new String[1];
			this.lines.forEach((line) -> {
				if (line.startsWith("event:")) {
					name[0] = line.substring("event:".length());
				}
				else if (line.startsWith("data:")) {
					this.events.add(name[0] + " " + line.substring("data:".length()));
				}
			});
		}
		catch (UncheckedIOException ex) {
			// It was closed
		}
	}

	/**
	 * Waits for an event.
	 * @param name its name
	 * @param parts what stands in it
	 */
	public void await(String name, String... parts) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(15))
			.untilAsserted(() -> assertThat(this.events).anyMatch(
					(event) -> event.startsWith(name + " ") && List.of(parts).stream().allMatch(event::contains)));
	}

	/**
	 * The last event of a name.
	 * @param name the name
	 * @return what stands in it
	 */
	public String last(String name) {
		return this.events.stream()
			.filter((event) -> event.startsWith(name + " "))
			.reduce((first, second) -> second)
			.orElse("");
	}

	/**
	 * Waits until the client has ended the stream.
	 * @param most how long
	 */
	public void awaitEnd(Duration most) {
		Awaitility.await().atMost(most).until(() -> !this.reader.isAlive());
	}

	@Override
	public void close() {
		this.lines.close();
	}

}
