package io.rabbitrpc.client.proxy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.amqp.core.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import reactor.core.publisher.Flux;

import io.rabbitrpc.RpcExchange;
import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.RpcClient.CallSpec;
import io.rabbitrpc.client.RpcReply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RpcServiceProxyFactory} that need no broker: invalid interfaces are
 * refused.
 */
class RpcServiceProxyFactoryTests {

	private final RpcServiceProxyFactory factory = new RpcServiceProxyFactory((RpcClient) Proxy.newProxyInstance(
			getClass().getClassLoader(), new Class<?>[] { RpcClient.class }, (proxy, method, arguments) -> {
				throw new IllegalStateException("no call is made");
			}));

	static Stream<Arguments> refused() {
		return Stream.of(Arguments.of(TwoPayloads.class,
				"TwoPayloads.call has 2 payloads, first and second: all but one must be a @Header or a Duration"),
				Arguments.of(TwoDeadlines.class, "TwoDeadlines.call has 2 deadlines, first and second: a call has one"),
				Arguments.of(PartOfAMessage.class,
						"PartOfAMessage.call: the parameter headers is neither the payload, a @Header nor a Duration"),
				Arguments.of(WholeMessage.class,
						"WholeMessage.call: the parameter message is neither the payload, a @Header nor a Duration"),
				Arguments.of(ListAsHeader.class,
						"ListAsHeader.call: the parameter tags is a header of type List: a header is a text, number,"
								+ " boolean, date, enum or UUID"),
				Arguments.of(ReservedHeader.class,
						"ReservedHeader.call: the parameter status is the header x-rpc-status, which is reserved or too large"),
				Arguments.of(NoQueue.class, "NoQueue.call has no @RpcExchange that names its queue"),
				Arguments.of(EmptyExchange.class,
						"EmptyExchange.call names no queue: its @RpcExchange needs one, or an exchange"),
				Arguments.of(QueueAndExchange.class,
						"QueueAndExchange.call names both a queue and an exchange in its @RpcExchange"),
				Arguments.of(TooUrgent.class, "TooUrgent.call has the priority 256, which is not from 1 to 255"),
				Arguments.of(NoTypeOfValue.class, "NoTypeOfValue.call does not say which type its value has"),
				Arguments.of(NoTypeOfReply.class, "NoTypeOfReply.call does not say which type its value has"),
				Arguments.of(Many.class,
						"Many.call cannot return a Flux: a call has a value, a CompletableFuture or a Mono of one"),
				Arguments.of(NoInterface.class,
						NoInterface.class.getName() + " is not an interface, so its methods cannot be calls"));
	}

	@ParameterizedTest
	@MethodSource("refused")
	void aMethodThatCannotBeACallIsRefusedWithASentenceThatNamesIt(Class<?> type, String sentence) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.factory.createClient(type)).withMessage(sentence);
	}

	@Test
	void methodsOfObjectAreNoCalls() {
		Allowed first = this.factory.createClient(Allowed.class);
		Allowed second = this.factory.createClient(Allowed.class);
		assertThat(Set.of(first, second)).contains(first, second).hasSize(2);
		assertThat(first).hasToString("calls of " + Allowed.class.getName());
	}

	@Test
	void defaultMethodsDoWhatTheySay() {
		assertThat(this.factory.createClient(Allowed.class).twice(21)).isEqualTo(42);
	}

	@Test
	void placeholdersInTheNameAndTheDefaultOfAHeaderAreReplaced() {
		Map<String, Object> sent = new HashMap<>();
		CallSpec call = (CallSpec) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { CallSpec.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("header")) {
						sent.put((String) arguments[0], arguments[1]);
					}
					return method.getName().equals("callAsync") ? CompletableFuture.completedFuture("done") : proxy;
				});
		RpcClient client = (RpcClient) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { RpcClient.class }, (proxy, method, arguments) -> call);
		UnaryOperator<String> placeholders = (text) -> text.replace("${header}", "tenant").replace("${tenant}", "blue");
		HeaderByPlaceholder service = new RpcServiceProxyFactory(client, placeholders)
			.createClient(HeaderByPlaceholder.class);
		assertThat(service.call("payload", null)).isCompletedWithValue("done");
		assertThat(sent).containsOnly(Map.entry("tenant", "blue"));
		assertThat(service.call("payload", "${tenant}")).isCompletedWithValue("done");
		assertThat(sent).containsOnly(Map.entry("tenant", "${tenant}"));
	}

	@RpcExchange("queue")
	interface HeaderByPlaceholder {

		CompletableFuture<String> call(String payload,
				@Header(name = "${header}", defaultValue = "${tenant}") @Nullable String header);

	}

	@RpcExchange("queue")
	interface Allowed {

		String call(@Payload Duration payload, Duration deadline);

		String call(String payload);

		default int twice(int number) {
			return 2 * number;
		}

		static int number() {
			return 1;
		}

	}

	@RpcExchange("queue")
	interface TwoPayloads {

		String call(String first, @Header String tenant, String second);

	}

	@RpcExchange("queue")
	interface TwoDeadlines {

		String call(Duration first, Duration second);

	}

	@RpcExchange("queue")
	interface PartOfAMessage {

		String call(String payload, @Headers Map<String, Object> headers);

	}

	@RpcExchange("queue")
	interface WholeMessage {

		String call(Message message);

	}

	@RpcExchange("queue")
	interface ListAsHeader {

		String call(@Header List<String> tags);

	}

	@RpcExchange("queue")
	interface ReservedHeader {

		String call(@Header("x-rpc-status") String status);

	}

	interface NoQueue {

		String call(String payload);

	}

	interface EmptyExchange {

		@RpcExchange(idempotent = true)
		String call(String payload);

	}

	interface QueueAndExchange {

		@RpcExchange(queue = "queue", exchange = "exchange")
		String call(String payload);

	}

	interface TooUrgent {

		@RpcExchange(queue = "queue", priority = 256)
		String call(String payload);

	}

	@RpcExchange("queue")
	@SuppressWarnings("rawtypes")
	interface NoTypeOfValue {

		CompletableFuture call(String payload);

	}

	@RpcExchange("queue")
	@SuppressWarnings("rawtypes")
	interface NoTypeOfReply {

		RpcReply call(String payload);

	}

	@RpcExchange("queue")
	interface Many {

		Flux<String> call(String payload);

	}

	static class NoInterface {

	}

}
