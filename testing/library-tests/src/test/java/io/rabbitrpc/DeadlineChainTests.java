package io.rabbitrpc;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;

import io.rabbitrpc.client.ReplyMode;
import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.proxy.RpcServiceProxyFactory;
import io.rabbitrpc.server.RpcRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of a chain of calls: a client calls A, whose listener calls B.
 */
@Tag("broker")
@TestInstance(Lifecycle.PER_CLASS)
class DeadlineChainTests {

	private static final Duration DEADLINE = Duration.ofMillis(500);

	// How late a call may end
	private static final Duration LATE = Duration.ofMillis(250);

	private final VirtualHost virtualHost = TestBroker.shared().createVirtualHost();

	private ConfigurableApplicationContext context;

	private RpcClient client;

	private Chain chain;

	ReplyMode mode() {
		return ReplyMode.DIRECT;
	}

	@BeforeAll
	void start() {
		this.context = TestApplications.run(Application.class, this.virtualHost,
				"rabbit.rpc.client.reply-mode=" + mode(), "rabbit.rpc.client.deadline=20s");
		this.client = this.context.getBean(RpcClient.class);
		this.chain = this.context.getBean(Chain.class);
		// Both consume
		this.chain.next = () -> "ready";
		assertThat(this.client.queue("a").call("warm", String.class)).isEqualTo("ready");
		assertThat(this.client.queue("b").call("warm", String.class)).isEqualTo("warm");
	}

	@AfterAll
	void stop() {
		this.context.close();
		this.virtualHost.close();
	}

	@BeforeEach
	void clear() {
		this.chain.leftForB.clear();
		this.chain.endOfA.clear();
		this.chain.hold = new CountDownLatch(0);
	}

	private String callA() {
		return this.client.queue("a").deadline(DEADLINE).call("question", String.class);
	}

	private Duration leftForB() throws InterruptedException {
		return Objects.requireNonNull(this.chain.leftForB.poll(5, TimeUnit.SECONDS), "B was not called");
	}

	@Test
	void bSeesAtMostTheTimeThatAHadLeft() throws Exception {
		this.chain.next = () -> this.client.queue("b").call("question", String.class);
		assertThat(callA()).isEqualTo("question");
		assertThat(leftForB()).isPositive().isLessThanOrEqualTo(this.chain.leftOfA);
		assertThat(this.chain.leftOfA).isLessThanOrEqualTo(DEADLINE);
	}

	@Test
	void soIsItForCallsByTheTemplate() throws Exception {
		this.chain.next = () -> (String) this.context.getBean(RabbitTemplate.class)
			.convertSendAndReceive("b", (Object) "question");
		assertThat(callA()).isEqualTo("question");
		assertThat(leftForB()).isPositive().isLessThanOrEqualTo(this.chain.leftOfA);
	}

	@Test
	void soIsItForAsynchronousCalls() throws Exception {
		this.chain.next = () -> this.client.queue("b").callAsync("question", String.class).join();
		assertThat(callA()).isEqualTo("question");
		assertThat(leftForB()).isPositive().isLessThanOrEqualTo(this.chain.leftOfA);
	}

	@Test
	void soIsItForCallsByAnInterface() throws Exception {
		B proxy = new RpcServiceProxyFactory(this.client).createClient(B.class);
		this.chain.next = () -> proxy.ask("question");
		assertThat(callA()).isEqualTo("question");
		assertThat(leftForB()).isPositive().isLessThanOrEqualTo(this.chain.leftOfA);
	}

	@Test
	void theShorterDeadlineOfTheCallItselfCounts() throws Exception {
		this.chain.next = () -> this.client.queue("b").deadline(Duration.ofMillis(100)).call("question", String.class);
		assertThat(callA()).isEqualTo("question");
		assertThat(leftForB()).isBetween(Duration.ZERO, Duration.ofMillis(100));
	}

	@Test
	void anExecutorThatPropagatesTheContextHandsTheDeadlineOn() throws Exception {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("propagating-");
		executor.setTaskDecorator(new ContextPropagatingTaskDecorator());
		this.chain.next = () -> CompletableFuture
			.supplyAsync(() -> this.client.queue("b").call("question", String.class), executor)
			.join();
		assertThat(callA()).isEqualTo("question");
		assertThat(leftForB()).isPositive().isLessThanOrEqualTo(this.chain.leftOfA);
	}

	@Test
	void anExecutorThatDoesNotLeavesTheCallItsOwn() throws Exception {
		this.chain.next = () -> CompletableFuture
			.supplyAsync(() -> this.client.queue("b").call("question", String.class),
					new SimpleAsyncTaskExecutor("plain-"))
			.join();
		assertThat(callA()).isEqualTo("question");
		assertThat(leftForB()).isGreaterThan(Duration.ofSeconds(10));
	}

