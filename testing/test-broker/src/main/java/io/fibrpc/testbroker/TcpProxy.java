package io.fibrpc.testbroker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy that simulates faults of a network.
 */
public final class TcpProxy implements AutoCloseable {

	// Few bytes fill a connection that is not read. Left to itself, the system may take
	// tens of megabytes
	private static final int RECEIVE_BUFFER = 64 * 1024;

	private final InetSocketAddress target;

	private final InetSocketAddress address;

	private final Queue<Link> links = new ConcurrentLinkedQueue<>();

	private final AtomicInteger taken = new AtomicInteger();

	private final NetworkFaults faults = new NetworkFaults();

	private ServerSocket listener;

	private Thread acceptor;

	private TcpProxy(InetSocketAddress address, InetSocketAddress target) throws IOException {
		this.target = target;
		this.listener = listen(address);
		this.acceptor = accept(this.listener);
		this.address = new InetSocketAddress(address.getAddress(), this.listener.getLocalPort());
	}

	/**
	 * Starts a proxy.
	 * @param host where it forwards to
	 * @param port the port there
	 * @return the proxy, without a fault
	 */
	public static TcpProxy to(String host, int port) {
		return between(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), new InetSocketAddress(host, port));
	}

	/**
	 * Starts a proxy on an address of its own.
	 * @param address where it listens; port 0 for any
	 * @param target where it forwards to
	 * @return the proxy, without a fault
	 */
	public static TcpProxy between(InetSocketAddress address, InetSocketAddress target) {
		try {
			return new TcpProxy(address, target);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot start a proxy", ex);
		}
	}

	/**
	 * Starts a proxy to a broker.
	 * @param broker the broker
	 * @return the proxy, without a fault
	 */
	public static TcpProxy to(TestBroker broker) {
		return to(broker.host(), broker.port());
	}

	/**
	 * The port that the proxy listens on, on 127.0.0.1 as a rule.
	 * @return the port
	 */
	public int port() {
		return this.address.getPort();
	}

	/**
	 * How many connections go through the proxy now.
	 * @return the number
	 */
	public int connections() {
		return this.links.size();
	}

	/**
	 * How many connections it has accepted.
	 * @return the number since the start
	 */
	public int connectionsTaken() {
		return this.taken.get();
	}

	/**
	 * Delays all data, in each direction.
	 * @param latency how long
	 */
	public void latency(Duration latency) {
		this.faults.latency(latency);
	}

	/**
	 * Keeps connections open and accepts new ones, but forwards nothing, not even the end
	 * of a connection.
	 */
	public void blackHole() {
		this.faults.blackHole();
	}

	/**
	 * Stops reading from the clients that are connected now, so that their sockets fill
	 * up. Bytes from the broker still reach them, and new connections work.
	 */
	public void stopReading() {
		this.links.forEach((link) -> link.readClient(false));
	}

	/**
	 * Forwards nothing on the connections that are open now, in either direction, not
	 * even their end. New connections work.
	 */
	public void silenceConnections() {
		this.links.forEach(TcpProxy::silence);
	}

	/**
	 * Does the same to a single connection.
	 * @param index its index, in the order in which they were accepted
	 */
	public void silenceConnection(int index) {
		this.links.stream().skip(index).limit(1).forEach(TcpProxy::silence);
	}

	private static void silence(Link link) {
		link.readClient(false);
		link.readBroker(false);
	}

	/**
	 * Withholds the confirms of what is published on connections that are opened from now
	 * on, and lets everything else pass. Those connections must have no TLS.
	 */
	public void withholdConfirms() {
		this.faults.withhold(WithheldFrames::confirms);
	}

	/**
	 * Loses each message that the broker delivers on connections that are opened from now
	 * on, for ever, and lets everything else pass. Those connections must have no TLS.
	 */
	public void loseDeliveries() {
		this.faults.withhold(WithheldFrames::lostDeliveries);
	}

	/** Forwards one byte at a time. */
	public void oneByteAtATime() {
		this.faults.oneByteAtATime();
	}

	/** Resets every connection by RST. New connections work. */
	public void reset() {
		this.links.forEach(Link::reset);
	}

	/**
	 * Resets the client's end of every connection by RST. The broker does not notice: its
	 * ends stay open until the proxy closes. New connections work.
	 */
	public void leaveHalfOpen() {
		this.links.forEach(Link::resetClient);
	}

	/**
	 * Closes a connection after a number of further bytes. If the number is small, that
	 * is inside a frame.
	 * @param direction the direction whose bytes count, over all connections
	 * @param bytes how many bytes pass before that
	 */
	public void cutInsideFrame(Direction direction, long bytes) {
		this.faults.allowance(direction, bytes);
	}

	/** Refuses new connections; those that are open stay. */
	public synchronized void refuse() {
		closeQuietly(this.listener);
		try {
			// Since JDK 25 the port stays open until the accepting thread has noticed
			this.acceptor.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Ends every fault: accepts connections again, and forwards all bytes that it held
	 * back and did not lose.
	 */
	public synchronized void restore() {
		this.faults.end();
		this.links.forEach((link) -> {
			link.readClient(true);
			link.readBroker(true);
			link.giveWithheld();
		});
		try {
			if (this.listener.isClosed()) {
				this.listener = listen(this.address);
				this.acceptor = accept(this.listener);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot listen again", ex);
		}
	}

	/** Closes the proxy and its connections. */
	@Override
	public void close() {
		refuse();
		this.links.forEach(Link::close);
	}

	private static ServerSocket listen(InetSocketAddress address) throws IOException {
		ServerSocket socket = new ServerSocket();
		socket.setReuseAddress(true);
		socket.setReceiveBufferSize(RECEIVE_BUFFER);
		socket.bind(address);
		return socket;
	}

	private Thread accept(ServerSocket socket) {
		return start("proxy-accept", () -> acceptUntilClosed(socket));
	}

	private void acceptUntilClosed(ServerSocket socket) {
		while (!socket.isClosed()) {
			try {
				open(socket.accept());
			}
			catch (IOException ex) {
				// The proxy refuses, or has been closed
			}
		}
	}

	private void open(Socket client) {
		try {
			Socket server = new Socket();
			server.connect(this.target);
			Link link = new Link(client, server, this.faults, this.links::remove);
			this.links.add(link);
			this.taken.incrementAndGet();
			link.start();
		}
		catch (IOException ex) {
			closeQuietly(client);
		}
	}

	static Thread start(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	static void closeQuietly(AutoCloseable closeable) {
		try {
			closeable.close();
		}
		catch (Exception ex) {
			// It is closed in any case
		}
	}

	/** Which way data goes. */
	public enum Direction {

		/** From the client to the broker. */
		TO_BROKER,

		/** From the broker to the client. */
		TO_CLIENT

	}

}
