package io.rabbitrpc.server.reply;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ReplyRoute}.
 */
class ReplyRouteTests {

	@Test
	void triesAgainAfterTheSystemHasRefusedAThread() throws InterruptedException {
		AtomicBoolean refusing = new AtomicBoolean(true);
		CountDownLatch opened = new CountDownLatch(1);
		ReplyRoute route = new ReplyRoute(() -> {
			throw new IOException("no broker");
		}, (task, name) -> {
			if (refusing.get()) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			new Thread(task, name).start();
		});
		assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> route.open(false, opened::countDown));
		refusing.set(false);
		route.open(false, opened::countDown);
		assertThat(opened.await(5, TimeUnit.SECONDS)).isTrue();
		assertThat(route.failure()).hasMessage("no broker");
	}

}
