package io.rabbitrpc.client.call;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.channel.RequestAddress;
import io.rabbitrpc.client.channel.TestCall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AsyncCall}.
 */
class AsyncCallTests {

	private static final Message LARGE = new Message(new byte[LargeReplies.LARGE_BYTES]);

	private static final Executor REFUSING = (task) -> {
		throw new OutOfMemoryError("unable to create native thread");
	};

	@Test
	void aReplyThatNoThreadCanReadGivesItsShareBack() {
		LargeReplies replies = new LargeReplies(LargeReplies.LARGE_BYTES);
		try (CallThreads threads = new CallThreads(Runnable::run, Runnable::run, REFUSING)) {
			AsyncCall<Message> call = new AsyncCall<>(new RequestAddress("", "queue"), Duration.ofMinutes(1),
					TestCall.owner(), replies, threads, (reply) -> reply, (value, failure) -> {
					});
			assertThat(replies.hold(LARGE)).isTrue();
			assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> call.replied(LARGE));
			assertThat(replies.hold(LARGE)).isTrue();
		}
	}

	@Test
	void aFailureIsDeliveredEvenIfThereIsNoThread() {
		try (CallThreads threads = new CallThreads(REFUSING, Runnable::run, Runnable::run)) {
			AsyncCall<Message> call = new AsyncCall<>(new RequestAddress("", "queue"), Duration.ofMinutes(1),
					TestCall.owner(), new LargeReplies(), threads, (reply) -> reply, (value, failure) -> {
					});
			CompletableFuture<Boolean> waiting = call.result().handle((value, failure) -> {
				assertThatExceptionOfType(RpcException.class).isThrownBy(ReplyThread::checkMayWait);
				return failure instanceof RpcException;
			});
			call.fail(RpcStatus.UNAVAILABLE, "for the test", null);
			assertThat(waiting).isCompletedWithValue(true);
			ReplyThread.checkMayWait();
		}
	}

}
