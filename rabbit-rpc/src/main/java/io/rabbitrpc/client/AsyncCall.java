package io.rabbitrpc.client;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

/**
 * A call whose caller has a future.
 *
 * @param <T> what the caller wants of the reply
 */
final class AsyncCall<T> extends RpcCall {

	private final CallFuture<T> result = new CallFuture<>();

	private final Function<Message, T> converter;

	private final BiConsumer<@Nullable T, @Nullable Throwable> ended;

	/**
	 * Starts a call.
	 * @param address where its request goes
	 * @param timeout time until its deadline
	 * @param owner told how it goes
	 * @param converter makes of the reply what the caller wants, or throws
	 * @param ended told how the call ended, before those who wait for the result
	 */
	AsyncCall(RequestAddress address, Duration timeout, Owner owner, Function<Message, T> converter,
			BiConsumer<@Nullable T, @Nullable Throwable> ended) {
		super(address, timeout, owner);
		this.converter = converter;
		this.ended = ended;
		this.result.onCancel(this::cancel);
	}

	CallFuture<T> result() {
		return this.result;
	}

	@Override
	protected void succeeded(Message reply) {
		T value;
		try {
			value = this.converter.apply(reply);
		}
		catch (RuntimeException ex) {
			failed(ex);
			return;
		}
		this.ended.accept(value, null);
		this.result.complete(value);
	}

	@Override
	protected void failed(Throwable failure) {
		this.ended.accept(null, failure);
		this.result.completeExceptionally(failure);
	}

}
