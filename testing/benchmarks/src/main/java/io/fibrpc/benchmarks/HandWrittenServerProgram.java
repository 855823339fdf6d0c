package io.fibrpc.benchmarks;

import com.rabbitmq.client.Connection;

/**
 * Starts the hand-written server.
 */
final class HandWrittenServerProgram {

	private static final int DEFAULT_PREFETCH = 250;

	private HandWrittenServerProgram() {
	}

	/**
	 * Starts the server, which then answers until it is told to stop.
	 * @param args the queue, its type, and how many requests are taken at a time (250)
	 * @throws Exception if the broker refuses
	 */
	@SuppressWarnings("resource") // Open as long as the program runs
	static void run(String[] args) throws Exception {
		int prefetch = (args.length > 2) ? Integer.parseInt(args[2]) : DEFAULT_PREFETCH;
		Connection connection = MeasuredBroker.connect("hand-written-server");
		HandWrittenServer.serve(connection.createChannel(), args[0], args[1], prefetch);
		System.out.println("Answering on " + args[0]);
	}

}
