package io.fibrpc.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;

/**
 * Measures the time from the start of a program to its first answered request, and its
 * resident memory then.
 */
final class StartUpProgram {

	static final int PATIENCE_SECONDS = 120;

	static final String DIRECT_REPLY_TO = "amq.rabbitmq.reply-to";

	private static final double KIB_PER_MIB = 1024;

	private StartUpProgram() {
	}

	/**
	 * Measures one start and prints milliseconds, milliseconds of processor time and MiB.
	 * @param args {@code server} or {@code client}, the queue, and the command that
	 * starts the program. A server's first request waits in the queue; a client has its
	 * value when it prints {@code [.] Got}.
	 * @throws Exception if the broker refuses or the program does not start
	 */
	static void run(String[] args) throws Exception {
		List<String> command = Arrays.asList(args).subList(2, args.length);
		try (Connection connection = MeasuredBroker.connect("start-up")) {
			if ("server".equals(args[0])) {
				measureServer(connection.createChannel(), args[1], command);
			}
			else {
				measureClient(command);
			}
		}
	}

	private static void measureServer(Channel channel, String queue, List<String> command)
			throws IOException, InterruptedException {
		CountDownLatch answered = new CountDownLatch(1);
		channel.basicConsume(DIRECT_REPLY_TO, true, (tag, reply) -> answered.countDown(), (tag) -> {
		});
		BasicProperties properties = new BasicProperties.Builder().correlationId("1").replyTo(DIRECT_REPLY_TO).build();
		channel.basicPublish("", queue, properties, "30".getBytes(StandardCharsets.US_ASCII));
		long begun = System.nanoTime();
		Process process = new ProcessBuilder(command).redirectOutput(Redirect.DISCARD)
			.redirectError(Redirect.DISCARD)
			.start();
		try {
			if (!answered.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
				throw new IllegalStateException("No reply");
			}
			report(process, begun);
		}
		finally {
			end(process);
		}
	}

	private static void measureClient(List<String> command) throws IOException, InterruptedException {
		long begun = System.nanoTime();
		Process process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
		try (BufferedReader output = process.inputReader()) {
			String line = output.readLine();
			while (line != null && !line.startsWith(" [.] Got 832040")) {
				line = output.readLine();
			}
			if (line == null) {
				throw new IllegalStateException("It ended without a value");
			}
			report(process, begun);
		}
		finally {
			end(process);
		}
	}

	private static void report(Process process, long begun) throws IOException {
		long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
		long cpuMillis = process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
		System.out.println(String.format(Locale.ROOT, "%d %d %.1f", millis, cpuMillis, residentMib(process)));
	}

	static double residentMib(Process process) throws IOException {
		Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(process.pid())).start();
		String kib = new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
		return Long.parseLong(kib) / KIB_PER_MIB;
	}

	static void end(Process process) throws InterruptedException {
		process.destroy();
		if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
			process.destroyForcibly();
		}
	}

}
