package io.rabbitrpc.client.channel;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.ConfirmCallback;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;

import io.rabbitrpc.connection.ConnectionWriter;
import io.rabbitrpc.connection.ConnectionWriters;
import io.rabbitrpc.connection.RpcConnections;

/**
 * A broker without a network that says what the test wants. It calls the methods that
 * amqp-client would call.
 */
public final class FakeBroker implements ConnectionWriter {

	static {
		// What its tests wait for comes at once
		Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
	}

	final List<FakeChannel> channels = new CopyOnWriteArrayList<>();

	final AtomicInteger connects = new AtomicInteger();

	volatile @Nullable Throwable connectFailure;

	volatile @Nullable IOException consumeFailure;

	volatile boolean connectionOpen = true;

	final AtomicInteger aborts = new AtomicInteger();

	// Then an aborted connection does not end
	volatile boolean stuck;

	// An aborted channel ends after this
	volatile CountDownLatch answersClose = new CountDownLatch(0);

	// Otherwise the open fails
	public volatile boolean leavesQuestionsUnanswered;

	// What happens before the answer that a queue has a consumer and nothing waiting
	public volatile @Nullable Runnable beforeAnswer;

	private volatile CompletableFuture<Void> room = CompletableFuture.completedFuture(null);

	public RpcConnections connections() {
		return new RpcConnections(connectionFactory(), new ConnectionWriters(), List::of, new RabbitProperties());
	}

	private ConnectionFactory connectionFactory() {
		return proxy(ConnectionFactory.class, (method, arguments) -> switch (method.getName()) {
			case "createConnection" -> {
				this.connects.incrementAndGet();
				Throwable failure = this.connectFailure;
				if (failure != null) {
					throw failure;
				}
				this.connectionOpen = true;
				yield springConnection();
			}
			case "getHost" -> "first";
			case "getPort" -> 5672;
			case "getUsername" -> "guest";
			default -> null;
		});
	}

	private org.springframework.amqp.rabbit.connection.Connection springConnection() {
		Connection delegate = connection();
		return proxy(org.springframework.amqp.rabbit.connection.Connection.class,
				(method, arguments) -> switch (method.getName()) {
					case "isOpen" -> this.connectionOpen;
					case "getDelegate" -> delegate;
					default -> null;
				});
	}

	Connection connection() {
		return proxy(Connection.class, (method, arguments) -> switch (method.getName()) {
			case "createChannel" -> {
				FakeChannel channel = new FakeChannel(this, (Connection) arguments[arguments.length - 1]);
				this.channels.add(channel);
				yield channel.channel;
			}
			case "isOpen" -> this.connectionOpen;
			case "getHeartbeat" -> 1;
			case "getServerProperties" -> Map.of("product", "Fake", "version", "1");
			case "getAddress" -> InetAddress.getByAddress("second", new byte[] { 127, 0, 0, 2 });
			case "getPort" -> 5673;
			case "abort" -> {
				this.aborts.incrementAndGet();
				if (!this.stuck) {
					lose("aborted");
				}
				yield null;
			}
			default -> null;
		});
	}

	public FakeChannel lastChannel() {
		return this.channels.get(this.channels.size() - 1);
	}

	private @Nullable CompletableFuture<Command> answer() {
		Runnable before = this.beforeAnswer;
		if (before == null) {
			return this.leavesQuestionsUnanswered ? new CompletableFuture<>() : null;
		}
		before.run();
		Object answer = new AMQP.Queue.DeclareOk.Builder().queue("queue").messageCount(0).consumerCount(1).build();
		return CompletableFuture.completedFuture(proxy(Command.class, (method, arguments) -> answer));
	}

	void lose(String reason) {
		this.connectionOpen = false;
		AMQP.Connection.Close close = new AMQP.Connection.Close.Builder().replyCode(320).replyText(reason).build();
		this.channels
			.forEach((channel) -> channel.close(new ShutdownSignalException(true, false, close, channel.channel)));
	}

	void stopReading() {
		this.room = new CompletableFuture<>();
	}

	void readAgain() {
		CompletableFuture<Void> waited = this.room;
		this.room = CompletableFuture.completedFuture(null);
		waited.complete(null);
	}

	@Override
	public boolean hasRoom() {
		return this.room.isDone();
	}

