package io.rabbitrpc.server.queue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.listener.MissingQueueEvent;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link QueueDeclarer}.
 */
@ExtendWith(OutputCaptureExtension.class)
class QueueDeclarerTests {

	private final QueueDeclarer declarer = new QueueDeclarer(() -> List.of(new Queue("quotes"), new Queue("stock")));

	// Each channel's number and the queue that was declared on it
	private final List<String> declarations = new ArrayList<>();

	private final Set<String> different = new HashSet<>();

	private int channels;

	private int closed;

	private boolean open = true;

	private final Connection connection = proxy(Connection.class, (method, arguments) -> switch (method) {
		case "isOpen" -> this.open;
		case "createChannel" -> channel(++this.channels);
		default -> null;
	});

	private Channel channel(int number) {
		return proxy(Channel.class, (method, arguments) -> {
			if (method.equals("queueDeclare")) {
				declare(number, (String) arguments[0]);
			}
			else if (method.equals("close")) {
				this.closed++;
			}
			return null;
		});
	}

	private void declare(int channel, String queue) {
		this.declarations.add(channel + " " + queue);
		if (this.different.contains(queue)) {
			AMQP.Channel.Close close = new AMQP.Channel.Close.Builder().replyCode(AMQP.PRECONDITION_FAILED)
				.replyText("inequivalent arg 'durable' for queue '%s'".formatted(queue))
				.build();
			throw new RefusedException(new ShutdownSignalException(false, false, close, this));
		}
	}

	@Test
	void eachQueueIsDeclaredOnAChannelOfItsOwnWhichIsClosed() {
		this.declarer.onCreate(this.connection);
		assertThat(this.declarations).containsExactly("1 quotes", "2 stock");
		assertThat(this.closed).isEqualTo(2);
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
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
				try {
					return behaviour.apply(method.getName(), arguments);
				}
				catch (RefusedException ex) {
					// As amqp-client wraps it
					throw new IOException(ex.getCause());
				}
			}));
	}

	private static final class RefusedException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		RefusedException(ShutdownSignalException signal) {
			super(signal);
		}

	}

}
