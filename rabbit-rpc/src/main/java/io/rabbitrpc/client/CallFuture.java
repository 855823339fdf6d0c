package io.rabbitrpc.client;

import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * The future of a call, whose cancellation ends the call.
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

}
