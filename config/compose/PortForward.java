import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.Security;

/**
 * Forwards TCP connections to the same port of a Compose service, to any replica that answers.
 */
final class PortForward {

	private static final int CONNECT_TIMEOUT_MS = 1000;

	public static void main(String[] args) throws IOException {
		int port = Integer.parseInt(args[0]);
		String service = args[1];
		// Replicas start and stop. Compose's name server knows them, a cached answer may be old
		Security.setProperty("networkaddress.cache.ttl", "0");
		Security.setProperty("networkaddress.cache.negative.ttl", "0");
		try (ServerSocket listening = new ServerSocket(port)) {
			while (true) {
				Socket caller = listening.accept();
				Thread.ofVirtual().start(() -> forward(caller, service, port));
			}
		}
	}

	private static void forward(Socket caller, String service, int port) {
		try (caller; Socket replica = connect(service, port)) {
			Thread answers = Thread.ofVirtual().start(() -> copy(replica, caller));
			copy(caller, replica);
			answers.join();
		}
		catch (IOException ex) {
			System.err.println(service + ":" + port + " does not answer: " + ex.getMessage());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static Socket connect(String service, int port) throws IOException {
		IOException failure = null;
		for (InetAddress address : InetAddress.getAllByName(service)) {
			Socket replica = new Socket();
			try {
				replica.connect(new InetSocketAddress(address, port), CONNECT_TIMEOUT_MS);
				return replica;
			}
			catch (IOException ex) {
				replica.close();
				failure = ex;
			}
		}
		throw (failure != null) ? failure : new IOException("no address");
	}

	private static void copy(Socket from, Socket to) {
		try {
			from.getInputStream().transferTo(to.getOutputStream());
			to.shutdownOutput();
		}
		catch (IOException ex) {
			// One side has closed its connection, so close the other one, too
			close(from);
			close(to);
		}
	}

	private static void close(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// It is closed already
		}
	}

}