	@Test
	void aTaskThatOutlivesTheRequestLaysItsDeadlineDown() throws Exception {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("propagating-");
		executor.setTaskDecorator(new ContextPropagatingTaskDecorator());
		CompletableFuture<String> late = new CompletableFuture<>();
		this.chain.next = () -> {
			executor.execute(() -> {
				RpcDeadline deadline = Objects.requireNonNull(RpcDeadline.current());
				await().until(() -> deadline.left().isNegative());
				RpcDeadline.setCurrent(null);
				late.complete(this.client.queue("b").call("later", String.class));
			});
			return "begun";
		};
		assertThat(callA()).isEqualTo("begun");
		assertThat(late).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo("later");
		assertThat(leftForB()).isGreaterThan(Duration.ofSeconds(10));
	}

	@Test
	void theNestedCallEndsWithItsCaller() throws Exception {
		this.chain.hold = new CountDownLatch(1);
		this.chain.next = () -> this.client.queue("b").call("question", String.class);
		long begun = System.nanoTime();
		RpcException ex = catchThrowableOfType(RpcException.class, this::callA);
		assertThat(ex.status()).isEqualTo(RpcStatus.DEADLINE_EXCEEDED);
		Object end = this.chain.endOfA.poll(5, TimeUnit.SECONDS);
		assertThat(end).isInstanceOfSatisfying(RpcException.class,
				(failure) -> assertThat(failure.status()).isEqualTo(RpcStatus.DEADLINE_EXCEEDED));
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(DEADLINE.plus(LATE.multipliedBy(2)));
		this.chain.hold.countDown();
	}

	@Test
	void withoutTimeLeftNothingIsSent() throws Exception {
		this.chain.next = () -> {
			RpcDeadline deadline = Objects.requireNonNull(RpcDeadline.current());
			await().until(() -> deadline.left().isNegative());
			return this.client.queue("b").call("question", String.class);
		};
		assertThat(catchThrowableOfType(RpcException.class, this::callA).status())
			.isEqualTo(RpcStatus.DEADLINE_EXCEEDED);
		Object end = this.chain.endOfA.poll(5, TimeUnit.SECONDS);
		assertThat(end).isInstanceOfSatisfying(RpcException.class, (failure) -> {
			assertThat(failure.status()).isEqualTo(RpcStatus.DEADLINE_EXCEEDED);
			assertThat(failure.mayHaveRun()).isFalse();
		});
		// B gets this call next
		this.client.queue("b").deadline(Duration.ofSeconds(15)).call("other", String.class);
		assertThat(leftForB()).isGreaterThan(Duration.ofSeconds(10));
		assertThat(this.chain.leftForB).isEmpty();
	}

	@Test
	void aThreadHasNoDeadlineAfterItsRequest() {
		this.chain.next = () -> "answered";
		callA();
		this.chain.next = () -> String.valueOf(RpcDeadline.current());
		String left = this.client.queue("a").deadline(Duration.ofSeconds(10)).call("question", String.class);
		assertThat(left).matches("9\\d{3} ms left");
		assertThat(RpcDeadline.current()).isNull();
	}

	/**
	 * Calls B.
	 */
	interface B {

		@RpcExchange("b")
		String ask(String question);

	}

	/**
	 * The two listeners.
	 */
	static final class Chain {

		private final BlockingQueue<Duration> leftForB = new LinkedBlockingQueue<>();

		private final BlockingQueue<Object> endOfA = new LinkedBlockingQueue<>();

		private volatile CountDownLatch hold = new CountDownLatch(0);

		private volatile @Nullable Duration leftOfA;

		private volatile Supplier<String> next = () -> "";

		@RabbitListener(queues = "a", containerFactory = "rpc")
		String a(String question, RpcRequest request) {
			this.leftOfA = request.remaining();
			try {
				String answer = this.next.get();
				this.endOfA.add(answer);
				return answer;
			}
			catch (RuntimeException ex) {
				this.endOfA.add(ex);
				throw ex;
			}
		}

		@RabbitListener(queues = "b", containerFactory = "rpc")
		String b(String question, RpcRequest request) throws InterruptedException {
			Duration left = request.remaining();
			if (left != null) {
				this.leftForB.add(left);
			}
			this.hold.await(10, TimeUnit.SECONDS);
			return question;
		}

	}

	@EnableAutoConfiguration
	static class Application {

		@Bean
		Chain chain() {
			return new Chain();
		}

		@Bean
		Queue a() {
			return new Queue("a");
		}

		@Bean
		Queue b() {
			return new Queue("b");
		}

	}

}
