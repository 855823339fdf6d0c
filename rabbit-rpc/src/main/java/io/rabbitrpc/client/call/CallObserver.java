package io.rabbitrpc.client.call;

import com.rabbitmq.client.AMQP.BasicProperties;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.client.channel.RequestAddress;

/**
 * Sees each attempt to make a call, from its start to its end.
 */
public interface CallObserver {

	/** Sees nothing. */
	CallObserver NONE = (address) -> new Attempt() {
	};

	/**
	 * Sees an attempt begin, on the caller's thread.
	 * @param address where its request goes
	 * @return the attempt, which is told what happens to it
	 */
	Attempt start(RequestAddress address);

	/**
	 * Sees that a call is made again.
	 * @param destination its {@link RequestAddress#destination}
	 */
	default void retried(String destination) {
	}

	/**
	 * Sees that application headers of a request or a reply are dropped.
	 * @param destination the call's {@link RequestAddress#destination}
	 * @param count how many, 1 or more
	 */
	default void headersDropped(String destination, int count) {
	}

	/**
	 * An attempt that is being made.
	 */
	interface Attempt {

		/**
		 * Sees the request just before it is written, and may add headers.
		 * @param request the request
		 */
		default void sending(Message request) {
		}

		/**
		 * Whether what goes over the wire is to be seen, too.
		 * @return the same at each call
		 */
		default boolean isWatched() {
			return false;
		}

		/**
		 * Sees the request as it goes over the wire, if {@link #isWatched}.
		 * @param address where it is published
		 * @param properties its properties
		 * @param body its body
		 */
		default void writing(RequestAddress address, BasicProperties properties, byte[] body) {
		}

		/** Sees that the broker has confirmed the request, if {@link #isWatched}. */
		default void accepted() {
		}

		/**
		 * Sees the reply as it came over the wire, if {@link #isWatched}.
		 * @param properties its properties
		 * @param body its body
		 */
		default void arrived(BasicProperties properties, byte[] body) {
		}

		/**
		 * Sees the outcome before the caller does. It gets either a reply or a failure.
		 * It gets both if the reply is a failure.
		 * @param reply the reply
		 * @param failure why there is no value; a
		 * {@link java.util.concurrent.CancellationException} if the caller has cancelled
		 */
		default void ended(@Nullable Message reply, @Nullable Throwable failure) {
		}

	}

}
