package io.rabbitrpc.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.rabbitrpc.connection.inbound.Refusals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WriterSocket}, against a peer that is a plain socket.
 */
@Tag("slow")
class WriterSocketTests {

	private final WriteLoop loop = new WriteLoop();

	private ServerSocket server;

	private Socket socket;

	private Socket peer;

	@BeforeEach
	void connect() throws IOException {
		this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
		this.socket = open();
		this.peer = this.server.accept();
	}

	private Socket open() throws IOException {
		Socket opened = new WriterSocketFactory(this.loop, UnaryOperator.identity(), new Refusals()).createSocket();
		// As amqp-client does. Otherwise the system itself delays small writes
		opened.setTcpNoDelay(true);
		opened.connect(this.server.getLocalSocketAddress(), 1000);
		return opened;
	}

	@AfterEach
	void close() throws IOException {
		this.socket.close();
		this.peer.close();
		this.server.close();
		await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.noneMatch((name) -> name.startsWith("rabbit-rpc-writer")));
	}

	private SocketWriter writer() {
		return this.loop.writers().get(0);
	}

	@Test
	void itIsASocketLikeAnyOther() throws IOException {
		assertThat(this.socket.isConnected()).isTrue();
		assertThat(this.socket.getInetAddress()).isEqualTo(InetAddress.getLoopbackAddress());
		assertThat(this.socket.getPort()).isEqualTo(this.server.getLocalPort());
		assertThat(this.socket.getLocalPort()).isEqualTo(this.peer.getPort());
		assertThat(this.socket.getLocalAddress()).isEqualTo(this.peer.getInetAddress());
		this.socket.setTcpNoDelay(true);
		assertThat(this.socket.getTcpNoDelay()).isTrue();
		this.socket.setKeepAlive(true);
		assertThat(this.socket.getKeepAlive()).isTrue();
		this.socket.setSoTimeout(1234);
		assertThat(this.socket.getSoTimeout()).isEqualTo(1234);
	}

	@Test
	void closeReturnsAtOnceAndWhatWasWrittenBeforeArrives() throws IOException {
		byte[] bytes = new byte[15_000_000];
		Arrays.fill(bytes, (byte) 7);
		this.socket.getOutputStream().write(bytes);
		long start = System.nanoTime();
		this.socket.close();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
		assertThatExceptionOfType(SocketException.class).isThrownBy(() -> this.socket.getOutputStream().write(1));
		assertThat(this.peer.getInputStream().readAllBytes()).isEqualTo(bytes);
	}

	@Test
	void closeGivesUpAPeerThatDoesNotReadAfterASecond() throws IOException {
		this.socket.getOutputStream().write(new byte[15_000_000]);
		this.socket.close();
		await().atMost(Duration.ofSeconds(3)).until(() -> this.loop.writers().isEmpty());
		assertThat(this.peer.getInputStream().readAllBytes()).hasSizeLessThan(15_000_000);
	}

	@Test
	void aWriteThatEndsHalfWayEndsTheConnection() {
		SocketWriter writer = writer();
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> writer.append(new byte[10], 5, 10));
		assertThatExceptionOfType(SocketException.class).isThrownBy(() -> this.socket.getOutputStream().write(1));
		assertThat(this.loop.writers()).isEmpty();
	}

	@Test
	void closeEndsAReadOfAnotherThread() throws Exception {
		InputStream input = this.socket.getInputStream();
		CompletableFuture<Throwable> ended = CompletableFuture.supplyAsync(() -> catchThrowable(input::read));
		await().until(() -> Thread.getAllStackTraces()
			.values()
			.stream()
			.flatMap(Arrays::stream)
			.anyMatch((frame) -> frame.getClassName().equals(SocketReader.class.getName())));
		this.socket.close();
		assertThat(ended).succeedsWithin(Duration.ofSeconds(2))
			.asInstanceOf(InstanceOfAssertFactories.THROWABLE)
			.isInstanceOf(SocketException.class)
			.hasMessage("Socket closed");
	}

	@Test
	void readEndsAtTheTimeoutAndAtTheEndOfTheStream() throws IOException {
		this.socket.setSoTimeout(200);
		assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> this.socket.getInputStream().read());
		this.peer.getOutputStream().write(42);
		assertThat(this.socket.getInputStream().read()).isEqualTo(42);
		this.peer.shutdownOutput();
		assertThat(this.socket.getInputStream().read()).isEqualTo(-1);
	}

	@Test
	void anInterruptEndsNeitherAReadNorAWriteNorTheConnection() throws IOException {
		this.peer.getOutputStream().write(new byte[] { 1, 2 });
		Thread.currentThread().interrupt();
		this.socket.getOutputStream().write(3);
		InputStream input = this.socket.getInputStream();
		assertThat(input.read()).isEqualTo(1);
		assertThat(input.read()).isEqualTo(2);
		CompletableFuture.runAsync(() -> write(this.peer, 4),
				CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));
		assertThat(input.read()).isEqualTo(4);
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.peer.getInputStream().read()).isEqualTo(3);
	}

	private static void write(Socket to, int value) {
		try {
			to.getOutputStream().write(value);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void bytesThatArrivedBeforeAWriteFailedAreStillRead() throws IOException {
		this.peer.getOutputStream().write(new byte[] { 1, 2, 3 });
		this.socket.setSoTimeout(5000);
		this.peer.close();
		OutputStream output = this.socket.getOutputStream();
		// The peer answers the first one with a reset
		await().until(() -> catchThrowable(() -> output.write(new byte[100])) != null);
		assertThatExceptionOfType(SocketException.class).isThrownBy(() -> output.write(1));
		assertThat(this.socket.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
		Throwable end = catchThrowable(() -> this.socket.getInputStream().readAllBytes());
		assertThat(end instanceof SocketTimeoutException).isFalse();
	}

	@Test
	void aPeerThatReadsNothingIsGivenUpUnlessTheBrokerSaidThatItBlocks() throws IOException {
		// A quarter of the heartbeat
		this.socket.setSoTimeout(100);
		this.socket.getOutputStream().write(new byte[15_000_000]);
		SocketWriter writer = writer();
		writer.blocked(true);
		await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(4)).until(() -> !this.loop.writers().isEmpty());
		writer.blocked(false);
		assertThat(writer.stuck()).isLessThan(Duration.ofMillis(500));
		await().atMost(Duration.ofSeconds(3)).until(() -> this.loop.writers().isEmpty());
	}

	@Test
	void aSocketThatGoesFirstWritesBeforeLaterBytesOfOthers() throws Exception {
		try (Socket replies = open(); Socket repliesPeer = this.server.accept()) {
			this.loop.writers().get(1).leaveFirst();
			int late = 0;
			for (int round = 0; round < 10; round++) {
				late += lateReplies(replies, repliesPeer.getInputStream());
			}
			// On a busy machine the system itself may deliver the bytes of two sockets in
			// another order. Without the rule, 40 to 134 were late
			assertThat(late).isLessThan(10);
		}
	}

	// So few that the reply socket always accepts bytes. Only then its bytes wait for no
	// other socket
	private int lateReplies(Socket replies, InputStream repliesPeer) throws Exception {
		int count = 10_000;
		OutputStream acknowledgements = this.socket.getOutputStream();
		CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
			try {
				for (int i = 0; i < count; i++) {
					replies.getOutputStream().write(new byte[] { 1, 2, 3, 4 });
					acknowledgements.write(1);
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
		byte[] buffer = new byte[100_000];
		int acknowledged = 0;
		int replied = 0;
		int late = 0;
		while (acknowledged < count) {
			acknowledged += this.peer.getInputStream().read(buffer);
			while (replied < 4 * acknowledged) {
				if (repliesPeer.available() == 0) {
					late++;
				}
				replied += repliesPeer.read(buffer);
			}
		}
		assertThat(replied).isEqualTo(4 * count);
		writing.get();
		return late;
	}

	@Test
	void writersThatDoNotAskForRoomWaitAtALimit() throws Exception {
		CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
			byte[] frame = new byte[100_000];
			for (int i = 0; i < 400; i++) {
				ByteBuffer.wrap(frame).putInt(i);
				try {
					this.socket.getOutputStream().write(frame);
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}
		});
		await().until(() -> writer().stuck().toMillis() > 200);
		assertThat(writer().hasRoom()).isFalse();
		assertThat(writing).isNotDone();
		byte[] frame = new byte[100_000];
		for (int i = 0; i < 400; i++) {
			this.peer.getInputStream().readNBytes(frame, 0, frame.length);
			assertThat(ByteBuffer.wrap(frame).getInt()).isEqualTo(i);
		}
		assertThat(writing).succeedsWithin(Duration.ofSeconds(1));
	}

	@Test
	void closeEndsTheWaitOfThoseWhoAskForNoRoom() {
		CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
			try {
				while (true) {
					this.socket.getOutputStream().write(new byte[100_000]);
				}
			}
			catch (IOException ex) {
				// As expected
			}
		});
		await().until(() -> writer().stuck().toMillis() > 200);
		writer().close("enough");
		assertThat(writing).succeedsWithin(Duration.ofSeconds(1));
		assertThatExceptionOfType(SocketException.class).isThrownBy(() -> this.socket.getInputStream().read())
			.withMessage("enough");
	}

}
