package io.rabbitrpc.client.call;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * The future of a call, whose cancellation ends the call.
 * <p>
 * What hangs on it runs, if the call has a value, on the thread that reads replies, or
 * for a large reply on one that reads large replies; if it has failed, on one of a few
 * threads for callbacks, or on the thread that noticed the failure if the system gives no
 * other. To wait for a future on the thread that reads replies would stop all calls, and
 * throws.
 *
 * @param <T> what it completes with
 */
public final class CallFuture<T> extends CompletableFuture<T> {

	private volatile @Nullable Runnable onCancel;

	/**
	 * Says what cancels the call, in place of what was said before. It is done at once if
	 * this future has been cancelled.
	 * @param action cancels the call, or does nothing if it has ended
	 */
	public void onCancel(Runnable action) {
		this.onCancel = action;
		if (isCancelled()) {
			action.run();
		}
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		boolean cancelled = super.cancel(mayInterruptIfRunning);
		Runnable action = this.onCancel;
		if (cancelled && action != null) {
			action.run();
		}
		return cancelled;
	}

	// So that what is made of a call's future throws there, too
	@Override
	public <U> CompletableFuture<U> newIncompleteFuture() {
		return new CallFuture<>();
	}

	@Override
	public T get() throws InterruptedException, ExecutionException {
		checkMayWait();
		return super.get();
	}

	@Override
	public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
		checkMayWait();
		return super.get(timeout, unit);
	}

	@Override
	public T join() {
		checkMayWait();
		return super.join();
	}

	private void checkMayWait() {
		if (!isDone()) {
			ReplyThread.checkMayWait();
		}
	}

}
