package io.rabbitrpc.connection;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.function.UnaryOperator;

import javax.net.SocketFactory;

import io.rabbitrpc.connection.inbound.Refusals;

/**
 * Makes the sockets of connections without TLS. They are not connected: amqp-client does
 * that itself.
 */
final class WriterSocketFactory extends SocketFactory {

	static final String CONNECTED = "This factory makes only sockets that are not connected";

	private final WriteLoop loop;

	private final UnaryOperator<InputStream> inbound;

	private final Refusals refusals;

	WriterSocketFactory(WriteLoop loop, UnaryOperator<InputStream> inbound, Refusals refusals) {
		this.loop = loop;
		this.inbound = inbound;
		this.refusals = refusals;
	}

	@Override
	public Socket createSocket() throws IOException {
		return new WriterSocket(new ChannelSocket(this.loop), this.inbound, this.refusals);
	}

	@Override
	public Socket createSocket(String host, int port) {
		throw new UnsupportedOperationException(CONNECTED);
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
		throw new UnsupportedOperationException(CONNECTED);
	}

	@Override
	public Socket createSocket(InetAddress host, int port) {
		throw new UnsupportedOperationException(CONNECTED);
	}

	@Override
	public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
		throw new UnsupportedOperationException(CONNECTED);
	}

}
