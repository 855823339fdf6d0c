package io.rabbitrpc.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.ShutdownSignalException;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ChannelProxy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the threads that a server's connections use.
 */
@Tag("broker")
class RequestConnectionsTests {

	private static final long SECONDS = 5;

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private final CountDownLatch serverClosed = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.virtualHost.close();
	}

	@Test
	void consumerThatIsBusyWhileTheServerClosesHearsOfIt() throws Exception {
		CompletableFuture<ShutdownSignalException> heard = new CompletableFuture<>();
		CountDownLatch busy = new CountDownLatch(1);
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
			Channel channel = ((ChannelProxy) server.bean(CachingConnectionFactory.class)
				.createConnection()
				.createChannel(false)).getTargetChannel();
			channel.basicConsume(RunningListener.QUEUE, new DefaultConsumer(channel) {

				@Override
				public void handleConsumeOk(String consumerTag) {
					busy.countDown();
					awaitClosed();
				}

				@Override
				public void handleShutdownSignal(String consumerTag, ShutdownSignalException signal) {
					heard.complete(signal);
				}

			});
			assertThat(busy.await(SECONDS, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(heard).isNotDone();
		this.serverClosed.countDown();
		assertThat(heard.get(SECONDS, TimeUnit.SECONDS).isHardError()).isTrue();
	}

	private void awaitClosed() {
		try {
			this.serverClosed.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
