package io.rabbitrpc.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;

/**
 * The parts of a socket that a client does not need, or that have only one form.
 */
abstract class ClientSocket extends SocketImpl {

	@Override
	protected final void connect(String host, int remotePort) throws IOException {
		connect(new InetSocketAddress(host, remotePort), 0);
	}

	@Override
	protected final void connect(InetAddress remote, int remotePort) throws IOException {
		connect(new InetSocketAddress(remote, remotePort), 0);
	}

	@Override
	protected final void listen(int backlog) throws IOException {
		throw new SocketException("A client's socket");
	}

	@Override
	protected final void accept(SocketImpl accepted) throws IOException {
		throw new SocketException("A client's socket");
	}

	@Override
	protected final int available() {
		return 0;
	}

	@Override
	protected final void sendUrgentData(int data) throws IOException {
		throw new SocketException("Not supported");
	}

}
