package io.fibrpc.testbroker;

import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TlsListener}.
 */
@Tag("broker")
@Tag("once")
class TlsListenerTests {

	private static final String PASSWORD = "secret";

	@TempDir
	private Path directory;

	@Test
	void endOfTheBrokersSideEndsTheClientsSide() throws Exception {
		Path keys = this.directory.resolve("keys.p12");
		KeyTool.makeKey(keys, PASSWORD, "localhost", "-ext", "san=ip:127.0.0.1");
		try (TlsListener listener = new TlsListener(keys, "localhost", PASSWORD.toCharArray(), TestBroker.shared());
				Socket client = KeyTool.trust(keys, PASSWORD)
					.getSocketFactory()
					.createSocket(InetAddress.getLoopbackAddress(), listener.port())) {
			client.setSoTimeout(10_000);
			client.getOutputStream().write("no AMQP!".getBytes(StandardCharsets.US_ASCII));
			// The broker says which protocol it speaks, and closes
			assertThat(client.getInputStream().readNBytes(8)).startsWith("AMQP".getBytes(StandardCharsets.US_ASCII));
			assertThat(ends(client)).isTrue();
		}
	}

	private static boolean ends(Socket socket) throws Exception {
		try {
			return socket.getInputStream().read() < 0;
		}
		catch (SocketException ex) {
			return true;
		}
	}

}
