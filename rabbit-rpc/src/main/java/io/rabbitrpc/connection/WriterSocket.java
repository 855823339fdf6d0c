package io.rabbitrpc.connection;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketImpl;
import java.util.function.UnaryOperator;

import javax.net.ssl.SSLException;

import io.rabbitrpc.connection.inbound.Refusals;

/**
 * A socket that uses an implementation of this package.
 */
final class WriterSocket extends Socket {

	private final UnaryOperator<InputStream> inbound;

	private final Refusals refusals;

	/**
	 * Creates a socket that is not connected.
	 * @param implementation connects, reads and writes
	 * @param inbound wraps the bytes that are read
	 * @param refusals told if the broker refuses the connection
	 * @throws IOException never
	 */
	WriterSocket(SocketImpl implementation, UnaryOperator<InputStream> inbound, Refusals refusals) throws IOException {
		super(implementation);
		this.inbound = inbound;
		this.refusals = refusals;
	}

	@Override
	public void connect(SocketAddress endpoint, int timeout) throws IOException {
		InetSocketAddress broker = (InetSocketAddress) endpoint;
		this.refusals.trying(broker);
		try {
			super.connect(endpoint, timeout);
		}
		catch (SSLException ex) {
			this.refusals.refused(broker, ex);
			throw ex;
		}
	}

	@Override
	public InputStream getInputStream() throws IOException {
		InetSocketAddress broker = (InetSocketAddress) getRemoteSocketAddress();
		return this.inbound.apply(this.refusals.watch(broker, super.getInputStream()));
	}

}
