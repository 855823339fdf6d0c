package io.fibrpc.client.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import org.springframework.core.env.Environment;

import io.fibrpc.client.RunningClient;

/**
 * An HTTP caller that can send bytes that no HTTP library sends, and can disconnect at
 * any time.
 */
final class RawHttp implements AutoCloseable {

	private final Socket socket;

	private RawHttp(Socket socket) {
		this.socket = socket;
	}

	static RawHttp send(RunningClient client, String request) throws IOException {
		int port = client.bean(Environment.class).getRequiredProperty("local.server.port", Integer.class);
		Socket socket = new Socket();
		// So small that a large response does not fit into the buffers of the network
		socket.setReceiveBufferSize(4096);
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		socket.setSoTimeout(20_000);
		socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
		return new RawHttp(socket);
	}

	static String get(String path) {
		return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	}

	String response() throws IOException {
		return new String(this.socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
	}

	String beginOfResponse() throws IOException {
		return new String(this.socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
	}

	/**
	 * Disconnects with a reset, like a process that is killed.
	 * @throws IOException if it has disconnected already
	 */
	void reset() throws IOException {
		this.socket.setSoLinger(true, 0);
		this.socket.close();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
