package io.fibrpc.testbroker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds ports that nothing listens on. They are below the ports that systems give to
 * outgoing connections. Otherwise a connection of any program could take the port of a
 * broker that is down for a moment.
 */
final class FreePorts {

	private static final int LOWEST = 11_000;

	// Linux gives ports from 32768 on, other systems from 49152 on
	private static final int END = 32_000;

	private static final int ATTEMPTS = 1000;

	private static final Set<Integer> FOUND = ConcurrentHashMap.newKeySet();

	private FreePorts() {
	}

	/**
	 * Finds free ports of the loopback interface.
	 * @param count how many
	 * @return as many different ports, which this method never returns again
	 */
	static int[] find(int count) {
		int[] ports = ThreadLocalRandom.current()
			.ints(ATTEMPTS, LOWEST, END)
			.filter(FreePorts::isFree)
			.filter(FOUND::add)
			.limit(count)
			.toArray();
		if (ports.length < count) {
			throw new IllegalStateException("No free port from %d to %d".formatted(LOWEST, END - 1));
		}
		return ports;
	}

	private static boolean isFree(int port) {
		try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			return socket.isBound();
		}
		catch (IOException ex) {
			return false;
		}
	}

}
