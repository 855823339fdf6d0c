package io.fibrpc.benchmarks;

import java.io.IOException;
import java.util.Map;

import com.rabbitmq.client.AMQP.Queue.DeclareOk;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;

/**
 * Prepares queues, because a comparison is worth nothing if somebody else uses them, and
 * removes them.
 */
final class QueueProgram {

	private static final int REFUSED = 3;

	private QueueProgram() {
	}

	/**
	 * Does one thing with some queues.
	 * @param args {@code declare} and the type, or {@code delete}, and the names
	 * @throws Exception if the broker refuses
	 */
	static void run(String[] args) throws Exception {
		boolean declare = "declare".equals(args[0]);
		try (Connection connection = MeasuredBroker.connect("fib-benchmarks")) {
			for (int i = declare ? 2 : 1; i < args.length; i++) {
				if (!declare) {
					connection.createChannel().queueDelete(args[i]);
				}
				else if (!isFree(connection.createChannel(), args[i], args[1])) {
					System.exit(REFUSED);
				}
			}
			if (declare) {
				System.out.println("RabbitMQ " + connection.getServerProperties().get("version"));
			}
		}
	}

	private static boolean isFree(Channel channel, String queue, String type) {
		try {
			DeclareOk state = channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", type));
			if (state.getConsumerCount() == 0 && state.getMessageCount() == 0) {
				return true;
			}
			System.err.println("%s has %d consumers and %d messages already".formatted(queue, state.getConsumerCount(),
					state.getMessageCount()));
		}
		catch (IOException ex) {
			System.err.println("%s cannot be declared as a %s queue: %s".formatted(queue, type, ex.getCause()));
		}
		return false;
	}

}
