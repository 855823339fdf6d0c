package io.rabbitrpc.server;

import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpConnectException;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;

import io.rabbitrpc.connection.ConnectionWriters;
import io.rabbitrpc.connection.RpcConnections;
import io.rabbitrpc.server.container.QueueMeters;
import io.rabbitrpc.server.container.ServedQueues;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BrokerWatch}.
 */
class BrokerWatchTests {

	private static final String CONNECTED = "Connected to RabbitMQ";

	private static final String LOST = "No requests are taken: the connection to the broker was lost: maintenance."
			+ " Trying again until it works";

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);

	private final CachingConnectionFactory factory = new CachingConnectionFactory("first", 5672);

	private final BrokerWatch watch = new BrokerWatch(
			new RpcConnections(this.factory, new ConnectionWriters(), List::of, new RabbitProperties()),
			new ServedQueues((queue) -> new QueueMeters() {
			}), this.now::get);

	private final Logger logger = (Logger) LoggerFactory.getLogger(BrokerWatch.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private @Nullable Level level;

	@BeforeEach
	void listen() {
		this.level = this.logger.getLevel();
		this.logger.setLevel(Level.INFO);
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void listenNoMore() {
		this.logger.detachAppender(this.log);
		this.logger.setLevel(this.level);
		this.factory.destroy();
	}

	private void assertSaid(String... lines) {
		assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly(lines);
	}

	private void lose(boolean byUs) {
		this.watch.onShutDown(new ShutdownSignalException(true, byUs,
				new AMQP.Connection.Close.Builder().replyCode(320).replyText("maintenance").build(), this));
	}

	@Test
	void theFirstConnectionIsLoggedAndTheSecondIsNot() {
		this.watch.onCreate(null);
		this.watch.onCreate(null);
		assertSaid(CONNECTED);
	}

	@Test
	void aConnectionThatTheProgramClosesIsNotLogged() {
		this.watch.onCreate(null);
		lose(true);
		assertSaid(CONNECTED);
	}

	@Test
	void twoConnectionsThatAreLostTogetherAreSaidOnceAndSoIsTheReturn() {
		this.watch.onCreate(null);
		lose(false);
		this.now.addAndGet(Duration.ofMillis(1_900).toNanos());
		lose(false);
		this.watch.onCreate(null);
		this.watch.onCreate(null);
		assertSaid(CONNECTED, LOST, CONNECTED);
	}

	@Test
	void aLossIsLoggedOnceHoweverOftenConnectingFails() {
		lose(false);
		for (int i = 0; i < 100; i++) {
			this.now.addAndGet(Duration.ofSeconds(10).toNanos());
			this.watch.onFailed(new AmqpConnectException(new ConnectException("refused")));
		}
		assertSaid(LOST);
	}

	@Test
	void aSecondLossIsSaidByTheAttemptsThatFailLater() {
		lose(false);
		this.watch.onCreate(null);
		this.now.addAndGet(Duration.ofMillis(1_900).toNanos());
		lose(false);
		assertSaid(LOST, CONNECTED);
		this.now.addAndGet(Duration.ofMillis(100).toNanos());
		this.watch.onFailed(new AmqpConnectException(new ConnectException("refused")));
		assertSaid(LOST, CONNECTED,
				"No requests are taken: no broker at first:5672: refused. Trying again until it works");
	}

	@Test
	void aMissingBrokerIsLoggedAtOnceAtTheStart() {
		this.watch.onFailed(new AmqpConnectException(new ConnectException("refused")));
		assertSaid("No requests are taken: no broker at first:5672: refused. Trying again until it works");
	}

}
