package io.rabbitrpc.server.reply;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.fibrpc.testbroker.OwnBroker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.amqp.ImmediateRequeueAmqpException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Replies}.
 */
@Tag("broker")
class RepliesTests {

	// RabbitMQ 3.10 reads the one, 4.3 the other
	private static final String LIMIT = "application:set_env(rabbit, max_message_size, %1$d),"
			+ " persistent_term:put(max_message_size, %1$d).";

	private static final Duration SOON = Duration.ofSeconds(10);

	private static final byte[] BODY = "55".getBytes(StandardCharsets.US_ASCII);

	// Its settings and users are changed
	@RegisterExtension
	static final OwnBroker own = new OwnBroker();

	@Test
	void aReplyIsCountedWhenTheBrokerHasIt() throws Exception {
		try (SentReplies sent = replies()) {
			sent.send("0", BODY);
			await().atMost(SOON).until(() -> sent.taken() == 1);
			sent.proxy().blackHole();
			sent.send("1", BODY);
			assertThat(sent.taken()).isOne();
			sent.proxy().restore();
			await().atMost(SOON).until(() -> sent.taken() == 2);
			assertThat(sent.failed()).isZero();
		}
	}

	@Test
	void anAnswerToACallerThatHasLeftDoesNotCountAsFailure() throws Exception {
		try (SentReplies sent = replies()) {
			sent.send("nobody", SentReplies.properties("0").build(), BODY, null);
			await().atMost(SOON).until(() -> sent.taken() == 1);
			assertThat(sent.failed()).isZero();
		}
	}

	@Test
	void unconfirmedRepliesAreSentAgainWhenTheConnectionIsReset() throws Exception {
		try (SentReplies sent = replies()) {
			sent.send("000", BODY);
			await().atMost(SOON).until(() -> sent.taken() == 1);
			sent.proxy().blackHole();
			IntStream.range(1, 100).forEach((i) -> sent.send("%03d".formatted(i), BODY));
			sent.proxy().reset();
			sent.proxy().restore();
			await().atMost(SOON).until(() -> sent.taken() == 100);
			await().atMost(SOON).untilAsserted(() -> assertThat(sent.ids()).hasSize(100));
			assertThat(sent.failed()).isZero();
		}
	}

	@Test
	void repliesLeaveOnTheConnectionOfTheRequestsWhileTheirOwnIsSilent() throws Exception {
		try (SentReplies sent = replies()) {
			sent.send("0", BODY);
			await().atMost(SOON).until(() -> sent.taken() == 1);
			sent.proxy().blackHole();
			sent.send("1", BODY);
			await().atMost(Duration.ofMillis(2500)).until(() -> sent.taken() == 2);
			assertThat(sent.replies().problem())
				.isEqualTo("the broker does not answer on the connection of the replies");
			sent.send("2", BODY);
			await().atMost(Duration.ofMillis(500)).until(() -> sent.taken() == 3);
			sent.proxy().restore();
			await().atMost(SOON).until(() -> sent.replies().problem() == null);
			sent.send("3", BODY);
			await().atMost(SOON).until(() -> sent.taken() == 4);
			await().atMost(SOON).untilAsserted(() -> assertThat(sent.ids()).containsExactly("0", "1", "2", "3"));
			assertThat(sent.failed()).isZero();
		}
	}

