package io.fibrpc.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ServerMetrics} and {@link ServerGauges}.
 */
@Tag("broker")
class ServerMetricsTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	@AfterEach
	void deleteVirtualHost() {
		this.virtualHost.close();
	}

	@Test
	void everySeriesIsThereBeforeTheFirstRequest() {
		try (RunningServer server = RunningServer.start(this.virtualHost)) {
			Stream<Meter> meters = server.bean(MeterRegistry.class)
				.getMeters()
				.stream()
				.filter((meter) -> meter.getId().getName().startsWith("fib.server."));
			assertThat(meters)
				.allSatisfy(
						(meter) -> assertThat(meter.getId().getDescription()).as(meter.getId().getName()).isNotBlank())
				.extracting((meter) -> meter.getId().getName() + meter.getId().getTags())
				.containsExactlyInAnyOrder("fib.server.requests[tag(status=OK)]",
						"fib.server.requests[tag(status=INVALID_ARGUMENT)]",
						"fib.server.requests[tag(status=INTERNAL)]",
						"fib.server.requests.refused[tag(reason=content_type)]",
						"fib.server.requests.refused[tag(reason=content_encoding)]",
						"fib.server.requests.refused[tag(reason=too_long)]",
						"fib.server.requests.refused[tag(reason=missing)]",
						"fib.server.requests.refused[tag(reason=no_number)]",
						"fib.server.requests.refused[tag(reason=too_large)]", "fib.server.requests.expired[]",
						"fib.server.requests.redelivered[]", "fib.server.requests.active[]",
						"fib.server.dead.letters[tag(reason=no_reply_to)]",
						"fib.server.dead.letters[tag(reason=forged_reply_to)]",
						"fib.server.dead.letters[tag(reason=exchange_in_reply_to)]",
						"fib.server.dead.letters[tag(reason=own_queue)]",
						"fib.server.dead.letters[tag(reason=no_utf8)]", "fib.server.dead.letters.failures[]",
						"fib.server.requests.replaced.ids[]", "fib.server.requests.parts.dropped[tag(part=headers)]",
						"fib.server.requests.parts.dropped[tag(part=body)]", "fib.server.reply.failures[]",
						"fib.server.prefetch[]");
			assertThat(value(server, "fib.server.prefetch")).isOne();
		}
	}

	@Test
	void requestsAreTimedByStatus() throws Exception {
		try (RunningServer server = RunningServer.start(this.virtualHost)) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			peer.call("30", TestPeer.request());
			peer.call("31", TestPeer.request());
			peer.call("abc", TestPeer.request());
			await().atMost(SOON).until(() -> timer(server, "INVALID_ARGUMENT").count() == 1);
			Timer answered = timer(server, "OK");
			assertThat(answered.count()).isEqualTo(2);
			assertThat(answered.totalTime(TimeUnit.SECONDS)).isPositive().isLessThan(5);
			assertThat(answered.takeSnapshot().histogramCounts())
				.extracting((bucket) -> bucket.bucket(TimeUnit.MICROSECONDS))
				.startsWith(100.0, 250.0, 500.0, 1_000.0)
				.contains(10_000_000.0);
			assertThat(timer(server, "INTERNAL").count()).isZero();
		}
	}

	@ParameterizedTest
	@CsvSource({ "abc,text/plain,,no_number", "'',text/plain,,missing", "100001,text/plain,,too_large",
			"30,application/json,,content_type", "30,text/plain,gzip,content_encoding",
			"00000000000000000000000000000000000000000000000000000000000000001,text/plain,,too_long" })
	void refusedRequestsAreCountedByReason(String body, String contentType, String contentEncoding, String reason)
			throws Exception {
		try (RunningServer server = RunningServer.start(this.virtualHost)) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			peer.call(body, TestPeer.request().contentType(contentType).contentEncoding(contentEncoding));
			await().atMost(SOON)
				.until(() -> value(server, "fib.server.requests.refused", "reason", reason) == 1
						&& sum(server, "fib.server.requests.refused") == 1);
		}
	}

	@Test
	void requestsThatCannotBeAnsweredAreCountedByReason() throws Exception {
		try (RunningServer server = RunningServer.start(this.virtualHost)) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			peer.send("30", TestPeer.request().replyTo(null));
			peer.send("30", TestPeer.request().replyTo("a/b"));
			await().atMost(SOON)
				.until(() -> value(server, "fib.server.dead.letters", "reason", "exchange_in_reply_to") == 1);
			assertThat(value(server, "fib.server.dead.letters", "reason", "no_reply_to")).isOne();
			assertThat(sum(server, "fib.server.dead.letters")).isEqualTo(2);
			assertThat(timer(server, "OK").count()).isZero();
		}
	}

	@Test
	void requestsThatExpireHereAreCounted() throws Exception {
		try (RunningServer server = RunningServer.start(this.virtualHost, "--fib.server.delay=500ms",
				"--spring.rabbitmq.listener.direct.prefetch=10")) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			peer.send("30", TestPeer.request());
			peer.send("31", TestPeer.request().expiration("100"));
			await().pollInterval(Duration.ofMillis(20))
				.atMost(SOON)
				.until(() -> value(server, "fib.server.requests.active") == 1);
			await().atMost(SOON).until(() -> value(server, "fib.server.requests.expired") == 1);
			await().atMost(SOON).until(() -> value(server, "fib.server.requests.active") == 0);
			assertThat(timer(server, "OK").count()).isOne();
		}
	}

	@Test
	void redeliveredRequestsAreCounted() throws Exception {
		TestPeer first = TestPeer.connect(this.virtualHost);
		first.declareRequestQueue();
		first.send("30", TestPeer.request().replyTo("nobody"));
		await().atMost(SOON).until(() -> first.channel().basicGet("rpc_queue", false) != null);
		first.disconnect();
		try (RunningServer server = RunningServer.start(this.virtualHost)) {
			await().atMost(SOON).until(() -> timer(server, "OK").count() == 1);
			assertThat(value(server, "fib.server.requests.redelivered")).isOne();
		}
	}

	private static Timer timer(RunningServer server, String status) {
		return server.bean(MeterRegistry.class).get("fib.server.requests").tag("status", status).timer();
	}

	private static double value(RunningServer server, String name, String... tags) {
		return server.bean(MeterRegistry.class).get(name).tags(tags).meter().measure().iterator().next().getValue();
	}

	private static double sum(RunningServer server, String name) {
		return server.bean(MeterRegistry.class)
			.get(name)
			.counters()
			.stream()
			.mapToDouble((counter) -> counter.count())
			.sum();
	}

}
