package io.fibrpc.client;

import io.rabbitrpc.BrokerFailure;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.connection.RpcConnections;
import org.springframework.amqp.AmqpException;
import org.springframework.boot.CommandLineRunner;

/**
 * Ends the program when it starts and the broker refuses its login, virtual host or
 * certificate: more attempts are of no use before somebody changes a setting. A broker
 * that is not there yet does not end it.
 */
final class FirstConnection implements CommandLineRunner {

	private final RpcConnections connections;

	FirstConnection(RpcConnections connections) {
		this.connections = connections;
	}

	@Override
	public void run(String... args) {
		try {
			// Closing gives it back: the connection stays, for the calls
			this.connections.factory().createConnection().close();
		}
		catch (AmqpException ex) {
			BrokerFailure failure = this.connections.failure(ex);
			if (failure.status() == RpcStatus.PERMISSION_DENIED) {
				throw new RpcException(failure.status(), failure.message(), false, ex);
			}
		}
	}

}
