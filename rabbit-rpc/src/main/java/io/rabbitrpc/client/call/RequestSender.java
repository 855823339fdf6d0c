package io.rabbitrpc.client.call;

import java.util.concurrent.Executor;

import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.client.channel.RpcCall;
import io.rabbitrpc.client.channel.RpcChannel;
import io.rabbitrpc.client.channel.RpcConnector;

/**
 * Sends the requests of calls as soon as there is a channel with room for them. If a
 * request cannot be sent, its call ends.
 */
final class RequestSender {

	private final RpcConnector connector;

	private final Executor later;

	/**
	 * Creates a sender.
	 * @param connector has the channel
	 * @param later sends requests that had to wait for a channel
	 */
	RequestSender(RpcConnector connector, Executor later) {
		this.connector = connector;
		this.later = later;
	}

	/**
	 * Sends a request, now or later. No thread waits.
	 * @param call the call
	 * @param request its request
	 * @param observed sees the request just before it is written
	 */
	void send(RpcCall call, RpcRequest request, CallObserver.Attempt observed) {
		RpcChannel open = this.connector.openChannel();
		if (open != null) {
			publish(open, call, request, observed);
			return;
		}
		this.connector.channel().whenComplete((channel, failure) -> {
			if (channel != null) {
				this.later.execute(() -> publish(channel, call, request, observed));
			}
			else if (failure instanceof RpcException outcome) {
				call.fail(outcome);
			}
			else {
				call.fail(RpcStatus.INTERNAL, "the connection to the broker failed", failure);
			}
		});
	}

	private void publish(RpcChannel channel, RpcCall call, RpcRequest request, CallObserver.Attempt observed) {
		channel.publish(call, () -> write(channel, call, request, observed));
	}

	// Post-processors are user code. So no lock is held here
	private void write(RpcChannel channel, RpcCall call, RpcRequest request, CallObserver.Attempt observed) {
		long millis = call.remaining().toMillis();
		if (millis < 1) {
			// Nobody waits for this request any more
			return;
		}
		Message message = request.message();
		MessageProperties properties = message.getMessageProperties();
		properties.setCorrelationId(call.id());
		properties.setMessageId(call.id());
		properties.setReplyTo(channel.replyTo());
		properties.setExpiration(String.valueOf(millis));
		properties.setDeliveryMode(MessageDeliveryMode.NON_PERSISTENT);
		try {
			observed.sending(message);
			request.writer().write(channel, call, message);
		}
		catch (RuntimeException ex) {
			call.fail(RpcStatus.INTERNAL, "the request could not be made: " + ex.getMessage(), ex);
		}
	}

}
