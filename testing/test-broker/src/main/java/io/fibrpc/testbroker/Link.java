package io.fibrpc.testbroker;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.fibrpc.testbroker.TcpProxy.Direction;

/**
 * One connection through a proxy: for each direction a thread that reads and one that
 * writes.
 */
final class Link {

	private static final int BUFFERED_CHUNKS = 64;

	private final Socket client;

	private final Socket server;

	private final NetworkFaults faults;

	private final Consumer<Link> whenClosed;

	private volatile boolean halfOpen;

	private volatile boolean clientIsRead = true;

	private volatile boolean brokerIsRead = true;

	private final BlockingQueue<Chunk> toBroker = new ArrayBlockingQueue<>(BUFFERED_CHUNKS);

	private final BlockingQueue<Chunk> toClient = new ArrayBlockingQueue<>(BUFFERED_CHUNKS);

	private final @Nullable WithheldFrames withheld;

	/**
	 * Creates a connection.
	 * @param client the end towards the client
	 * @param server the end towards the broker
	 * @param faults what happens to its data
	 * @param whenClosed told when it closes
	 * @throws IOException if an end has closed already
	 */
	Link(Socket client, Socket server, NetworkFaults faults, Consumer<Link> whenClosed) throws IOException {
		this.client = client;
		this.server = server;
		this.faults = faults;
		this.whenClosed = whenClosed;
		this.withheld = faults.withheldFrames();
		client.setTcpNoDelay(true);
		server.setTcpNoDelay(true);
	}

	void start() {
		forward(Direction.TO_BROKER, this.client, this.server, this.toBroker);
		forward(Direction.TO_CLIENT, this.server, this.client, this.toClient);
	}

	private void forward(Direction direction, Socket from, Socket to, BlockingQueue<Chunk> chunks) {
		TcpProxy.start("proxy-read", () -> read(from, chunks));
		TcpProxy.start("proxy-write", () -> write(direction, to, chunks));
	}

	private void read(Socket from, BlockingQueue<Chunk> chunks) {
		byte[] buffer = new byte[NetworkFaults.CHUNK_BYTES];
		try {
			int length;
			do {
				awaitReading(from);
				length = readOrEnd(from, buffer);
			}
			while (forward(from, chunks, Arrays.copyOf(buffer, length)) && length > 0);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean forward(Socket from, BlockingQueue<Chunk> chunks, byte[] bytes) throws InterruptedException {
		if (this.withheld == null || from == this.client || bytes.length == 0) {
			return put(chunks, bytes);
		}
		byte[] passed = this.withheld.pass(bytes);
		return passed.length == 0 || put(chunks, passed);
	}

	private void awaitReading(Socket from) throws InterruptedException {
		while (!isRead(from) && !isClosed()) {
			Thread.sleep(20);
		}
	}

	private boolean isRead(Socket from) {
		return (from == this.client) ? this.clientIsRead : this.brokerIsRead;
	}

	private boolean put(BlockingQueue<Chunk> chunks, byte[] bytes) throws InterruptedException {
		Chunk chunk = new Chunk(ByteBuffer.wrap(bytes), System.nanoTime());
		while (!chunks.offer(chunk, 100, TimeUnit.MILLISECONDS)) {
			if (isClosed()) {
				return false;
			}
		}
		return true;
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
			this.faults.pass(this, direction, chunk.readNanos(), 0);
		}
		catch (IOException ex) {
			// The receiver has closed the connection
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		closeUnlessHalfOpen();
	}

	private boolean send(Direction direction, Socket to, Chunk chunk) throws IOException, InterruptedException {
		OutputStream output = to.getOutputStream();
		ByteBuffer bytes = chunk.bytes();
		while (bytes.hasRemaining()) {
			int passed = this.faults.pass(this, direction, chunk.readNanos(), bytes.remaining());
			if (passed == 0) {
				return false;
			}
			byte[] part = new byte[passed];
			bytes.get(part);
			output.write(part);
		}
		return true;
	}

	/**
	 * Stops or starts reading from the client. A read that waits already may still
	 * return.
	 * @param read whether to read
	 */
	void readClient(boolean read) {
		this.clientIsRead = read;
	}

	/**
	 * Stops or starts reading from the broker, like {@link #readClient(boolean)}.
	 * @param read whether to read
	 */
	void readBroker(boolean read) {
		this.brokerIsRead = read;
	}

	/** Forwards the frames that were withheld, if any were, and withholds no more. */
	void giveWithheld() {
		byte[] frames = (this.withheld != null) ? this.withheld.end() : new byte[0];
		if (frames.length > 0) {
			try {
				put(this.toClient, frames);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	boolean isClosed() {
		return this.client.isClosed();
	}

	void reset() {
		setReset(this.client);
		setReset(this.server);
		close();
	}

	/** Resets the client's end and keeps the other one. */
	void resetClient() {
		this.halfOpen = true;
		setReset(this.client);
		TcpProxy.closeQuietly(this.client);
	}

	private static void setReset(Socket socket) {
		try {
			socket.setSoLinger(true, 0);
		}
		catch (IOException ex) {
			// It is closed already
		}
	}

	private void closeUnlessHalfOpen() {
		if (!this.halfOpen) {
			close();
		}
	}

	void close() {
		this.whenClosed.accept(this);
		TcpProxy.closeQuietly(this.client);
		TcpProxy.closeQuietly(this.server);
	}

	/** The bytes of one read. If it is empty, the connection has ended. */
	private record Chunk(ByteBuffer bytes, long readNanos) {

	}

}
