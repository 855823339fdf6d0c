package io.rabbitrpc.server.reply;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;

/**
 * Takes the place of the consumer's channel in a listener's adapter. It keeps the reply
 * that the adapter would publish. So the work is done once, however often its reply must
 * be sent. All other methods go to the consumer's channel.
 */
public final class ReplyCapture implements InvocationHandler {

	// The method that Spring's adapter calls
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
	 * The properties of the listener's result.
	 * @return the properties, empty if there is no result
	 */
	public BasicProperties properties() {
		return this.properties;
	}

	/**
	 * The body of the listener's result.
	 * @return the body, empty if there is no result
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
