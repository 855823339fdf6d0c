package io.rabbitrpc.server.reply;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

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

	private static final BasicProperties NO_PROPERTIES = new BasicProperties();

	private final Channel consumer;

	private final Channel channel;

	private BasicProperties properties = NO_PROPERTIES;

	private byte[] body = new byte[0];

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
	 * The properties of what the listener gave.
	 * @return the properties, without any if it gave nothing
	 */
	public BasicProperties properties() {
		return this.properties;
	}

	/**
	 * The body of what the listener gave.
	 * @return the body, empty if it gave nothing
	 */
	public byte[] body() {
		return this.body;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		if (arguments != null && method.equals(PUBLISH)) {
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
