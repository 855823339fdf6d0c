package io.rabbitrpc.server.queue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.listener.MissingQueueEvent;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link QueueDeclarer}.
 */
@ExtendWith(OutputCaptureExtension.class)
class QueueDeclarerTests {

	private final QueueDeclarer declarer = new QueueDeclarer(() -> List.of(new Queue("quotes"), new Queue("stock")));

	// Each channel's number and the queue that was declared on it
	private final List<String> declarations = new ArrayList<>();

	private final Set<String> different = new HashSet<>();

	private final Map<String, CompletableFuture<@Nullable Command>> unanswered = new HashMap<>();

	private int channels;

	private final AtomicInteger closed = new AtomicInteger();

	private boolean open = true;

	private final Connection connection = proxy(Connection.class, (method, arguments) -> switch (method) {
		case "isOpen" -> this.open;
		case "createChannel" -> channel(++this.channels);
		default -> null;
	});

	private Channel channel(int number) {
		return proxy(Channel.class, (method, arguments) -> {
			if (method.equals("asyncCompletableRpc")) {
				return declare(number, ((AMQP.Queue.Declare) arguments[0]).getQueue());
			}
			if (method.equals("close")) {
				this.closed.incrementAndGet();
			}
			return null;
		});
	}

	private CompletableFuture<@Nullable Command> declare(int channel, String queue) {
		this.declarations.add(channel + " " + queue);
		if (this.different.contains(queue)) {
			AMQP.Channel.Close close = new AMQP.Channel.Close.Builder().replyCode(AMQP.PRECONDITION_FAILED)
				.replyText("inequivalent arg 'durable' for queue '%s'".formatted(queue))
				.build();
			return CompletableFuture.failedFuture(new ShutdownSignalException(false, false, close, this));
		}
		return this.unanswered.getOrDefault(queue, CompletableFuture.completedFuture(null));
	}

	@Test
	void eachQueueIsDeclaredOnAChannelOfItsOwnWhichIsClosed() {
		this.declarer.onCreate(this.connection);
		assertThat(this.declarations).containsExactly("1 quotes", "2 stock");
		assertThat(this.closed).hasValue(2);
	}

	@Test
	void queuesAreDeclaredAgainAfterANewConnectionAndWhenOneIsGone() {
		this.declarer.onCreate(this.connection);
		this.declarer.onCreate(this.connection);
		assertThat(this.declarations).containsExactly("1 quotes", "2 stock", "3 quotes", "4 stock");
		this.declarer.onApplicationEvent(new MissingQueueEvent(this, "stock"));
		assertThat(this.declarations).hasSize(6).endsWith("5 quotes", "6 stock");
	}

	@Test
	@Timeout(value = 20, threadMode = ThreadMode.SEPARATE_THREAD)
	void declarationWithoutAnAnswerHoldsUpNothingAndItsChannelClosesAfterTheAnswer() {
		CompletableFuture<@Nullable Command> answer = new CompletableFuture<>();
		this.unanswered.put("quotes", answer);
		this.declarer.onCreate(this.connection);
		assertThat(this.declarations).containsExactly("1 quotes", "2 stock");
		assertThat(this.closed).hasValue(1);
		answer.complete(null);
		await().untilAsserted(() -> assertThat(this.closed).hasValue(2));
	}

	@Test
	void nothingIsDeclaredWithoutAConnection() {
		this.declarer.declareAll();
		this.open = false;
		this.declarer.onCreate(this.connection);
		assertThat(this.declarations).isEmpty();
	}

	@Test
	void aDifferenceIsWarnedAboutOnceAndStopsNoOther(CapturedOutput output) {
		this.different.add("quotes");
		this.declarer.onCreate(this.connection);
		this.declarer.onCreate(this.connection);
		assertThat(this.declarations).containsExactly("1 quotes", "2 stock", "3 quotes", "4 stock");
		assertThat(output.getOut().lines().filter((line) -> line.contains("is used as it is"))).singleElement()
			.asString()
			.endsWith("Queue quotes is used as it is, if it exists: inequivalent arg 'durable' for queue 'quotes'");
	}

	@Test
	void aRefusalIsKnownUntilTheQueueIsAsDeclared() {
		this.different.add("quotes");
		this.declarer.onCreate(this.connection);
		assertThat(this.declarer.refusal("quotes")).startsWith("inequivalent arg");
		assertThat(this.declarer.refusal("stock")).isNull();
		this.different.clear();
		this.declarer.declareAll();
		assertThat(this.declarer.refusal("quotes")).isNull();
	}

	private static <T> T proxy(Class<T> type, BiFunction<String, @Nullable Object[], @Nullable Object> behaviour) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> behaviour.apply(method.getName(), arguments)));
	}

}
