package io.fibrpc.client.page;

import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.observation.RpcWireListener;
import org.jspecify.annotations.Nullable;

import io.fibrpc.client.page.CallStep.Outcome;

/**
 * Tells viewers of each step of a call. Calls cost nothing here while nobody watches. In
 * each second only so many calls are drawn. Of the others, only the servers that answered
 * are counted.
 */
final class DrawnCalls implements RpcWireListener {

	/** The most calls that are drawn in a second. */
	static final int MAX_CALLS = 100;

	private final Viewers viewers;

	private final AnsweringServers servers;

	private final AtomicLong numbers = new AtomicLong();

	private final AtomicInteger thisSecond = new AtomicInteger();

	private final AtomicLong notDrawn = new AtomicLong();

	DrawnCalls(Viewers viewers, AnsweringServers servers) {
		this.viewers = viewers;
		this.servers = servers;
	}

	@Override
	public @Nullable Attempt start(String destination) {
		if (!this.viewers.areThere()) {
			return null;
		}
		boolean drawn = this.thisSecond.incrementAndGet() <= MAX_CALLS;
		if (!drawn) {
			this.notDrawn.incrementAndGet();
		}
		return drawn ? new DrawnCall() : new CountedCall();
	}

	void nextSecond() {
		this.thisSecond.set(0);
	}

	long notDrawn() {
		return this.notDrawn.get();
	}

	/**
	 * Counts the reply.
	 */
	private class CountedCall implements Attempt {

		@Override
		public void replied(BasicProperties properties, byte[] body) {
			Object server = header(properties, RpcHeaders.SERVER);
			if (server != null) {
				DrawnCalls.this.servers.answered(Escaped.text(server.toString()));
			}
		}

		static @Nullable Object header(BasicProperties properties, String name) {
			return (properties.getHeaders() != null) ? properties.getHeaders().get(name) : null;
		}

	}

	/**
	 * Tells the viewers of each step.
	 */
	private final class DrawnCall extends CountedCall {

		private final long startNanos = System.nanoTime();

		private final long number = DrawnCalls.this.numbers.incrementAndGet();

		@Override
		public void requested(String exchange, String routingKey, BasicProperties properties, byte[] body) {
			tell("requested", WireMessage.sent(exchange, routingKey, properties, body), null, null);
		}

		@Override
		public void confirmed() {
			tell("confirmed", null, null, null);
		}

		@Override
		public void replied(BasicProperties properties, byte[] body) {
			super.replied(properties, body);
			Long work = (header(properties, RpcHeaders.WORK_MICROS) instanceof Number micros) ? micros.longValue()
					: null;
			tell("replied", WireMessage.received(properties, body), work, null);
		}

		@Override
		public void ended(@Nullable Throwable failure) {
			tell("ended", null, null, outcome(failure));
		}

		private static Outcome outcome(@Nullable Throwable failure) {
			if (failure == null) {
				return new Outcome(RpcStatus.OK.name(), null, true);
			}
			if (failure instanceof RpcException ex) {
				return new Outcome(ex.status().name(), ex.getMessage(), ex.mayHaveRun());
			}
			return (failure instanceof CancellationException)
					? new Outcome(RpcStatus.CANCELLED.name(), "the caller has cancelled the call", true)
					: new Outcome(RpcStatus.INTERNAL.name(), "the client could not make the call", true);
		}

		private void tell(String step, @Nullable WireMessage message, @Nullable Long work, @Nullable Outcome outcome) {
			long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - this.startNanos);
			DrawnCalls.this.viewers
				.tell(new PageEvent("call", new CallStep(this.number, step, micros, message, work, outcome)));
		}

	}

}
