package io.fibrpc.benchmarks;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;

/**
 * Starts the hand-written server.
 */
final class HandWrittenServerProgram {

	private static final int DEFAULT_PREFETCH = 250;

	private HandWrittenServerProgram() {
	}

	/**
	 * Starts the server, which then answers until it is told to stop.
	 * @param args the broker's URI, the queue, its type, and how many requests are taken
	 * at a time (250)
	 * @throws Exception if the broker refuses
	 */
	@SuppressWarnings("resource") // Open as long as the program runs
	static void run(String[] args) throws Exception {
		int prefetch = (args.length > 3) ? Integer.parseInt(args[3]) : DEFAULT_PREFETCH;
		ConnectionFactory factory = new ConnectionFactory();
		factory.setUri(args[0]);
		Connection connection = factory.newConnection("hand-written-server");
		HandWrittenServer.serve(connection.createChannel(), args[1], args[2], prefetch);
		System.out.println("Answering on " + args[1]);
	}

}
