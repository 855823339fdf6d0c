package io.rabbitrpc.server.container;

import java.time.Duration;

import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.ChannelProxy;

import io.rabbitrpc.server.request.RequestProperties;
import io.rabbitrpc.server.request.RequestPropertiesConverter;

/**
 * A request that this server works on, and the thread on which it does. Its answer is
 * given once: by that thread, or when it has taken too long. An interrupt reaches the
 * thread only while it runs the listener for this request.
 */
public final class RequestInWork {

	private final Message request;

	private final Channel channel;

	private final Thread thread = Thread.currentThread();

	private final long begunNanos = System.nanoTime();

	// While the listener runs, and nobody has taken the answer from it
	private @Nullable Runnable timeout;

	private boolean timedOut;

	private volatile boolean listening;

	private volatile boolean takenBack;

	// Only the thread that watches has this
	private boolean told;

	RequestInWork(Message request, Channel channel) {
		this.request = request;
		// What Spring hands out takes a new channel when this one is closed
		this.channel = (channel instanceof ChannelProxy proxy) ? proxy.getTargetChannel() : channel;
	}

	/**
	 * When the work began.
	 * @return that moment, by {@link System#nanoTime}
	 */
	public long begunNanos() {
		return this.begunNanos;
	}

	/**
	 * Says that the listener runs from now on, on this thread.
	 * @param answerInstead answers the request in the listener's place, and does not
	 * block. It runs on another thread if the listener takes too long
	 */
	public synchronized void listenerBegins(Runnable answerInstead) {
		this.timeout = answerInstead;
		this.listening = true;
	}

	/**
	 * Says that the listener has returned. Its thread is not interrupted any more.
	 * @return whether the answer is still to be given
	 */
	public synchronized boolean listenerReturned() {
		this.listening = false;
		this.timeout = null;
		if (this.timedOut) {
			// It was meant for this request
			Thread.interrupted();
		}
		return !this.timedOut;
	}

	/**
	 * Answers the request and interrupts its listener. The answer is out before the
	 * listener's thread can acknowledge the request.
	 * @return {@code false} if the listener does not run, or was interrupted before
	 */
	synchronized boolean timeOut() {
		Runnable answer = this.timeout;
		if (answer == null) {
			return false;
		}
		this.timeout = null;
		this.timedOut = true;
		try {
			answer.run();
		}
		finally {
			this.thread.interrupt();
		}
		return true;
	}

	/**
	 * Whether the listener runs. Before and after, the request may wait for the broker.
	 * @return whether it has begun and not come to an end
	 */
	boolean isListening() {
		return this.listening;
	}

	Duration age(long nowNanos) {
		return Duration.ofNanos(nowNanos - this.begunNanos);
	}

	/**
	 * Whether the caller has stopped waiting.
	 * @return {@code false} if that is not known
	 */
	boolean isAbandoned() {
		Duration left = RequestProperties.of(this.request).left();
		return left != null && left.isNegative();
	}

	/**
	 * Whether it is known that RabbitMQ gives the request to another consumer.
	 * @return whether that has been noted
	 */
	boolean isTakenBack() {
		return this.takenBack;
	}

	void noteTakenBack() {
		this.takenBack = true;
	}

	/**
	 * Notes that the log tells of the request. Only the thread that watches may do so.
	 * @return whether it did not before
	 */
	boolean noteTold() {
		boolean first = !this.told;
		this.told = true;
		return first;
	}

	Channel channel() {
		return this.channel;
	}

	String consumerTag() {
		return String.valueOf(this.request.getMessageProperties().getConsumerTag());
	}

	String loggedId() {
		return RequestPropertiesConverter.loggedId(this.request);
	}

	String threadName() {
		return this.thread.getName();
	}

	StackTraceElement[] stack() {
		return this.thread.getStackTrace();
	}

}
