package io.fibrpc.testbroker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A TCP proxy on a loopback port that makes the faults of a network.
 */
public final class TcpProxy implements AutoCloseable {

	private static final int CHUNK_BYTES = 8192;

	private static final int BUFFERED_CHUNKS = 64;

	private final InetSocketAddress target;

	private final int port;

	private final Set<Link> links = ConcurrentHashMap.newKeySet();

	private final Map<Direction, Long> allowances = new ConcurrentHashMap<>();

	private ServerSocket listener;

	private Thread acceptor;

	private long latencyNanos;

	private boolean blackHole;

	private int chunkBytes = CHUNK_BYTES;

	private TcpProxy(InetSocketAddress target) throws IOException {
		this.target = target;
		this.listener = listen(0);
		this.acceptor = accept(this.listener);
		this.port = this.listener.getLocalPort();
	}

	/**
	 * Starts a proxy.
	 * @param host where it forwards to
	 * @param port the port there
	 * @return the proxy, without a fault
	 */
	public static TcpProxy to(String host, int port) {
		try {
			return new TcpProxy(new InetSocketAddress(host, port));
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
	 * The port on 127.0.0.1 that the proxy listens on.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	/**
	 * How many connections go through the proxy now.
	 * @return the number
	 */
	public int connections() {
		return this.links.size();
	}

	/**
	 * Delays all data, in each direction.
	 * @param latency how long
	 */
	public synchronized void latency(Duration latency) {
		this.latencyNanos = latency.toNanos();
	}

	/**
	 * Keeps connections open, takes new ones, and holds back what is sent, even the end
	 * of a connection.
	 */
	public synchronized void blackHole() {
		this.blackHole = true;
	}

	/** Forwards one byte at a time. */
	public synchronized void oneByteAtATime() {
		this.chunkBytes = 1;
	}

	/** Resets every connection by RST; new ones are taken. */
	public void reset() {
		this.links.forEach(Link::reset);
	}

	/**
	 * Closes a connection after so many more bytes of it have been forwarded, which is
	 * inside a frame if the number is small.
	 * @param direction whose bytes are counted, over all connections
	 * @param bytes how many are let through
	 */
	public synchronized void cutInsideFrame(Direction direction, long bytes) {
		this.allowances.put(direction, bytes);
	}

	/** Refuses new connections; those that are open stay. */
	public synchronized void refuse() {
		closeQuietly(this.listener);
		try {
			// Since JDK 25 the port stays open until the thread in accept has noticed
			this.acceptor.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Ends every fault: takes connections again and forwards what was held back. */
	public synchronized void restore() {
		this.latencyNanos = 0;
		this.blackHole = false;
		this.chunkBytes = CHUNK_BYTES;
		this.allowances.clear();
		try {
			if (this.listener.isClosed()) {
				this.listener = listen(this.port);
				this.acceptor = accept(this.listener);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot listen again", ex);
		}
		notifyAll();
	}

	/** Closes the proxy and its connections. */
	@Override
	public void close() {
		refuse();
		this.links.forEach(Link::close);
	}

	private static ServerSocket listen(int listenPort) throws IOException {
		ServerSocket socket = new ServerSocket();
		socket.setReuseAddress(true);
		socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), listenPort));
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
			new Link(client, server).start();
		}
		catch (IOException ex) {
			closeQuietly(client);
		}
	}

	// Waits out the faults; returns how many of the bytes may go on their way at once
	private synchronized int pass(Link link, Direction direction, long readNanos, int bytes)
			throws InterruptedException {
		while (!link.isClosed()) {
			long waitMillis = (readNanos + this.latencyNanos - System.nanoTime() + 999_999) / 1_000_000;
			if (this.blackHole) {
				wait(100);
			}
			else if (waitMillis > 0) {
				wait(waitMillis);
			}
			else {
				int passed = (int) Math.min(Math.min(bytes, this.chunkBytes),
						this.allowances.getOrDefault(direction, Long.MAX_VALUE));
				this.allowances.computeIfPresent(direction, (key, allowance) -> allowance - passed);
				return passed;
			}
		}
		return 0;
	}

	private static Thread start(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	private static void closeQuietly(AutoCloseable closeable) {
		try {
			closeable.close();
		}
		catch (Exception ex) {
			// Closed is closed
		}
	}

	/** Which way data goes. */
	public enum Direction {

		/** From the client to the broker. */
		TO_BROKER,

		/** From the broker to the client. */
		TO_CLIENT

	}

	/** What was read at once, or the end of the connection if it is empty. */
	private record Chunk(ByteBuffer bytes, long readNanos) {

	}

	/** One connection: for each direction a thread that reads and one that writes. */
	private final class Link {

		private final Socket client;

		private final Socket server;

		Link(Socket client, Socket server) throws IOException {
			this.client = client;
			this.server = server;
			client.setTcpNoDelay(true);
			server.setTcpNoDelay(true);
		}

		void start() {
			TcpProxy.this.links.add(this);
			forward(Direction.TO_BROKER, this.client, this.server);
			forward(Direction.TO_CLIENT, this.server, this.client);
		}

		private void forward(Direction direction, Socket from, Socket to) {
			BlockingQueue<Chunk> chunks = new ArrayBlockingQueue<>(BUFFERED_CHUNKS);
			TcpProxy.start("proxy-read", () -> read(from, chunks));
			TcpProxy.start("proxy-write", () -> write(direction, to, chunks));
		}

		private void read(Socket from, BlockingQueue<Chunk> chunks) {
			byte[] buffer = new byte[CHUNK_BYTES];
			try {
				int length;
				do {
					length = readOrEnd(from, buffer);
				}
				while (put(chunks, new Chunk(ByteBuffer.wrap(Arrays.copyOf(buffer, length)), System.nanoTime()))
						&& length > 0);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		private boolean put(BlockingQueue<Chunk> chunks, Chunk chunk) throws InterruptedException {
			while (!isClosed()) {
				if (chunks.offer(chunk, 100, TimeUnit.MILLISECONDS)) {
					return true;
				}
			}
			return false;
		}

		private int readOrEnd(Socket from, byte[] buffer) {
			try {
				return Math.max(0, from.getInputStream().read(buffer));
			}
			catch (IOException ex) {
				return 0;
			}
		}

		private void write(Direction direction, Socket to, BlockingQueue<Chunk> chunks) {
			try {
				Chunk chunk = chunks.take();
				while (chunk.bytes().hasRemaining() && send(direction, to, chunk)) {
					chunk = chunks.take();
				}
				pass(this, direction, chunk.readNanos(), 0);
			}
			catch (IOException ex) {
				// The receiver is gone
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			close();
		}

		private boolean send(Direction direction, Socket to, Chunk chunk) throws IOException, InterruptedException {
			OutputStream output = to.getOutputStream();
			ByteBuffer bytes = chunk.bytes();
			while (bytes.hasRemaining()) {
				int passed = pass(this, direction, chunk.readNanos(), bytes.remaining());
				if (passed == 0) {
					return false;
				}
				byte[] part = new byte[passed];
				bytes.get(part);
				output.write(part);
			}
			return true;
		}

		boolean isClosed() {
			return this.client.isClosed();
		}

		void reset() {
			try {
				this.client.setSoLinger(true, 0);
				this.server.setSoLinger(true, 0);
			}
			catch (IOException ex) {
				// Closed already
			}
			close();
		}

		void close() {
			TcpProxy.this.links.remove(this);
			closeQuietly(this.client);
			closeQuietly(this.server);
		}

	}

}
