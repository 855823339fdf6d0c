package io.rabbitrpc.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.fibrpc.testbroker.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Tests of connections whose broker may stop reading, with and without TLS.
 */
@Tag("broker")
abstract class ConnectionWritersContractTests {

	private static final int THREADS = 64;

	private static final int HEARTBEAT_SECONDS = 2;

	private static final Duration TWO_HEARTBEATS = Duration.ofSeconds(2 * HEARTBEAT_SECONDS);

	private static final Duration MARGIN = Duration.ofSeconds(2);

	private static final byte[] BODY = new byte[4096];

	private final ConnectionWriters writers = new ConnectionWriters();

	private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

	private TcpProxy proxy;

	private Connection connection;

	private ConnectionWriter writer;

	/** Starts a proxy to the broker's port, with or without TLS. */
	abstract TcpProxy startProxy();

	/** Sets up TLS, or not. */
	abstract void configure(ConnectionFactory factory) throws Exception;

	@BeforeEach
	void connect() throws Exception {
		this.proxy = startProxy();
		ConnectionFactory factory = new ConnectionFactory();
		configure(factory);
		factory.setPort(this.proxy.port());
		factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
		factory.setAutomaticRecoveryEnabled(false);
		this.writers.install(factory);
		this.connection = factory.newConnection("writer-test");
		this.writer = this.writers.of(this.connection);
	}

	@AfterEach
	void close() {
		this.proxy.close();
		this.connection.abort(5_000);
		this.threads.shutdownNow();
	}

	/** Stops reading, and publishes from all threads until there is no room. */
	private Duration publishUntilThereIsNoRoom() throws Exception {
		List<Channel> channels = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			channels.add(this.connection.createChannel());
		}
		this.proxy.stopReading();
		List<Future<Duration>> longest = new ArrayList<>();
		for (Channel channel : channels) {
			longest.add(this.threads.submit(() -> publish(channel)));
		}
		Duration maximum = Duration.ZERO;
		for (Future<Duration> future : longest) {
			Duration duration = future.get(10, TimeUnit.SECONDS);
			maximum = (duration.compareTo(maximum) > 0) ? duration : maximum;
		}
		return maximum;
	}

	private Duration publish(Channel channel) throws Exception {
		long longest = 0;
		while (this.writer.hasRoom()) {
			long start = System.nanoTime();
			channel.basicPublish("", "no.such.queue", null, BODY);
			longest = Math.max(longest, System.nanoTime() - start);
		}
		return Duration.ofNanos(longest);
	}

	@Test
	void writtenBytesArriveCompleteAndInOrder() throws Exception {
		Channel channel = this.connection.createChannel();
		String queue = channel.queueDeclare().getQueue();
		for (int i = 0; i < 2000; i++) {
			channel.basicPublish("", queue, null, new byte[(i * 37) % 20_000]);
		}
		channel.basicPublish("", queue, null, new byte[3_000_000]);
		BlockingQueue<Integer> lengths = new LinkedBlockingQueue<>();
		channel.basicConsume(queue, true, (tag, delivery) -> lengths.add(delivery.getBody().length), (tag) -> {
		});
		for (int i = 0; i < 2000; i++) {
			assertThat(lengths.poll(5, TimeUnit.SECONDS)).isEqualTo((i * 37) % 20_000);
		}
		assertThat(lengths.poll(5, TimeUnit.SECONDS)).isEqualTo(3_000_000);
	}

	@Test
	void noPublishWaitsForAPeerThatStopsReadingAndItsConnectionIsClosed() throws Exception {
		assertThat(this.writer.hasRoom()).isTrue();
		assertThat(this.writer.room()).isCompleted();
		assertThat(publishUntilThereIsNoRoom()).isLessThan(Duration.ofSeconds(1));
		assertThat(this.writer.hasRoom()).isFalse();
		CompletableFuture<Void> room = this.writer.room();
		assertThat(room).isNotDone();
		long start = System.nanoTime();
		await().atMost(TWO_HEARTBEATS.plus(MARGIN)).until(() -> !this.connection.isOpen());
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(TWO_HEARTBEATS.minus(MARGIN));
		assertThat(this.connection.getCloseReason()).rootCause()
			.hasMessage("the broker has read nothing for %d s".formatted(2 * HEARTBEAT_SECONDS));
		assertThat(room).succeedsWithin(Duration.ofSeconds(1));
		assertThat(this.writer.stuck()).isZero();
		assertThatException().isThrownBy(() -> this.connection.createChannel());
		assertNoThreadIsLeft();
	}

	@Test
	void stuckIsTheTimeSinceTheSocketTookAByte() throws Exception {
		assertThat(this.writer.stuck()).isZero();
		publishUntilThereIsNoRoom();
		await().until(() -> this.writer.stuck().toMillis() > 500);
		this.proxy.restore();
		await().until(() -> this.writer.stuck().isZero());
		assertThat(this.writer.hasRoom()).isTrue();
		assertThat(this.connection.isOpen()).isTrue();
	}

	@Test
	void roomCompletesWhenThereIsRoomAgain() throws Exception {
		publishUntilThereIsNoRoom();
		CompletableFuture<Void> room = this.writer.room();
		CompletableFuture<String> thread = room.thenApply((nothing) -> Thread.currentThread().getName());
		CompletableFuture<Void> cancelled = this.writer.room();
		cancelled.cancel(false);
		assertThat(room).isNotDone();
		this.proxy.restore();
		assertThat(thread).succeedsWithin(Duration.ofSeconds(5)).asString().startsWith("rabbit-rpc-room-");
		assertThat(this.writer.hasRoom()).isTrue();
	}

	@Test
	void closeByTheWriterEndsAStuckConnectionAtOnceAndTellsWhy() throws Exception {
		publishUntilThereIsNoRoom();
		long start = System.nanoTime();
		this.writer.close("enough");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
		await().atMost(MARGIN).until(() -> !this.connection.isOpen());
		assertThat(this.connection.getCloseReason()).rootCause().hasMessage("enough");
		assertNoThreadIsLeft();
	}

	@Test
	void closingAStuckConnectionTakesNoLongerThanItsTimeout() throws Exception {
		publishUntilThereIsNoRoom();
		long start = System.nanoTime();
		assertThatException().isThrownBy(() -> this.connection.close(500));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
		assertNoThreadIsLeft();
	}

	@Test
	void abortingAStuckConnectionEndsAfterTwoHeartbeatsAtTheLatest() throws Exception {
		publishUntilThereIsNoRoom();
		long start = System.nanoTime();
		this.connection.abort(60_000);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TWO_HEARTBEATS.plus(MARGIN));
		assertNoThreadIsLeft();
	}

	static void assertNoThreadIsLeft() {
		await().atMost(MARGIN)
			.untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
				.noneMatch((name) -> name.startsWith("rabbit-rpc-writer") || name.startsWith("AMQP Connection")));
	}

}
