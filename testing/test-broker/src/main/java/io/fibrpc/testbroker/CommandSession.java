package io.fibrpc.testbroker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A {@code rabbitmqctl} that stays, and answers in milliseconds where a process takes a
 * second to start. It runs the same commands.
 */
final class CommandSession implements AutoCloseable {

	private static final String SCRIPT = "rabbitmqctl";

	private static final String RESULT = "> ";

	private static final String END = "end";

	private final OutputStream input;

	private final Runnable end;

	private final BlockingQueue<String> results = new LinkedBlockingQueue<>();

	private boolean ended;

	/**
	 * Talks to a session.
	 * @param input where it reads commands
	 * @param output what it answers
	 * @param end ends it
	 */
	CommandSession(OutputStream input, InputStream output, Runnable end) {
		this.input = input;
		this.end = end;
		TcpProxy.start("rabbitmqctl-session", () -> readUntilEnd(output));
	}

	/**
	 * The script of a session. Its file must keep the name {@code rabbitmqctl}.
	 * @return an escript, whose argument is the escript of the real rabbitmqctl
	 */
	static String script() {
		try (InputStream script = CommandSession.class.getResourceAsStream(SCRIPT)) {
			if (script == null) {
				throw new IllegalStateException("The script of the session is missing");
			}
			return new String(script.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void readUntilEnd(InputStream output) {
		try (BufferedReader lines = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				if (line.startsWith(RESULT)) {
					this.results.add(line.substring(RESULT.length()));
				}
			}
		}
		catch (IOException ex) {
			// It has ended
		}
		this.results.add(END);
	}

	/**
	 * Runs a command.
	 * @param arguments its arguments
	 * @param timeout how long it may take
	 * @return what it printed
	 * @throws IllegalStateException if it failed or took longer; the message has what it
	 * printed
	 */
	synchronized String run(List<String> arguments, Duration timeout) {
		String line = arguments.stream()
			.map((argument) -> Base64.getEncoder().encodeToString(argument.getBytes(StandardCharsets.UTF_8)))
			.collect(Collectors.joining(" ", "", "\n"));
		try {
			this.input.write(line.getBytes(StandardCharsets.US_ASCII));
			this.input.flush();
			String result = this.results.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
			if (result == null || result.equals(END)) {
				close();
				throw new IllegalStateException("%s: %s".formatted(arguments,
						(result != null) ? "the session has ended" : "no answer within " + timeout));
			}
			String[] codeAndText = result.split(" ", -1);
			String text = new String(Base64.getDecoder().decode(codeAndText[1]), StandardCharsets.UTF_8).strip();
			Commands.check(arguments, Integer.parseInt(codeAndText[0]), text);
			return text;
		}
		catch (IOException ex) {
			close();
			throw new UncheckedIOException("Cannot run " + arguments, ex);
		}
		catch (InterruptedException ex) {
			close();
			throw Commands.interrupted(ex);
		}
	}

	synchronized boolean hasEnded() {
		return this.ended || this.results.contains(END);
	}

	@Override
	public synchronized void close() {
		this.ended = true;
		this.end.run();
	}

}
