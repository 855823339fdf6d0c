package io.rabbitrpc.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.Frame;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.rabbitrpc.RpcHeaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the meters of the listeners.
 */
@Tag("broker")
@ExtendWith(OutputCaptureExtension.class)
class ServerMetersTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	@AfterEach
	void deleteVirtualHost() {
		this.virtualHost.close();
	}

	@Test
	void everySeriesIsThereBeforeTheFirstRequest() {
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
			Stream<Meter> meters = server.bean(MeterRegistry.class)
				.getMeters()
				.stream()
				.filter((meter) -> meter.getId().getName().startsWith("rabbit.rpc."))
				// The buckets of a timer, which this registry shows as gauges
				.filter((meter) -> !meter.getId().getName().endsWith(".histogram"));
			assertThat(meters)
				.allSatisfy(
						(meter) -> assertThat(meter.getId().getDescription()).as(meter.getId().getName()).isNotBlank())
				.extracting((meter) -> meter.getId().getName() + meter.getId().getTags())
				.containsExactlyInAnyOrder("rabbit.rpc.server.requests[tag(queue=work), tag(status=OK)]",
						"rabbit.rpc.server.requests[tag(queue=work), tag(status=INVALID_ARGUMENT)]",
						"rabbit.rpc.server.requests[tag(queue=work), tag(status=INTERNAL)]",
						"rabbit.rpc.server.headers.dropped[tag(queue=work)]",
						"rabbit.rpc.server.requests.expired[tag(queue=work)]",
						"rabbit.rpc.server.requests.redelivered[tag(queue=work)]",
						"rabbit.rpc.server.requests.active[tag(queue=work)]",
						"rabbit.rpc.server.requests.longest[tag(queue=work)]",
						"rabbit.rpc.server.results.late[tag(queue=work)]",
						"rabbit.rpc.server.dead.letters.failures[tag(queue=work)]",
						"rabbit.rpc.server.requests.replaced.ids[tag(queue=work)]",
						"rabbit.rpc.server.reply.failures[tag(queue=work)]",
						"rabbit.rpc.server.prefetch[tag(queue=work)]",
						"rabbit.rpc.server.dead.letters[tag(queue=work), tag(reason=no_reply_to)]",
						"rabbit.rpc.server.dead.letters[tag(queue=work), tag(reason=forged_reply_to)]",
						"rabbit.rpc.server.dead.letters[tag(queue=work), tag(reason=exchange_in_reply_to)]",
						"rabbit.rpc.server.dead.letters[tag(queue=work), tag(reason=own_queue)]",
						"rabbit.rpc.server.dead.letters[tag(queue=work), tag(reason=no_utf8)]",
						"rabbit.rpc.server.requests.parts.dropped[tag(part=headers)]",
						"rabbit.rpc.server.requests.parts.dropped[tag(part=body)]");
			assertThat(value(server, "rabbit.rpc.server.prefetch")).isOne();
		}
	}

	@Test
	void requestsAreTimedByStatus() throws Exception {
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
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

	@Test
	void requestsThatCannotBeAnsweredAreCountedByReason() throws Exception {
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			peer.send("30", TestPeer.request().replyTo(null));
			peer.send("30", TestPeer.request().replyTo("a/b"));
			await().atMost(SOON)
				.until(() -> value(server, "rabbit.rpc.server.dead.letters", "reason", "exchange_in_reply_to") == 1);
			assertThat(value(server, "rabbit.rpc.server.dead.letters", "reason", "no_reply_to")).isOne();
			assertThat(sum(server, "rabbit.rpc.server.dead.letters")).isEqualTo(2);
			assertThat(timer(server, "OK").count()).isZero();
		}
	}

	@Test
	void requestsThatExpireHereAreCounted() throws Exception {
		try (RunningListener server = RunningListener.start(this.virtualHost, "--delay=500ms",
				"--spring.rabbitmq.listener.direct.prefetch=10")) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			peer.send("30", TestPeer.request());
			peer.send("31", TestPeer.request().expiration("100"));
			await().pollInterval(Duration.ofMillis(20))
				.atMost(SOON)
				.until(() -> value(server, "rabbit.rpc.server.requests.active") == 1);
			await().atMost(SOON).until(() -> value(server, "rabbit.rpc.server.requests.expired") == 1);
			await().atMost(SOON).until(() -> value(server, "rabbit.rpc.server.requests.active") == 0);
			assertThat(timer(server, "OK").count()).isOne();
		}
	}

	@Test
	void redeliveredRequestsAreCounted() throws Exception {
		TestPeer first = TestPeer.connect(this.virtualHost);
		first.declareRequestQueue();
		first.send("30", TestPeer.request().replyTo("nobody"));
		await().atMost(SOON).until(() -> first.channel().basicGet(RunningListener.QUEUE, false) != null);
		first.disconnect();
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
			await().atMost(SOON).until(() -> timer(server, "OK").count() == 1);
			assertThat(value(server, "rabbit.rpc.server.requests.redelivered")).isOne();
		}
	}

	@Test
	void idsThatAreNotUtf8AreCountedAndLoggedOnce(CapturedOutput output) throws Exception {
		try (RunningListener server = RunningListener.start(this.virtualHost)) {
			TestPeer peer = TestPeer.connect(this.virtualHost);
			for (int i = 0; i < 3; i++) {
				peer.channel()
					.basicPublish("", RunningListener.QUEUE, new RequestWhoseIdIsNoUtf8(),
							"10".getBytes(StandardCharsets.US_ASCII));
				assertThat(peer.reply().getBody()).asString().isEqualTo("20");
			}
			peer.call("10", TestPeer.request());
			assertThat(value(server, "rabbit.rpc.server.requests.replaced.ids")).isEqualTo(3);
		}
		assertThat(output.toString().lines()).filteredOn((line) -> line.contains("is not UTF-8"))
			.singleElement()
			.asString()
			.contains(" WARN ", "The id of a request (", "its reply carries another id");
	}

	private static Timer timer(RunningListener server, String status) {
		return server.bean(MeterRegistry.class).get("rabbit.rpc.server.requests").tag("status", status).timer();
	}

	private static double value(RunningListener server, String name, String... tags) {
		return server.bean(MeterRegistry.class).get(name).tags(tags).meter().measure().iterator().next().getValue();
	}

	private static double sum(RunningListener server, String name) {
		return server.bean(MeterRegistry.class)
			.get(name)
			.counters()
			.stream()
			.mapToDouble((counter) -> counter.count())
			.sum();
	}

	/**
	 * Properties with a correlation id that amqp-client would not write.
	 */
	private static final class RequestWhoseIdIsNoUtf8 extends BasicProperties {

		private static final String PLACEHOLDER = "id-of-no-UTF-8";

		RequestWhoseIdIsNoUtf8() {
			super(null, null, null, null, null, PLACEHOLDER, RpcHeaders.DIRECT_REPLY_TO, null, null, null, null, null,
					null, null);
		}

		@Override
		public Frame toFrame(int channelNumber, long bodySize) throws IOException {
			// ISO 8859-1 keeps each byte as it is
			String payload = new String(super.toFrame(channelNumber, bodySize).getPayload(),
					StandardCharsets.ISO_8859_1);
			Frame frame = new Frame(AMQP.FRAME_HEADER, channelNumber);
			frame.getOutputStream()
				.write(payload.replace(PLACEHOLDER, "\u00ff".repeat(PLACEHOLDER.length()))
					.getBytes(StandardCharsets.ISO_8859_1));
			return frame;
		}

	}

}
