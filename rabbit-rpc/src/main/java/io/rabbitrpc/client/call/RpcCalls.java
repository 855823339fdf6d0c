package io.rabbitrpc.client.call;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.LimitedLog;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.channel.RpcCall;
import io.rabbitrpc.client.channel.RpcConnector;
import io.rabbitrpc.client.queue.CallDiagnosis;
import io.rabbitrpc.client.queue.RequestQueueMonitor;

/**
 * Makes the calls of an application, for both APIs: on one connection, with one reply
 * queue, and with a limit for the calls in flight.
 */
public final class RpcCalls implements Calls {

	private static final LimitedLog thrown = new LimitedLog(LogFactory.getLog(RpcCalls.class));

	private final RpcConnector connector;

	private final RequestSender sender;

	private final CallDiagnosis diagnosis;

	private final int limit;

	private final Semaphore permits;

	private final CallThreads threads;

	private final CallObserver observer;

	private final CallDeadlines deadlines;

	private final RpcCall.Owner owner = new Owner();

	private final LargeReplies largeReplies = new LargeReplies();

	/**
	 * Creates it.
	 * @param connector has the channel to call on
	 * @param monitor knows the state of the queues to which calls go
	 * @param limit how many calls may wait for replies at a time, 1 or more
	 * @param threads keep the deadlines of asynchronous calls, and run user code
	 * @param observer sees each call
	 */
	public RpcCalls(RpcConnector connector, RequestQueueMonitor monitor, int limit, CallThreads threads,
			CallObserver observer) {
		this.connector = connector;
		this.sender = new RequestSender(connector, threads.requests());
		this.diagnosis = new CallDiagnosis(connector, monitor);
		this.limit = limit;
		this.permits = new Semaphore(limit);
		this.threads = threads;
		this.observer = observer;
		this.deadlines = new CallDeadlines(threads.scheduler(), this.diagnosis::expired);
	}

	/**
	 * How many calls wait for their replies.
	 * @return the number at this moment
	 */
	public int inFlight() {
		return this.limit - this.permits.availablePermits();
	}

	/**
	 * How many calls may wait for their replies at a time.
	 * @return the limit
	 */
	public int limit() {
		return this.limit;
	}

	@Override
	public <T> T call(RpcRequest request, Function<Message, T> reader) {
		ReplyThread.checkMayWait();
		CallObserver.Attempt observed = this.observer.start(request.address());
		BlockingCall call = new BlockingCall(request.address(), request.deadline(), owner(observed), this.largeReplies);
		Message reply = null;
		try {
			start(call, request, observed);
			reply = await(call);
			T value = read(call, reply, reader);
			ended(observed, reply, null);
			return value;
		}
		catch (RuntimeException | Error ex) {
			ended(observed, reply, ex);
			throw ex;
		}
	}

	// The caller's thread reads the reply, within the deadline. A value that was read too
	// late does not count
	private <T> T read(BlockingCall call, Message reply, Function<Message, T> reader) {
		try {
			T value = ReplyReader.read(reply, reader);
			if (call.isDue(System.nanoTime())) {
				throw CallDiagnosis.readTooLate(call);
			}
			return value;
		}
		finally {
			this.largeReplies.release(reply);
		}
	}

	@Override
	public <T> CompletableFuture<T> callAsync(RpcRequest request, Function<Message, T> reader) {
		CallObserver.Attempt observed = this.observer.start(request.address());
		try {
			AsyncCall<T> call = new AsyncCall<>(request.address(), request.deadline(), owner(observed),
					this.largeReplies, this.threads, (reply) -> ReplyReader.read(reply, reader),
					(reply, failure) -> ended(observed, reply, failure));
			start(call, request, observed);
			return call.result();
		}
		catch (RuntimeException ex) {
			ended(observed, null, ex);
			return CompletableFuture.failedFuture(ex);
		}
	}

	// One for all calls, but for those that somebody watches
	private RpcCall.Owner owner(CallObserver.Attempt observed) {
		return observed.isWatched() ? new WatchedOwner(this.owner, observed) : this.owner;
	}

	private static void ended(CallObserver.Attempt observed, @Nullable Message reply, @Nullable Throwable failure) {
		try {
			observed.ended(reply, failure);
		}
		catch (RuntimeException | Error ex) {
			thrown.warn("The observer of a call has thrown an exception", ex);
		}
	}

	// Each permit belongs to a call. The end of the call gives it back
	private void admit() {
		String blocked = this.connector.blocked();
		if (blocked != null) {
			throw new RpcException(RpcStatus.UNAVAILABLE, RpcConnector.BLOCKED + blocked, false, null);
		}
		if (!this.permits.tryAcquire()) {
			throw new RpcException(RpcStatus.RESOURCE_EXHAUSTED,
					"%d calls are in flight, the most that this client allows (rabbit.rpc.client.max-in-flight)"
						.formatted(this.limit),
					false, null);
		}
	}

	private void start(RpcCall call, RpcRequest request, CallObserver.Attempt observed) {
		admit();
		try {
			if (call instanceof AsyncCall) {
				this.deadlines.add(call);
			}
			this.sender.send(call, request, observed);
		}
		catch (RuntimeException ex) {
			call.fail(RpcStatus.INTERNAL, "the client failed: " + ex.getMessage(), ex);
		}
		catch (Error ex) {
			call.fail(RpcStatus.INTERNAL, "the client failed", ex);
			throw ex;
		}
	}

	private Message await(BlockingCall call) {
		CompletableFuture<Message> reply = call.reply();
		try {
			return reply.get(Math.max(0, call.remaining().toNanos()), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			expireSurely(call);
			return ended(call);
		}
		catch (ExecutionException ex) {
			return ended(call);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			call.fail(RpcStatus.DEADLINE_EXCEEDED, "interrupted while waiting for the reply", ex);
			return ended(call);
		}
	}

	private Message ended(BlockingCall call) {
		try {
			return call.reply().join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RpcException outcome) {
				throw outcome.forCaller();
			}
			throw ex;
		}
	}

	// The call ends even if the diagnosis fails
	private void expireSurely(RpcCall call) {
		try {
			this.diagnosis.expired(call);
		}
		catch (RuntimeException | Error ex) {
			call.fail(RpcStatus.DEADLINE_EXCEEDED, "no reply within %d ms".formatted(call.timeout().toMillis()), ex);
		}
	}

	/**
	 * Is told what happens to the calls.
	 */
	private final class Owner implements RpcCall.Owner {

		@Override
		public @Nullable String hold(Message reply) {
			LargeReplies large = RpcCalls.this.largeReplies;
			return large.hold(reply) ? null : large.full();
		}

		@Override
		public void headersDropped(RpcCall call, int count) {
			RpcCalls.this.observer.headersDropped(call.address().destination(), count);
		}

		@Override
		public void nacked(RpcCall call) {
			RpcCalls.this.diagnosis.nacked(call);
		}

		@Override
		public void ended(RpcCall call) {
			RpcCalls.this.deadlines.remove(call);
			RpcCalls.this.permits.release();
		}

	}

}
