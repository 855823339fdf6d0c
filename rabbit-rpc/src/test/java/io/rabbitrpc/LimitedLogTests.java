package io.rabbitrpc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LimitedLog}.
 */
@ExtendWith(OutputCaptureExtension.class)
class LimitedLogTests {

	// nanoTime may overflow
	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);

	private final LimitedLog log = new LimitedLog(LogFactory.getLog(LimitedLogTests.class), this.now::get);

	private static long lines(CapturedOutput output) {
		return output.getOut().lines().filter((line) -> line.contains("trouble")).count();
	}

	@Test
	void theFirstIsSaidAtOnce(CapturedOutput output) {
		this.log.warn("trouble", null);
		assertThat(output).contains("trouble").doesNotContain("more like it");
	}

	@Test
	void withinTenSecondsThereIsNoSecondLine(CapturedOutput output) {
		this.log.warn("trouble", null);
		this.now.addAndGet(Duration.ofSeconds(10).toNanos() - 1);
		this.log.warn("trouble", null);
		assertThat(lines(output)).isOne();
	}

	@Test
	void theNextSaysHowManyWereNotSaid(CapturedOutput output) {
		for (int i = 0; i < 4; i++) {
			this.log.warn("trouble " + i, null);
		}
		this.now.addAndGet(Duration.ofSeconds(10).toNanos());
		this.log.warn("trouble 4", null);
		assertThat(output).contains("trouble 0", "trouble 4 (and 3 more like it)");
		this.now.addAndGet(Duration.ofSeconds(10).toNanos());
		this.log.warn("trouble 5", null);
		assertThat(output.getOut().lines().filter((line) -> line.contains("trouble 5"))).singleElement()
			.asString()
			.doesNotContain("more like it");
	}

	@Test
	void theCauseIsShown(CapturedOutput output) {
		this.log.warn("trouble", new IllegalStateException("why"));
		assertThat(output).contains("java.lang.IllegalStateException: why");
	}

}
