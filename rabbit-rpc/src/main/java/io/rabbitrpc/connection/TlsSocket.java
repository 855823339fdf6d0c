package io.rabbitrpc.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.util.Set;

import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

import com.rabbitmq.client.ConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * A socket that speaks TLS over a {@link ChannelSocket}. The writer lies below TLS,
 * because the JDK's TLS socket holds a lock while it writes, and close needs that lock.
 */
final class TlsSocket extends ClientSocket {

	private final ConnectionFactory factory;

	private final SSLSocketFactory sockets;

	private final ChannelSocket transport;

	private final Socket plain;

	private @Nullable SSLSocket tls;

	/**
	 * Creates a socket.
	 * @param factory has the configurator that verifies the host name
	 * @param sockets makes the TLS sockets
	 * @param transport the socket below TLS
	 * @throws IOException never
	 */
	TlsSocket(ConnectionFactory factory, SSLSocketFactory sockets, ChannelSocket transport) throws IOException {
		this.factory = factory;
		this.sockets = sockets;
		this.transport = transport;
		this.plain = new Socket(transport) {
		};
	}

	@Override
	protected void create(boolean stream) throws IOException {
		this.transport.create(stream);
	}

	@Override
	protected void connect(SocketAddress remote, int timeout) throws IOException {
		boolean connected = false;
		try {
			this.plain.connect(remote, timeout);
			this.address = this.plain.getInetAddress();
			this.port = this.plain.getPort();
			this.localport = this.plain.getLocalPort();
			String host = ((InetSocketAddress) remote).getHostString();
			SSLSocket layered = (SSLSocket) this.sockets.createSocket(this.plain, host, this.port, true);
			// amqp-client passed only the outer socket to its configurator, which is not
			// an SSLSocket
			this.factory.getSocketConfigurator().configure(layered);
			// Now, so that a refusal is the failure of this address. amqp-client sets its
			// own timeout later
			this.transport.setOption(SocketOptions.SO_TIMEOUT, timeout);
			layered.startHandshake();
			this.tls = layered;
			connected = true;
		}
		finally {
			if (!connected) {
				// amqp-client closes it only after an IOException
				this.plain.close();
			}
		}
	}

	@Override
	protected void bind(InetAddress host, int localPort) throws IOException {
		this.transport.bind(host, localPort);
	}

	@Override
	protected InputStream getInputStream() throws IOException {
		return connected().getInputStream();
	}

	@Override
	protected OutputStream getOutputStream() throws IOException {
		return connected().getOutputStream();
	}

	private SSLSocket connected() throws SocketException {
		if (this.tls == null) {
			throw new SocketException("Not connected");
		}
		return this.tls;
	}

	// Not the TLS socket's own close, because that may read for a while
	@Override
	protected void close() throws IOException {
		try {
			this.transport.takeAll();
			if (this.tls != null) {
				this.tls.shutdownOutput();
			}
		}
		finally {
			this.plain.close();
		}
	}

	@Override
	protected void shutdownInput() throws IOException {
		this.transport.shutdownInput();
	}

	@Override
	protected void shutdownOutput() {
		this.transport.shutdownOutput();
	}

	@Override
	public void setOption(int id, @Nullable Object value) throws SocketException {
		this.transport.setOption(id, value);
	}

	@Override
	public @Nullable Object getOption(int id) throws SocketException {
		return this.transport.getOption(id);
	}

	@Override
	protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
		this.transport.setOption(name, value);
	}

	@Override
	protected <T> T getOption(SocketOption<T> name) throws IOException {
		return this.transport.getOption(name);
	}

	@Override
	protected Set<SocketOption<?>> supportedOptions() {
		return this.transport.supportedOptions();
	}

}
