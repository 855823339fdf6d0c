package io.rabbitrpc.client.call;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

/**
 * Knows the thread that reads replies. Code that follows a call's future runs there. If
 * that code waited for another reply, it would wait for its own thread.
 */
public final class ReplyThread {

	private static final ThreadLocal<boolean[]> GIVING = ThreadLocal.withInitial(() -> new boolean[1]);

	private ReplyThread() {
	}

	static void give(Runnable reply) {
		boolean[] giving = GIVING.get();
		boolean before = giving[0];
		giving[0] = true;
		try {
			reply.run();
		}
		finally {
			giving[0] = before;
		}
	}

	/**
	 * Whether the current thread may wait for a reply.
	 * @return {@code false} on the thread that reads replies
	 */
	public static boolean mayWait() {
		return !GIVING.get()[0];
	}

	/**
	 * Throws on the thread that reads replies.
	 * @throws RpcException with {@link RpcStatus#FAILED_PRECONDITION} on that thread
	 */
	public static void checkMayWait() {
		if (!mayWait()) {
			throw new RpcException(RpcStatus.FAILED_PRECONDITION,
					"this is the thread that reads replies, and waiting for one here would stop them all:"
							+ " hang what waits on an executor, as by thenApplyAsync",
					false, null);
		}
	}

}
