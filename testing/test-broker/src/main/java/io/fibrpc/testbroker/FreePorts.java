package io.fibrpc.testbroker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Finds ports that nothing listens on.
 */
final class FreePorts {

	private FreePorts() {
	}

	/**
	 * Finds free ports of the loopback interface.
	 * @param count how many
	 * @return as many different ports
	 */
	static int[] find(int count) {
		ServerSocket[] sockets = new ServerSocket[count];
		int[] ports = new int[count];
		try {
			// All stay open together. Otherwise the same port might come twice
			for (int i = 0; i < count; i++) {
				sockets[i] = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				ports[i] = sockets[i].getLocalPort();
			}
			for (ServerSocket socket : sockets) {
				socket.close();
			}
			return ports;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("No free port", ex);
		}
	}

}
