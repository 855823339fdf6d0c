package io.rabbitrpc.client.interceptor;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.beans.factory.ObjectProvider;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcOutcome;
import io.rabbitrpc.client.call.CallFuture;
import io.rabbitrpc.client.call.CallThreads;
import io.rabbitrpc.client.call.Calls;
import io.rabbitrpc.client.call.ReplyThread;
import io.rabbitrpc.client.call.RpcRequest;

/**
 * Lets interceptors see calls, if there are any interceptors. They are created at the
 * first call, because their own dependencies may make calls or send messages.
 */
public final class InterceptedCalls implements Calls {

	private final Calls calls;

	private final ObjectProvider<RpcClientInterceptor> beans;

	private final CallThreads threads;

	private final Supplier<MessageConverter> converter;

	private volatile @Nullable List<RpcClientInterceptor> interceptors;

	/**
	 * Puts interceptors around calls.
	 * @param calls makes the calls
	 * @param interceptors the interceptors, the first one outermost
	 * @param threads end calls whose interceptors give no outcome
	 * @param converter converts the replies of interceptors
	 */
	public InterceptedCalls(Calls calls, ObjectProvider<RpcClientInterceptor> interceptors, CallThreads threads,
			Supplier<MessageConverter> converter) {
		this.calls = calls;
		this.beans = interceptors;
		this.threads = threads;
		this.converter = converter;
	}

	// Two threads may ask at the same time. A lock here could deadlock with the lock of
	// the bean factory
	private List<RpcClientInterceptor> interceptors() {
		List<RpcClientInterceptor> known = this.interceptors;
		if (known == null) {
			known = this.beans.orderedStream().toList();
			this.interceptors = known;
		}
		return known;
	}

	@Override
	public <T> T call(RpcRequest request, Function<Message, T> reader) {
		List<RpcClientInterceptor> around = interceptors();
		if (around.isEmpty()) {
			return this.calls.call(request, reader);
		}
		ReplyThread.checkMayWait();
		InterceptedCall<T> call = new InterceptedCall<>(around, request, reader, this.converter);
		CompletableFuture<RpcOutcome> outcome = call.start((left) -> {
			try {
				return CompletableFuture.completedFuture(call.replied(this.calls.call(left, call::read)));
			}
			catch (RuntimeException ex) {
				return call.failed(ex);
			}
		});
		return call.value(call.await(outcome));
	}

	@Override
	public <T> CompletableFuture<T> callAsync(RpcRequest request, Function<Message, T> reader) {
		List<RpcClientInterceptor> around = interceptors();
		if (around.isEmpty()) {
			return this.calls.callAsync(request, reader);
		}
		InterceptedCall<T> call = new InterceptedCall<>(around, request, reader, this.converter);
		CallFuture<T> result = new CallFuture<>();
		result.onCancel(call::end);
		CompletableFuture<RpcOutcome> outcome = call.start((left) -> {
			CompletableFuture<InterceptedCall.Read<T>> inner = this.calls.callAsync(left, call::read);
			result.onCancel(() -> inner.cancel(false));
			CompletableFuture<RpcOutcome> seen = new CompletableFuture<>();
			inner.whenComplete((read, failure) -> {
				((failure != null) ? call.failed(failure) : CompletableFuture.completedFuture(call.replied(read)))
					.whenComplete((end, ex) -> tell(seen, end, ex));
				expireLater(call, result);
			});
			return seen;
		});
		outcome.whenComplete((end, failure) -> {
			try {
				result.complete(call.value(call.outcome(end, failure)));
			}
			catch (RuntimeException | Error ex) {
				result.completeExceptionally(ex);
			}
		});
		expireLater(call, result);
		return result;
	}

	private static void tell(CompletableFuture<RpcOutcome> seen, RpcOutcome outcome, @Nullable Throwable failure) {
		if (failure != null) {
			seen.completeExceptionally(failure);
		}
		else {
			seen.complete(outcome);
		}
	}

	// A call in flight ends at its deadline, but an interceptor may never give an outcome
	private void expireLater(InterceptedCall<?> call, CompletableFuture<?> result) {
		if (result.isDone() || call.isUnderWay()) {
			return;
		}
		try {
			Future<?> timer = this.threads.scheduler()
				.schedule(() -> expire(call, result), Math.max(0, call.left().toMillis()), TimeUnit.MILLISECONDS);
			result.whenComplete((value, failure) -> timer.cancel(false));
		}
		catch (RejectedExecutionException ex) {
			expire(call, result);
		}
	}

	private void expire(InterceptedCall<?> call, CompletableFuture<?> result) {
		if (!call.isUnderWay()) {
			RpcException outcome = call.tooLate();
			this.threads.tell(() -> result.completeExceptionally(outcome));
		}
	}

}