	@Override
	public CompletableFuture<Void> room() {
		return this.room;
	}

	@Override
	public Duration stuck() {
		return Duration.ZERO;
	}

	@Override
	public void leaveFirst() {
	}

	@Override
	public void close(String reason) {
		lose(reason);
	}

	// The proxy itself comes as the last argument
	static <T> T proxy(Class<T> type, Behaviour behaviour) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> switch (method.getName()) {
					case "hashCode" -> System.identityHashCode(proxy);
					case "equals" -> proxy == arguments[0];
					case "toString" -> "fake " + type.getSimpleName();
					default -> {
						List<Object> all = new ArrayList<>();
						if (arguments != null) {
							all.addAll(Arrays.asList(arguments));
						}
						all.add(proxy);
						yield behaviour.invoke(method, all.toArray());
					}
				}));
	}

	/**
	 * The action of a method.
	 */
	interface Behaviour {

		@Nullable Object invoke(Method method, @Nullable Object[] arguments) throws Throwable;

	}

	/**
	 * A request that was written.
	 *
	 * @param exchange its exchange
	 * @param routingKey its routing key
	 * @param properties its properties
	 * @param body its body, as text
	 */
	public record Request(String exchange, String routingKey, BasicProperties properties, String body) {
	}

	/**
	 * A channel of it.
	 */
	public static final class FakeChannel {

		public final List<Request> requests = new CopyOnWriteArrayList<>();

		final Channel channel;

		private final List<ShutdownListener> listeners = new CopyOnWriteArrayList<>();

		private volatile @Nullable ConfirmCallback acks;

		private volatile @Nullable ConfirmCallback nacks;

		private volatile @Nullable Consumer consumer;

		private volatile @Nullable ShutdownSignalException closed;

		volatile @Nullable Exception publishFailure;

		FakeChannel(FakeBroker broker, Connection connection) {
			this.channel = proxy(Channel.class, (method, arguments) -> switch (method.getName()) {
				case "addConfirmListener" -> {
					this.acks = (ConfirmCallback) arguments[0];
					this.nacks = (ConfirmCallback) arguments[1];
					yield null;
				}
				case "basicConsume" -> {
					if (broker.consumeFailure != null) {
						throw broker.consumeFailure;
					}
					this.consumer = (Consumer) arguments[2];
					yield "tag";
				}
				case "addShutdownListener" -> this.listeners.add((ShutdownListener) arguments[0]);
				case "isOpen" -> this.closed == null;
				case "getConnection" -> connection;
				case "abort" -> {
					broker.answersClose.await();
					AMQP.Channel.Close ours = new AMQP.Channel.Close.Builder().replyCode(200).replyText("OK").build();
					close(new ShutdownSignalException(false, true, ours, this));
					yield null;
				}
				case "asyncCompletableRpc" -> broker.answer();
				case "basicPublish" -> {
					if (this.publishFailure != null) {
						throw this.publishFailure;
					}
					this.requests.add(new Request((String) arguments[0], (String) arguments[1],
							(BasicProperties) arguments[3], new String((byte[]) arguments[4], StandardCharsets.UTF_8)));
					yield null;
				}
				default -> null;
			});
		}

		public void confirm(long number, boolean multiple) throws IOException {
			Objects.requireNonNull(this.acks).handle(number, multiple);
		}

		void nack(long number) throws IOException {
			Objects.requireNonNull(this.nacks).handle(number, false);
		}

		public void reply(String correlationId, byte[] body) throws IOException {
			reply(new BasicProperties.Builder().correlationId(correlationId).build(), body);
		}

		public void reply(BasicProperties properties, byte[] body) throws IOException {
			Objects.requireNonNull(this.consumer)
				.handleDelivery("tag", new Envelope(1, false, "", "reply"), properties, body);
		}

		void refuse(int code, String text) {
			AMQP.Channel.Close close = new AMQP.Channel.Close.Builder().replyCode(code).replyText(text).build();
			close(new ShutdownSignalException(false, false, close, this));
		}

		boolean isOpen() {
			return this.closed == null;
		}

		private void close(ShutdownSignalException cause) {
			if (this.closed == null) {
				this.closed = cause;
				this.listeners.forEach((listener) -> listener.shutdownCompleted(cause));
			}
		}

	}

}
