package io.rabbitrpc.connection;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketImpl;
import java.util.function.UnaryOperator;

/**
 * A socket that uses an implementation of this package.
 */
final class WriterSocket extends Socket {

	private final UnaryOperator<InputStream> inbound;

	/**
	 * Creates a socket that is not connected.
	 * @param implementation connects, reads and writes
	 * @param inbound wraps the bytes that are read
	 * @throws IOException never
	 */
	WriterSocket(SocketImpl implementation, UnaryOperator<InputStream> inbound) throws IOException {
		super(implementation);
		this.inbound = inbound;
	}

	@Override
	public InputStream getInputStream() throws IOException {
		return this.inbound.apply(super.getInputStream());
	}

}
