package io.rabbitrpc.server;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the consumer's channel before a listener's adapter, and keeps the reply that
 * the adapter would publish there: so the work is done once, however often its reply has
 * to be sent. All else goes to the consumer's channel.
 */
public final class ReplyCapture implements InvocationHandler {

	// The one that Spring's adapter calls
	private static final Method PUBLISH = publish();

	// RabbitMQ keeps a transient message in memory: a caller waits, and will ask again
	private static final int TRANSIENT = 1;

	private final Channel consumer;

	private final Channel channel;

	private @Nullable String replyTo;

	private @Nullable BasicProperties properties;

	private byte @Nullable [] body;

	/**
	 * Creates one for one request.
	 * @param consumer the channel that the request came from
	 */
	public ReplyCapture(Channel consumer) {
		this.consumer = consumer;
		this.channel = (Channel) Proxy.newProxyInstance(ReplyCapture.class.getClassLoader(),
				new Class<?>[] { Channel.class }, this);
	}

	private static Method publish() {
		try {
			return Channel.class.getMethod("basicPublish", String.class, String.class, boolean.class,
					BasicProperties.class, byte[].class);
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The channel to give to the listener.
	 * @return a channel
	 */
	public Channel channel() {
		return this.channel;
	}

	/**
	 * The reply, with those properties that the protocol knows and no others.
	 * @param wait how long somebody will wait for it, {@code null} if that is not known
	 * @param observer told what becomes of it
	 * @return the reply, {@code null} if the listener has given none
	 */
	public @Nullable Reply reply(@Nullable Duration wait, ReplyObserver observer) {
		if (this.replyTo == null || this.properties == null || this.body == null) {
			return null;
		}
		BasicProperties sent = new BasicProperties.Builder().contentType(this.properties.getContentType())
			.contentEncoding(this.properties.getContentEncoding())
			.headers(this.properties.getHeaders())
			.deliveryMode(TRANSIENT)
			.correlationId(this.properties.getCorrelationId())
			.build();
		return new Reply(this.replyTo, sent, this.body, wait, observer);
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		if (arguments != null && method.equals(PUBLISH)) {
			this.replyTo = (String) arguments[1];
			this.properties = (BasicProperties) arguments[3];
			this.body = (byte[]) arguments[4];
			return null;
		}
		try {
			return method.invoke(this.consumer, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

}
