package io.rabbitrpc.connection;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.function.UnaryOperator;

import javax.net.ssl.SSLSocketFactory;

import com.rabbitmq.client.ConnectionFactory;

import io.rabbitrpc.connection.inbound.Refusals;

/**
 * Makes the sockets of connections with TLS. It is an {@link SSLSocketFactory}, because
 * amqp-client uses the type to find out whether a connection has TLS.
 */
final class WriterTlsSocketFactory extends SSLSocketFactory {

	private final ConnectionFactory factory;

	private volatile SSLSocketFactory sockets;

	private final WriteLoop loop;

	private final UnaryOperator<InputStream> inbound;

	private final Refusals refusals;

	WriterTlsSocketFactory(ConnectionFactory factory, SSLSocketFactory sockets, WriteLoop loop,
			UnaryOperator<InputStream> inbound, Refusals refusals) {
		this.factory = factory;
		this.sockets = sockets;
		this.loop = loop;
		this.inbound = inbound;
		this.refusals = refusals;
	}

	/**
	 * Changes which certificates new sockets trust and show.
	 * @param renewed makes TLS sockets
	 */
	void renew(SSLSocketFactory renewed) {
		this.sockets = renewed;
	}

	@Override
	public Socket createSocket() throws IOException {
		return new WriterSocket(new TlsSocket(this.factory, this.sockets, new ChannelSocket(this.loop)), this.inbound,
				this.refusals);
	}

	@Override
	public String[] getDefaultCipherSuites() {
		return this.sockets.getDefaultCipherSuites();
	}

	@Override
	public String[] getSupportedCipherSuites() {
		return this.sockets.getSupportedCipherSuites();
	}

	@Override
	public Socket createSocket(Socket socket, String host, int port, boolean autoClose) {
		throw new UnsupportedOperationException(WriterSocketFactory.CONNECTED);
	}

	@Override
	public Socket createSocket(String host, int port) {
		throw new UnsupportedOperationException(WriterSocketFactory.CONNECTED);
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
		throw new UnsupportedOperationException(WriterSocketFactory.CONNECTED);
	}

	@Override
	public Socket createSocket(InetAddress host, int port) {
		throw new UnsupportedOperationException(WriterSocketFactory.CONNECTED);
	}

	@Override
	public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
		throw new UnsupportedOperationException(WriterSocketFactory.CONNECTED);
	}

}
