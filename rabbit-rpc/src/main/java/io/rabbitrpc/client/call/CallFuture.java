package io.rabbitrpc.client.call;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * The future of a call. To cancel it ends the call.
 * <p>
 * Code that follows this future runs on the thread that reads replies, or after a large
 * reply on a thread for large replies. After a failure it runs on one of a few threads
 * for callbacks, or on the thread that noticed the failure if there is no other. To wait
 * for a future on the thread that reads replies would stop all calls, so it throws.
 *
 * @param <T> the type of the result
 */
public final class CallFuture<T> extends CompletableFuture<T> {

	private volatile @Nullable Runnable onCancel;

	/**
	 * Sets the action that cancels the call, in place of the one before. If this future
	 * has been cancelled already, the action runs at once.
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

	// So that futures that are derived from this one throw there, too
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
