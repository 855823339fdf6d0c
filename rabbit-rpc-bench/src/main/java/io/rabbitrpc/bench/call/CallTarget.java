package io.rabbitrpc.bench.call;

import java.io.IOException;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.request.Request;

/**
 * A client to be measured, connected.
 */
public interface CallTarget extends AutoCloseable {

	/**
	 * Calls for one thread that waits for each.
	 * @return the calls
	 * @throws IOException if the broker refuses what they need
	 */
	BlockingCalls blocking() throws IOException;

	/**
	 * Calls that wait for nothing.
	 * @return the calls, for any number of threads
	 * @throws IOException if the broker refuses what they need
	 */
	AsyncCalls async() throws IOException;

	@Override
	void close();

	/**
	 * Makes calls and waits for their ends.
	 */
	@FunctionalInterface
	interface BlockingCalls {

		byte[] call(Request request) throws Exception;

	}

	/**
	 * Makes calls and tells later how they ended.
	 */
	@FunctionalInterface
	interface AsyncCalls {

		void call(Request request, BiConsumer<byte @Nullable [], @Nullable Throwable> ended);

	}

}
