package io.rabbitrpc.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A client's TCP socket. A read waits for bytes. A write and a close never wait.
 */
final class ChannelSocket extends ClientSocket {

	private static final Map<Integer, SocketOption<?>> OPTIONS = Map.of(SocketOptions.TCP_NODELAY,
			StandardSocketOptions.TCP_NODELAY, SocketOptions.SO_KEEPALIVE, StandardSocketOptions.SO_KEEPALIVE,
			SocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEADDR, SocketOptions.SO_SNDBUF,
			StandardSocketOptions.SO_SNDBUF, SocketOptions.SO_RCVBUF, StandardSocketOptions.SO_RCVBUF,
			SocketOptions.IP_TOS, StandardSocketOptions.IP_TOS);

	private final WriteLoop loop;

	private @Nullable SocketChannel channel;

	private @Nullable SocketReader reader;

	private @Nullable SocketWriter writer;

	private @Nullable OutputStream output;

	private int timeoutMillis;

	ChannelSocket(WriteLoop loop) {
		this.loop = loop;
	}

	@Override
	protected void create(boolean stream) throws IOException {
		this.channel = SocketChannel.open();
	}

	@Override
	protected void connect(SocketAddress remote, int timeout) throws IOException {
		SocketChannel connecting = channel();
		boolean connected = false;
		try {
			connecting.socket().connect(remote, timeout);
			connecting.configureBlocking(false);
			InetSocketAddress peer = (InetSocketAddress) connecting.getRemoteAddress();
			this.address = peer.getAddress();
			this.port = peer.getPort();
			this.localport = connecting.socket().getLocalPort();
			SocketReader opened = new SocketReader(connecting);
			opened.timeout(this.timeoutMillis);
			this.reader = opened;
			SocketWriter added = new SocketWriter(connecting, opened, this.loop);
			this.writer = added;
			this.output = new WriterStream(added);
			this.loop.add(added);
			connected = true;
		}
		finally {
			if (!connected) {
				// amqp-client closes it only after an IOException, and the system may
				// give no thread
				close();
			}
		}
	}

	@Override
	protected void bind(InetAddress host, int localPort) throws IOException {
		channel().bind(new InetSocketAddress(host, localPort));
	}

	@Override
	protected InputStream getInputStream() {
		return Objects.requireNonNull(this.reader, "not connected");
	}

	@Override
	protected OutputStream getOutputStream() {
		return Objects.requireNonNull(this.output, "not connected");
	}

	@Override
	protected void close() throws IOException {
		if (this.writer != null) {
			this.writer.close();
		}
		else if (this.channel != null) {
			this.channel.close();
		}
	}

	/** From now on accepts any number of bytes without a wait. */
	void takeAll() {
		if (this.writer != null) {
			this.writer.takeAll();
		}
	}

	// amqp-client closes the socket just after this. Close sends what was written before.
	@Override
	protected void shutdownOutput() {
	}

	@Override
	protected void shutdownInput() {
		if (this.reader != null) {
			this.reader.stop();
		}
	}

	@Override
	public void setOption(int id, @Nullable Object value) throws SocketException {
		if (id == SocketOptions.SO_TIMEOUT && value instanceof Integer millis) {
			this.timeoutMillis = millis;
			if (this.reader != null) {
				this.reader.timeout(millis);
			}
		}
		// To linger would mean to wait in close
		else if (id != SocketOptions.SO_LINGER) {
			try {
				channel().setOption(option(id), value);
			}
			catch (IOException ex) {
				throw failure(ex);
			}
		}
	}

	@Override
	public @Nullable Object getOption(int id) throws SocketException {
		try {
			return switch (id) {
				case SocketOptions.SO_TIMEOUT -> this.timeoutMillis;
				case SocketOptions.SO_LINGER -> -1;
				case SocketOptions.SO_BINDADDR -> channel().socket().getLocalAddress();
				default -> channel().getOption(option(id));
			};
		}
		catch (IOException ex) {
			throw failure(ex);
		}
	}

	@Override
	protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
		if (name != StandardSocketOptions.SO_LINGER) {
			channel().setOption(name, value);
		}
	}

	@Override
	protected <T> T getOption(SocketOption<T> name) throws IOException {
		return channel().getOption(name);
	}

	@Override
	protected Set<SocketOption<?>> supportedOptions() {
		return (this.channel != null) ? this.channel.supportedOptions() : Set.of();
	}

	@SuppressWarnings("unchecked") // Socket checks the type of the value
	private static <T> SocketOption<T> option(int id) throws SocketException {
		SocketOption<?> option = OPTIONS.get(id);
		if (option == null) {
			throw new SocketException("Not supported: option " + id);
		}
		return (SocketOption<T>) option;
	}

	private static SocketException failure(IOException ex) {
		return (ex instanceof SocketException failure) ? failure
				: (SocketException) new SocketException(ex.getMessage()).initCause(ex);
	}

	private SocketChannel channel() throws SocketException {
		if (this.channel == null) {
			throw new SocketException(SocketReader.CLOSED);
		}
		return this.channel;
	}

}
