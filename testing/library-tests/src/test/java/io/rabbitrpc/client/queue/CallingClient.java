package io.rabbitrpc.client.queue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.TrafficListener;
import io.fibrpc.testbroker.VirtualHost;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory.CacheMode;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails.Address;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcHeaders;
import io.rabbitrpc.client.call.CallObserver;
import io.rabbitrpc.client.call.CallThreads;
import io.rabbitrpc.client.call.RequestWriter;
import io.rabbitrpc.client.call.RpcCalls;
import io.rabbitrpc.client.call.RpcRequest;
import io.rabbitrpc.client.channel.ReplyQueue;
import io.rabbitrpc.client.channel.RequestAddress;
import io.rabbitrpc.client.channel.RpcCall;
import io.rabbitrpc.client.channel.RpcConnector;
import io.rabbitrpc.connection.ConnectionWriters;
import io.rabbitrpc.connection.RpcConnections;

/**
 * A client in this JVM that counts its questions about queues and the channels that it
 * opens.
 */
final class CallingClient implements AutoCloseable {

	private final CallThreads threads = new CallThreads();

	private final AtomicInteger questions = new AtomicInteger();

	private final AtomicInteger channels = new AtomicInteger();

	private final CachingConnectionFactory connectionFactory;

	private final RpcConnector connector;

	private final RequestQueueMonitor monitor;

	private final RpcCalls calls;

	CallingClient(VirtualHost virtualHost, Replies replies, boolean failFast, CacheMode cacheMode) {
		this(factory(virtualHost), List.of(), replies, failFast, cacheMode);
	}

	/**
	 * Creates a client that knows several ports of this host that lead to the broker.
	 * @param virtualHost where it calls
	 * @param replies where replies arrive
	 * @param ports the ports; it tries the first one first
	 * @param customizer sets up the connections
	 */
	CallingClient(VirtualHost virtualHost, Replies replies, List<Integer> ports,
			Consumer<ConnectionFactory> customizer) {
		this(first(ports, customizer, factory(virtualHost)), ports, replies, true, CacheMode.CHANNEL);
	}

	private CallingClient(ConnectionFactory factory, List<Integer> ports, Replies replies, boolean failFast,
			CacheMode cacheMode) {
		factory.setAutomaticRecoveryEnabled(false);
		factory.setTrafficListener(new Counter());
		this.connectionFactory = new CachingConnectionFactory(factory);
		this.connectionFactory.setCacheMode(cacheMode);
		this.connector = new RpcConnector(new RpcConnections(this.connectionFactory, new ConnectionWriters(),
				() -> ports.stream().map((port) -> new Address(factory.getHost(), port)).toList(),
				new RabbitProperties()), replies.queue, this.threads.scheduler(), this.threads.requests());
		this.monitor = new RequestQueueMonitor(this.connector, failFast, this.threads.scheduler());
		this.calls = new RpcCalls(this.connector, this.monitor, 10_000, this.threads, CallObserver.NONE);
		this.connector.start();
		this.monitor.start();
	}

	private static ConnectionFactory factory(VirtualHost virtualHost) {
		ConnectionFactory factory = new ConnectionFactory();
		factory.setHost(virtualHost.broker().host());
		factory.setPort(virtualHost.broker().port());
		factory.setVirtualHost(virtualHost.name());
		return factory;
	}

	private static ConnectionFactory first(List<Integer> ports, Consumer<ConnectionFactory> customizer,
			ConnectionFactory factory) {
		factory.setHost("127.0.0.1");
		factory.setPort(ports.get(0));
		customizer.accept(factory);
		return factory;
	}

	CompletableFuture<String> call(String queue, Duration deadline) {
		return call("", queue, deadline);
	}

	CompletableFuture<String> call(String exchange, String routingKey, Duration deadline) {
		return this.calls.callAsync(request(exchange, routingKey, new byte[0], deadline), CallingClient::text);
	}

	CompletableFuture<String> call(String queue, byte[] body, Duration deadline) {
		return this.calls.callAsync(request("", queue, body, deadline), CallingClient::text);
	}

	/**
	 * Calls on this thread.
	 * @param queue the queue
	 * @param body of the request
	 * @param deadline of the call
	 * @return how it has ended
	 */
	CompletableFuture<String> callAndWait(String queue, byte[] body, Duration deadline) {
		try {
			return CompletableFuture
				.completedFuture(this.calls.call(request("", queue, body, deadline), CallingClient::text));
		}
		catch (RpcException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private static RpcRequest request(String exchange, String routingKey, byte[] body, Duration deadline) {
		return new RpcRequest(new RequestAddress(exchange, routingKey), new Message(body), deadline, false,
				RequestWriter::write);
	}

	private static String text(Message reply) {
		return new String(reply.getBody(), StandardCharsets.US_ASCII);
	}

	/**
	 * How many calls wait for their replies.
	 * @return the number at this moment
	 */
	int inFlight() {
		return this.calls.inFlight();
	}

	/**
	 * Adds a call to the channel without publishing its request.
	 * @return fails as the call does
	 */
	CompletableFuture<String> letThrough() {
		WaitingCall call = new WaitingCall();
		Objects.requireNonNull(this.connector.openChannel()).publish(call, () -> {
		});
		return call.outcome;
	}

	RequestQueueMonitor monitor() {
		return this.monitor;
	}

	int questions() {
		return this.questions.get();
	}

	/**
	 * How many channels it has opened for calls.
	 * @return the number since the start
	 */
	int channels() {
		return this.channels.get();
	}

	@Override
	public void close() {
		this.monitor.stop();
		this.connector.stop();
		this.connectionFactory.destroy();
		this.threads.close();
	}

	/**
	 * Where replies arrive.
	 */
	enum Replies {

		DIRECT((channel) -> RpcHeaders.DIRECT_REPLY_TO),

		CALLBACK_QUEUE((channel) -> channel.queueDeclare("replies." + UUID.randomUUID(), false, true, true, Map.of())
			.getQueue());

		@SuppressWarnings("ImmutableEnumChecker") // It has no state
		private final ReplyQueue queue;

		Replies(ReplyQueue queue) {
			this.queue = queue;
		}

	}

	/**
	 * Counts passive declarations, and selections of the confirm mode.
	 */
	private final class Counter implements TrafficListener {

		@Override
		public void write(Command outbound) {
			if (outbound.getMethod() instanceof AMQP.Queue.Declare declare && declare.getPassive()) {
				CallingClient.this.questions.incrementAndGet();
			}
			if (outbound.getMethod() instanceof AMQP.Confirm.Select) {
				CallingClient.this.channels.incrementAndGet();
			}
		}

		@Override
		public void read(Command inbound) {
		}

	}

	/** A call of a minute without a reply. */
	private static final class WaitingCall extends RpcCall {

		private final CompletableFuture<String> outcome = new CompletableFuture<>();

		WaitingCall() {
			super(new RequestAddress("", "queue"), Duration.ofMinutes(1), new NoOwner());
		}

		@Override
		protected void replied(Message reply) {
			throw new IllegalStateException("A reply without a request");
		}

		@Override
		protected void failed(Throwable failure) {
			this.outcome.completeExceptionally(failure);
		}

	}

	private static final class NoOwner implements RpcCall.Owner {

		@Override
		public @Nullable String hold(Message reply) {
			return null;
		}

		@Override
		public void nacked(RpcCall call) {
		}

		@Override
		public void ended(RpcCall call) {
		}

	}

}
