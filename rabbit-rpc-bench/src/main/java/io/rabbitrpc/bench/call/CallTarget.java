package io.rabbitrpc.bench.call;

import java.io.IOException;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import io.rabbitrpc.bench.request.Request;

/**
 * A connected client that is to be measured.
 */
public interface CallTarget extends AutoCloseable {

	/**
	 * Creates calls for one thread, which waits for each reply.
	 * @return the calls
	 * @throws IOException if the broker refuses what they need
	 */
	BlockingCalls blocking() throws IOException;

	/**
	 * Creates calls that do not wait.
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
