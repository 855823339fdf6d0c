package io.rabbitrpc.client;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ShutdownSignalException;
import org.springframework.amqp.core.Message;

import io.rabbitrpc.BrokerFailure;
import io.rabbitrpc.Escaped;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

/**
 * A channel on which requests are published and their replies arrive, with the calls that
 * wait for them. All calls in flight share it: they are told apart by their correlation
 * ids. When it closes, for whatever reason, each of its calls ends.
 */
final class RpcChannel {

	private final Channel channel;

	private final String replyTo;

	private final Lock publishLock = new ReentrantLock();

	private final Map<String, RpcCall> pending = new ConcurrentHashMap<>();

	// By the number of the publish, which counts from 1
	private final Map<Long, RpcCall> unconfirmed = new ConcurrentHashMap<>();

	// Only whoever holds the lock has this
	private long nextPublish = 1;

	// Only the thread that reads the connection has this
	private long firstUnconfirmed = 1;

	private final StrayReplies strayReplies;

	private RpcChannel(Channel channel, String replyTo, StrayReplies strayReplies) {
		this.channel = channel;
		this.replyTo = replyTo;
		this.strayReplies = strayReplies;
	}

	/**
	 * Opens a channel.
	 * @param connection the connection
	 * @param replyQueue where replies shall arrive
	 * @param strayReplies counts replies that no call waits for
	 * @param closed told once when the channel has closed, with the reason
	 * @return the channel, ready for calls
	 * @throws IOException if the broker refuses the channel or the reply queue
	 */
	static RpcChannel open(com.rabbitmq.client.Connection connection, ReplyQueue replyQueue, StrayReplies strayReplies,
			BiConsumer<RpcChannel, ShutdownSignalException> closed) throws IOException {
		Channel channel = connection.createChannel();
		if (channel == null) {
			throw new RpcException(RpcStatus.RESOURCE_EXHAUSTED, "the connection has no channel left");
		}
		RpcChannel opened = new RpcChannel(channel, replyQueue.declare(channel), strayReplies);
		// By confirmSelect the channel would keep a set of unconfirmed numbers, too
		channel.rpc(new AMQP.Confirm.Select.Builder().build());
		channel.addConfirmListener(opened::confirmed, opened::refused);
		channel.addReturnListener(opened::returned);
		channel.basicConsume(opened.replyTo, true, opened.new ReplyConsumer(channel));
		channel.addShutdownListener((cause) -> {
			opened.endAll(cause);
			closed.accept(opened, cause);
		});
		return opened;
	}

	boolean isOpen() {
		return this.channel.isOpen();
	}

	com.rabbitmq.client.Connection connection() {
		return this.channel.getConnection();
	}

	String replyTo() {
		return this.replyTo;
	}

	String broker() {
		Map<String, Object> properties = this.channel.getConnection().getServerProperties();
		return Escaped.text("%s %s".formatted(properties.get("product"), properties.get("version")));
	}

	Collection<RpcCall> pending() {
		return this.pending.values();
	}

	int unconfirmed() {
		return this.unconfirmed.size();
	}

	/**
	 * Publishes a request. The call's end, of any kind, releases what it holds here.
	 * @param call the call, which waits for the reply from before the request is written
	 * @param publisher writes the request to the channel
	 */
	void publish(RpcCall call, Consumer<Channel> publisher) {
		this.pending.put(call.id(), call);
		call.waitsOn(this);
		if (call.isDone()) {
			// It may have ended before it knew this channel
			this.pending.remove(call.id());
			return;
		}
		this.publishLock.lock();
		try {
			if (call.isDone() || !this.channel.isOpen()) {
				call.fail(RpcStatus.UNAVAILABLE, "the connection to the broker was lost before the request was sent",
						null);
				return;
			}
			publishNext(call, publisher);
		}
		catch (RuntimeException ex) {
			call.fail(RpcStatus.UNAVAILABLE, "the connection to the broker was lost while the request was sent", ex);
		}
		finally {
			this.publishLock.unlock();
		}
	}

	// The broker counts what it gets, so the number is taken only if the request was
	// written
	private void publishNext(RpcCall call, Consumer<Channel> publisher) {
		long number = this.nextPublish;
		this.unconfirmed.put(number, call);
		call.publishing();
		try {
			publisher.accept(this.channel);
			this.nextPublish = number + 1;
		}
		catch (RuntimeException ex) {
			this.unconfirmed.remove(number);
			throw ex;
		}
	}

	/**
	 * Releases what a call holds here that has ended.
	 * @param call the call
	 * @param replied whether it has its reply
	 */
	void ended(RpcCall call, boolean replied) {
		this.pending.remove(call.id());
		this.strayReplies.ended(call.id(), replied);
	}

	void close() {
		try {
			this.channel.abort();
		}
		catch (IOException ex) {
			// It is closed then
		}
	}

	private void confirmed(long tag, boolean multiple) {
		takeUnconfirmed(tag, multiple, RpcCall::accepted);
	}

	private void refused(long tag, boolean multiple) {
		takeUnconfirmed(tag, multiple, RpcCall::nacked);
	}

	private void takeUnconfirmed(long tag, boolean multiple, Consumer<RpcCall> action) {
		for (long number = multiple ? this.firstUnconfirmed : tag; number <= tag; number++) {
			RpcCall call = this.unconfirmed.remove(number);
			if (call != null) {
				action.accept(call);
			}
		}
		if (multiple) {
			this.firstUnconfirmed = tag + 1;
		}
	}

	private void returned(Return returned) {
		RpcCall call = this.pending.get(String.valueOf(returned.getProperties().getCorrelationId()));
		if (call != null) {
			call.refuse(RpcStatus.UNAVAILABLE, "there is no queue %s".formatted(returned.getRoutingKey()));
		}
	}

	private void endAll(ShutdownSignalException cause) {
		AMQP.Channel.Close close = BrokerFailure.channelClose(cause);
		boolean refused = close != null && close.getReplyCode() == AMQP.ACCESS_REFUSED;
		for (RpcCall call : this.pending.values()) {
			if (refused && !call.isAccepted()) {
				call.refuse(RpcStatus.PERMISSION_DENIED,
						"the broker refused the request: " + BrokerFailure.reason(cause));
			}
			else {
				call.fail(RpcStatus.UNAVAILABLE, "the connection to the broker was lost while waiting for the reply: "
						+ BrokerFailure.reason(cause), cause);
			}
		}
		this.unconfirmed.clear();
	}

	/**
	 * Gives each reply to the call that waits for it.
	 */
	private final class ReplyConsumer extends DefaultConsumer {

		ReplyConsumer(Channel channel) {
			super(channel);
		}

		@Override
		public void handleDelivery(String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
			String id = Objects.requireNonNullElse(properties.getCorrelationId(), "");
			RpcCall call = RpcChannel.this.pending.get(id);
			if (call == null) {
				RpcChannel.this.strayReplies.add(id);
				return;
			}
			call.complete(new Message(body, ReplyProperties.read(properties)));
		}

		@Override
		public void handleCancel(String consumerTag) {
			// Somebody deleted the reply queue: no reply can come any more
			close();
		}

	}

}
