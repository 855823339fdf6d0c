package io.fibrpc.benchmarks;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;

/**
 * The broker that the environment names, not the arguments: every user of a machine can
 * read the arguments of all its processes, and a URI holds a password.
 */
final class MeasuredBroker {

	private static final String URI = "FIB_BROKER_URI";

	private MeasuredBroker() {
	}

	/**
	 * Connects to it.
	 * @param name what the connection is called there
	 * @return an open connection
	 * @throws Exception if {@code FIB_BROKER_URI} names no broker, or it refuses
	 */
	static Connection connect(String name) throws Exception {
		String uri = System.getenv(URI);
		if (uri == null) {
			throw new IllegalStateException(URI + " is not set");
		}
		ConnectionFactory factory = new ConnectionFactory();
		factory.setUri(uri);
		return factory.newConnection(name);
	}

}