	@Test
	void aConnectionOnWhichAnswersTake800MillisecondsIsNotSilent() throws Exception {
		try (SentReplies sent = replies()) {
			sent.send("0", BODY);
			await().atMost(SOON).until(() -> sent.taken() == 1);
			sent.proxy().latency(Duration.ofMillis(400));
			sent.send("1", BODY);
			await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> {
				assertThat(sent.replies().problem()).isNull();
				return sent.taken() == 2;
			});
		}
	}

	@Test
	void noThreadWaitsInASocketThatIsFull() throws Exception {
		try (SentReplies sent = replies()) {
			sent.send("000", BODY);
			await().atMost(SOON).until(() -> sent.taken() == 1);
			sent.proxy().stopReading();
			// More than all buffers between here and the broker take together
			Duration longest = Duration.ZERO;
			for (int i = 1; i < 200; i++) {
				long begun = System.nanoTime();
				sent.send("%03d".formatted(i), new byte[100_000]);
				Duration took = Duration.ofNanos(System.nanoTime() - begun);
				longest = (took.compareTo(longest) > 0) ? took : longest;
			}
			// Until the other connection takes over
			assertThat(longest).isLessThan(Duration.ofSeconds(3));
			await().atMost(SOON).until(() -> sent.taken() == 200);
			await().atMost(SOON).untilAsserted(() -> assertThat(sent.ids()).hasSize(200));
			assertThat(sent.failed()).isZero();
		}
	}

	@Test
	void repliesLeaveOnTheConnectionOfTheRequestsWhileTheirOwnCannotBeOpened() throws Exception {
		try (SentReplies sent = replies()) {
			sent.proxy().refuse();
			sent.send("0", BODY);
			await().atMost(SOON).until(() -> sent.taken() == 1);
			assertThat(sent.replies().problem()).isNull();
			sent.proxy().restore();
			await().atMost(SOON).until(() -> sent.proxy().connections() == 1);
		}
	}

	@Test
	void aBrokenReplyQueueDelaysNoOtherReply() throws Exception {
		try (SentReplies sent = replies()) {
			sent.caller().queueDeclare("stuck", false, false, false, null);
			String queue = "{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<\"%s\">>, queue, <<\"stuck\">>)), "
				.formatted(own.host().name());
			own.broker().rabbitmqctl("eval", queue + "sys:suspend(amqqueue:get_pid(Q)).");
			sent.send("stuck", SentReplies.properties("0").build(), BODY, null);
			sent.send("1", BODY);
			await().atMost(SOON).until(() -> sent.taken() == 2);
			assertThat(sent.replies().problem()).isNull();
			own.broker().rabbitmqctl("eval", queue + "sys:resume(amqqueue:get_pid(Q)).");
		}
	}

	@Test
	void repliesThatThisUserMayNotSendWaitUntilItMay() throws Exception {
		String user = "replies-" + own.host().name();
		own.broker().rabbitmqctl("add_user", user, "secret");
		own.broker().rabbitmqctl("set_permissions", "-p", own.host().name(), user, ".*", "^$", ".*");
		try (SentReplies sent = new SentReplies(own.host(), user, "secret")) {
			CompletableFuture<Void> first = CompletableFuture.runAsync(() -> sent.send("0", BODY));
			await().atMost(SOON)
				.untilAsserted(() -> assertThat(sent.replies().problem())
					.startsWith("the broker refuses replies: ACCESS_REFUSED"));
			assertThat(sent.failed()).isOne();
			CompletableFuture<Void> second = CompletableFuture.runAsync(() -> sent.send("1", BODY));
			await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> !second.isDone());
			own.broker().rabbitmqctl("set_permissions", "-p", own.host().name(), user, ".*", ".*", ".*");
			await().atMost(SOON).until(() -> first.isDone() && second.isDone() && sent.taken() == 2);
			assertThat(sent.replies().problem()).isNull();
			await().atMost(SOON).untilAsserted(() -> assertThat(sent.ids()).containsExactly("0", "1"));
		}
		finally {
			own.broker().rabbitmqctl("delete_user", user);
		}
	}

	@Test
	void nobodyWaitsForARefusedReplyThatHasExpired() throws Exception {
		String user = "replies-" + own.host().name();
		own.broker().rabbitmqctl("add_user", user, "secret");
		own.broker().rabbitmqctl("set_permissions", "-p", own.host().name(), user, ".*", "^$", ".*");
		try (SentReplies sent = new SentReplies(own.host(), user, "secret")) {
			sent.send(SentReplies.QUEUE, SentReplies.properties("0").build(), BODY, Duration.ofMillis(500));
			sent.send(SentReplies.QUEUE, SentReplies.properties("1").build(), BODY, Duration.ofMillis(500));
			await().atMost(SOON).until(() -> sent.failed() == 2);
			assertThat(sent.taken()).isZero();
		}
		finally {
			own.broker().rabbitmqctl("delete_user", user);
		}
	}

	@Test
	void aReplyThatIsTooLargeIsReplacedAndItsNeighboursArrive() throws Exception {
		own.broker().rabbitmqctl("eval", LIMIT.formatted(1000));
		try (SentReplies sent = replies()) {
			sent.send("00", BODY);
			await().atMost(SOON).until(() -> sent.taken() == 1);
			IntStream.range(1, 50).forEach((i) -> sent.send("%02d".formatted(i), (i == 20) ? new byte[2000] : BODY));
			await().atMost(SOON).until(() -> sent.taken() == 49 && sent.replaced() == 1);
			await().atMost(SOON).untilAsserted(() -> assertThat(sent.ids()).hasSize(50));
			assertThat(sent.bodies("20")).containsOnly("error: the reply has 2000 bytes, the broker accepts 1000");
			assertThat(sent.failed()).isOne();
			int connections = sent.proxy().connections();
			sent.send("99", new byte[1001]);
			await().atMost(SOON).until(() -> sent.replaced() == 2);
			assertThat(sent.proxy().connections()).isEqualTo(connections);
		}
		finally {
			own.broker().rabbitmqctl("eval", LIMIT.formatted(134_217_728));
		}
	}

	@Test
	void aReplyThatTheBrokerRefusesAloneIsFoundAmongOthers() throws Exception {
		try (SentReplies sent = replies()) {
			sent.send("00", BODY);
			await().atMost(SOON).until(() -> sent.taken() == 1);
			BasicProperties forged = SentReplies.properties("20").userId("nobody").build();
			IntStream.range(1, 50)
				.forEach((i) -> sent.send(SentReplies.QUEUE,
						(i == 20) ? forged : SentReplies.properties("%02d".formatted(i)).build(), BODY, null));
			await().atMost(SOON).until(() -> sent.taken() == 49);
			await().atMost(SOON).until(() -> sent.failed() == 1);
			await().atMost(SOON).untilAsserted(() -> assertThat(sent.ids()).hasSize(49).doesNotContain("20"));
		}
	}

	@Test
	void aReplyThatCannotBeWrittenBeforeTheServerStopsIsLeftToRedelivery() throws Exception {
		try (SentReplies sent = replies()) {
			sent.replies().stop();
			assertThatExceptionOfType(ImmediateRequeueAmqpException.class).isThrownBy(() -> sent.send("0", BODY));
		}
	}

	private SentReplies replies() throws Exception {
		return new SentReplies(own.host(), "guest", "guest");
	}

}
