package io.fibrpc.benchmarks;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;

/**
 * Measures the resident memory of a server after many calls.
 */
final class MemoryProgram {

	private static final int IN_FLIGHT = 32;

	private MemoryProgram() {
	}

	/**
	 * Starts a server, makes calls and prints its MiB.
	 * @param args the queue, the number of calls, and the command that starts the server
	 * @throws Exception if the broker refuses or the server does not answer
	 */
	static void run(String[] args) throws Exception {
		List<String> command = Arrays.asList(args).subList(2, args.length);
		try (Connection connection = MeasuredBroker.connect("memory")) {
			Process process = new ProcessBuilder(command).redirectOutput(Redirect.DISCARD)
				.redirectError(Redirect.DISCARD)
				.start();
			try {
				call(connection.createChannel(), args[0], Integer.parseInt(args[1]));
				System.out.println(String.format(Locale.ROOT, "%.1f", StartUpProgram.residentMib(process)));
			}
			finally {
				StartUpProgram.end(process);
			}
		}
	}

	private static void call(Channel channel, String queue, int calls) throws IOException, InterruptedException {
		Semaphore free = new Semaphore(IN_FLIGHT);
		channel.basicConsume(StartUpProgram.DIRECT_REPLY_TO, true, (tag, reply) -> free.release(), (tag) -> {
		});
		byte[] body = "30".getBytes(StandardCharsets.US_ASCII);
		for (int i = 0; i < calls; i++) {
			acquire(free, 1);
			BasicProperties properties = new BasicProperties.Builder().correlationId(Integer.toString(i))
				.replyTo(StartUpProgram.DIRECT_REPLY_TO)
				.build();
			channel.basicPublish("", queue, properties, body);
		}
		acquire(free, IN_FLIGHT);
	}

	private static void acquire(Semaphore free, int permits) throws InterruptedException {
		if (!free.tryAcquire(permits, StartUpProgram.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
			throw new IllegalStateException("No reply");
		}
	}

}
