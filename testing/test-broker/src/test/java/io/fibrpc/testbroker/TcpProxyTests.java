package io.fibrpc.testbroker;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.fibrpc.testbroker.TcpProxy.Direction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TcpProxy}, before a server that sends back what it gets.
 */
class TcpProxyTests {

	private ServerSocket server;

	private TcpProxy proxy;

	@BeforeEach
	void start() throws IOException {
		this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
		Thread echo = new Thread(this::echoUntilClosed);
		echo.setDaemon(true);
		echo.start();
		this.proxy = TcpProxy.to("127.0.0.1", this.server.getLocalPort());
	}

	@AfterEach
	void stop() throws IOException {
		this.proxy.close();
		this.server.close();
	}

	@Test
	void forwardsBothWays() throws IOException {
		try (Socket client = connect()) {
			send(client, 100_000);
			assertThat(receive(client, 100_000)).hasSize(100_000);
			assertThat(this.proxy.connections()).isOne();
		}
		await().until(() -> this.proxy.connections() == 0);
	}

	@Test
	void stopReadingLetsTheSocketsOfOpenConnectionsFillUp() throws Exception {
		try (SocketChannel client = SocketChannel
			.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.proxy.port()))) {
			send(client.socket(), 1);
			assertThat(receive(client.socket(), 1)).hasSize(1);
			this.proxy.stopReading();
			client.configureBlocking(false);
			await().until(() -> client.write(ByteBuffer.allocate(20_000_000)) == 0);
			try (Socket other = connect()) {
				send(other, 1);
				assertThat(receive(other, 1)).hasSize(1);
			}
			this.proxy.restore();
			await().until(() -> client.write(ByteBuffer.allocate(1)) == 1);
		}
	}

	@Test
	void latencyDelaysEachDirectionOnceForAllThatIsUnderWay() throws IOException {
		this.proxy.latency(Duration.ofMillis(200));
		try (Socket client = connect()) {
			long start = System.nanoTime();
			send(client, 50_000);
			receive(client, 50_000);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(400),
					Duration.ofMillis(1200));
		}
	}

	@Test
	void blackHoleHoldsBackWhatRestoreForwards() throws IOException {
		try (Socket client = connect()) {
			this.proxy.blackHole();
			send(client, 1);
			try (Socket later = connect()) {
				send(later, 1);
				assertNothingArrives(client);
				assertNothingArrives(later);
				this.proxy.restore();
				assertThat(receive(client, 1)).hasSize(1);
				assertThat(receive(later, 1)).hasSize(1);
			}
		}
	}

	@Test
	void withholdsOnlyConfirmsAndForwardsThemLater() throws IOException {
		byte[] confirm = HexFormat.of()
			.parseHex("01" + "0001" + "0000000d" + "003c0050" + "0000000000000001" + "00" + "ce");
		byte[] delivery = HexFormat.of().parseHex("01" + "0001" + "00000005" + "003c003c" + "07" + "ce");
		byte[] heartbeat = HexFormat.of().parseHex("08" + "0000" + "00000000" + "ce");
		try (Socket before = connect()) {
			await().until(() -> this.proxy.connections() == 1);
			this.proxy.withholdConfirms();
			try (Socket client = connect()) {
				for (byte[] frame : List.of(confirm, delivery, confirm, heartbeat)) {
					client.getOutputStream().write(frame, 0, 8);
					client.getOutputStream().flush();
					client.getOutputStream().write(frame, 8, frame.length - 8);
				}
				assertThat(receive(client, delivery.length)).isEqualTo(delivery);
				assertThat(receive(client, heartbeat.length)).isEqualTo(heartbeat);
				assertNothingArrives(client);
				before.getOutputStream().write(confirm);
				assertThat(receive(before, confirm.length)).isEqualTo(confirm);
				this.proxy.restore();
				assertThat(receive(client, confirm.length)).isEqualTo(confirm);
				assertThat(receive(client, confirm.length)).isEqualTo(confirm);
				client.getOutputStream().write(confirm);
				assertThat(receive(client, confirm.length)).isEqualTo(confirm);
			}
		}
	}

	@Test
	void resetClosesByReset() throws IOException {
		try (Socket client = connect()) {
			send(client, 1);
			receive(client, 1);
			this.proxy.reset();
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> client.getInputStream().read())
				.withMessageContaining("reset");
		}
		try (Socket client = connect()) {
			send(client, 1);
			assertThat(receive(client, 1)).hasSize(1);
		}
	}

	@Test
	void halfOpenConnectionIsResetForTheClientAlone() throws IOException {
		try (Socket client = connect()) {
			send(client, 1);
			receive(client, 1);
			this.proxy.leaveHalfOpen();
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> client.getInputStream().read())
				.withMessageContaining("reset");
			// The server's end would end the connection's count
			await().during(Duration.ofMillis(300)).until(() -> this.proxy.connections() == 1);
		}
		try (Socket client = connect()) {
			send(client, 1);
			assertThat(receive(client, 1)).hasSize(1);
		}
	}

	@Test
	void refuseKeepsWhatIsOpenAndRestoreAcceptsAgain() throws IOException {
		try (Socket client = connect()) {
			send(client, 1);
			receive(client, 1);
			this.proxy.refuse();
			assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
			send(client, 1);
			assertThat(receive(client, 1)).hasSize(1);
		}
		this.proxy.restore();
		try (Socket client = connect()) {
			send(client, 1);
			assertThat(receive(client, 1)).hasSize(1);
		}
	}

	@Test
	void cutInsideFrameEndsAfterThatManyBytes() throws IOException {
		try (Socket client = connect()) {
			this.proxy.cutInsideFrame(Direction.TO_CLIENT, 5);
			send(client, 100);
			assertThat(client.getInputStream().readAllBytes()).hasSize(5);
		}
	}

	@Test
	void oneByteAtATimeArrivesWhole() throws IOException {
		this.proxy.oneByteAtATime();
		try (Socket client = connect()) {
			send(client, 1000);
			assertThat(receive(client, 1000)).hasSize(1000);
		}
	}

	private Socket connect() throws IOException {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.proxy.port());
		socket.setSoTimeout(5000);
		return socket;
	}

	private static void send(Socket socket, int bytes) throws IOException {
		socket.getOutputStream().write(new byte[bytes]);
	}

	private static byte[] receive(Socket socket, int bytes) throws IOException {
		return socket.getInputStream().readNBytes(bytes);
	}

	private static void assertNothingArrives(Socket socket) throws IOException {
		socket.setSoTimeout(300);
		assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> socket.getInputStream().read());
		socket.setSoTimeout(5000);
	}

	private void echoUntilClosed() {
		while (!this.server.isClosed()) {
			try {
				Socket socket = this.server.accept();
				Thread echo = new Thread(() -> echo(socket));
				echo.setDaemon(true);
				echo.start();
			}
			catch (IOException ex) {
				// The test is over
			}
		}
	}

	private static void echo(Socket socket) {
		try (socket; InputStream input = socket.getInputStream()) {
			input.transferTo(socket.getOutputStream());
		}
		catch (IOException ex) {
			// The peer is gone
		}
	}

}
