package io.rabbitrpc.server.container;

import java.time.Duration;

import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.ChannelProxy;

import io.rabbitrpc.server.request.RequestProperties;
import io.rabbitrpc.server.request.RequestPropertiesConverter;

/**
 * A request in work, and the thread that works on it. It is answered once: by that
 * thread, or by another one after the timeout. An interrupt reaches the thread only while
 * it runs the listener for this request.
 */
public final class RequestInWork {

	private final Message request;

	private final Channel channel;

	private final Thread thread = Thread.currentThread();

	private final long begunNanos = System.nanoTime();

	// Set while the listener runs and may still answer
	private @Nullable Runnable timeout;

	private boolean timedOut;

	private volatile boolean listening;

	private volatile boolean takenBack;

	// Used only by the thread of the handler watch
	private boolean told;

	RequestInWork(Message request, Channel channel) {
		this.request = request;
		// Spring's proxy opens a new channel when this one is closed
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
	 * @param answerInstead answers the request instead of the listener if that takes too
	 * long. It runs on another thread and must not block
	 */
	public synchronized void listenerBegins(Runnable answerInstead) {
		this.timeout = answerInstead;
		this.listening = true;
	}

	/**
	 * Says that the listener has returned. Its thread is not interrupted any more.
	 * @return whether the request still needs an answer
	 */
	public synchronized boolean listenerReturned() {
		this.listening = false;
		this.timeout = null;
		if (this.timedOut) {
			// The interrupt was meant for this request
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
	 * Whether RabbitMQ is known to give the request to another consumer.
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
