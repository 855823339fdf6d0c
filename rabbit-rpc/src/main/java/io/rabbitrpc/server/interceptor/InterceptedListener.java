package io.rabbitrpc.server.interceptor;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiFunction;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;
import org.springframework.amqp.rabbit.support.MessagePropertiesConverter;
import org.springframework.amqp.support.converter.MessageConverter;
import org.springframework.util.Assert;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcOutcome;
import io.rabbitrpc.server.reply.ReplyCapture;

/**
 * Lets interceptors see requests. Without interceptors, this class is not used.
 */
public final class InterceptedListener implements ChannelAwareMessageListener {

	private static final MessagePropertiesConverter CONVERTER = new DefaultMessagePropertiesConverter();

	private final ChannelAwareMessageListener listener;

	private final List<RpcServerInterceptor> interceptors;

	private final BiFunction<Message, Throwable, RpcException> failures;

	private final MessageConverter converter;

	private InterceptedListener(ChannelAwareMessageListener listener, List<RpcServerInterceptor> interceptors,
			BiFunction<Message, Throwable, RpcException> failures, MessageConverter converter) {
		this.listener = listener;
		this.interceptors = interceptors;
		this.failures = failures;
		this.converter = converter;
	}

	/**
	 * Puts interceptors before a listener.
	 * @param listener the listener
	 * @param interceptors the interceptors, the first one outermost
	 * @param failures says what the caller learns of an exception
	 * @param converter converts the replies of interceptors
	 * @return the same listener if there is no interceptor
	 */
	public static ChannelAwareMessageListener of(ChannelAwareMessageListener listener,
			List<RpcServerInterceptor> interceptors, BiFunction<Message, Throwable, RpcException> failures,
			MessageConverter converter) {
		return interceptors.isEmpty() ? listener : new InterceptedListener(listener, interceptors, failures, converter);
	}

	@Override
	public void onMessage(Message message, @Nullable Channel channel) throws Exception {
		Assert.state(channel != null, "a request comes by a channel");
		Handling handling = new Handling(channel);
		RpcOutcome outcome = handling.next(0).handle(new RpcServerRequest(message, this.converter));
		if (outcome.failure() != null) {
			throw outcome.failure();
		}
		ReplyCapture own = handling.capture;
		if (own != null && outcome == handling.own) {
			channel.basicPublish("", "", false, own.properties(), own.body());
		}
		else {
			Message reply = outcome.reply();
			channel.basicPublish("", "", false,
					CONVERTER.fromMessageProperties(reply.getMessageProperties(), StandardCharsets.UTF_8.name()),
					reply.getBody());
		}
	}

	/**
	 * The path of one request to its listener.
	 */
	private final class Handling {

		private final Channel channel;

		private @Nullable ReplyCapture capture;

		private @Nullable RpcOutcome own;

		Handling(Channel channel) {
			this.channel = channel;
		}

		RpcServerInterceptor.Next next(int index) {
			return (index < InterceptedListener.this.interceptors.size())
					? (request) -> InterceptedListener.this.interceptors.get(index).intercept(request, next(index + 1))
					: this::handle;
		}

		private RpcOutcome handle(RpcServerRequest request) {
			Assert.state(this.capture == null, "an interceptor may hand a request on only once");
			ReplyCapture reply = new ReplyCapture(this.channel);
			this.capture = reply;
			RpcOutcome outcome;
			try {
				InterceptedListener.this.listener.onMessage(request.message(), reply.channel());
				outcome = RpcOutcome.reply(message(reply.properties(), reply.body()));
			}
			catch (Throwable ex) {
				outcome = RpcOutcome.failure(InterceptedListener.this.failures.apply(request.message(), ex));
			}
			this.own = outcome;
			return outcome;
		}

		private static Message message(BasicProperties properties, byte[] body) {
			return new Message(body, CONVERTER.toMessageProperties(properties, null, StandardCharsets.UTF_8.name()));
		}

	}

}
