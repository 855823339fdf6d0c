package io.rabbitrpc;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VirtualHost;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.rabbit.annotation.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;

import io.rabbitrpc.client.RpcClient;
import io.rabbitrpc.client.interceptor.RpcClientInterceptor;
import io.rabbitrpc.server.interceptor.RpcServerInterceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of the interceptors of both sides, for calls by each API.
 */
@Tag("broker")
@TestInstance(Lifecycle.PER_CLASS)
abstract class InterceptorsContractTests {

	private final VirtualHost host = TestBroker.shared().createVirtualHost();

	private final String replyMode;

	private ConfigurableApplicationContext context;

	private Application application;

	InterceptorsContractTests(String replyMode) {
		this.replyMode = replyMode;
	}

	@BeforeAll
	void start() {
		this.context = TestApplications.run(Application.class, this.host,
				"rabbit.rpc.client.reply-mode=" + this.replyMode, "rabbit.rpc.client.deadline=5s");
		this.application = this.context.getBean(Application.class);
		// The test below must not measure how long classes take to load
		call(Api.TEMPLATE, "hello");
		call(Api.ASYNC, "hello");
	}

	@AfterAll
	void stop() {
		this.context.close();
		this.host.close();
	}

	@BeforeEach
	void forget() {
		this.application.seen.clear();
	}

	private String call(Api api, String request) {
		return api.call(this.context, request);
	}

	// It is complete, because the call has ended
	private List<String> seen(String word) {
		return this.application.seen.stream().filter((seen) -> seen.word().equals(word)).map(Seen::event).toList();
	}

	@ParameterizedTest
	@EnumSource
	void interceptorsSeeRequestAndOutcomeInTheirOrderAndChangeBoth(Api api) {
		assertThat(call(api, "hello")).isEqualTo("hello of north");
		assertThat(seen("hello")).containsExactly("outer > words", "inner > 5 s", "server > words north", "listener",
				"server < OK", "inner < OK marked", "outer < OK marked");
	}

	@ParameterizedTest
	@EnumSource
	void interceptorsSeeFailuresAndChangeThem(Api api) {
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> call(api, "fail"))
			.withMessage("changed: no such word")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.NOT_FOUND));
		assertThat(seen("fail")).endsWith("server < NOT_FOUND", "inner < NOT_FOUND", "outer < NOT_FOUND");
	}

	@ParameterizedTest
	@EnumSource
	void interceptorOfTheClientEndsACallWithAValueOfItsOwn(Api api) {
		assertThat(call(api, "cached")).isEqualTo("from the cache");
		assertThat(seen("cached")).containsExactly("outer > words", "inner > 5 s", "outer < OK");
	}

	@ParameterizedTest
	@EnumSource
	void interceptorOfTheClientEndsACallWithAFailure(Api api) {
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> call(api, "forbidden"))
			.withMessage("not allowed here")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.PERMISSION_DENIED))
			.satisfies((ex) -> assertThat(ex.mayHaveRun()).isFalse());
		assertThat(seen("forbidden")).doesNotContain("listener");
	}

	@ParameterizedTest
	@EnumSource
	void interceptorOfTheServerAnswersInPlaceOfTheListener(Api api) {
		assertThat(call(api, "answered")).isEqualTo("by the interceptor");
		assertThat(seen("answered")).doesNotContain("listener");
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> call(api, "unauthenticated"))
			.withMessage("who are you?")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.UNAUTHENTICATED));
		assertThat(seen("unauthenticated")).doesNotContain("listener");
	}

	@ParameterizedTest
	@EnumSource
	void faultOfAnInterceptorIsInternal(Api api) {
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> call(api, "client fault"))
			.withMessage("an interceptor failed: broken")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.INTERNAL));
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> call(api, "server fault"))
			.withMessage("the server failed to answer")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.INTERNAL));
	}

	@ParameterizedTest
	@EnumSource
	void deadlineThatAnInterceptorSetsCounts(Api api) {
		long start = System.nanoTime();
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> call(api, "slow"))
			.withMessageMatching("no reply within (19\\d|200) ms.*")
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.DEADLINE_EXCEEDED));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
	}

	@ParameterizedTest
	@EnumSource
	void interceptorThatGivesNoOutcomeEndsTheCallAtItsDeadline(Api api) {
		for (String request : List.of("never", "never after")) {
			long start = System.nanoTime();
			assertThatExceptionOfType(RpcException.class).isThrownBy(() -> call(api, request))
				.withMessage("the interceptors used up the 200 ms of the call")
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.DEADLINE_EXCEEDED))
				.satisfies((ex) -> assertThat(ex.mayHaveRun()).isEqualTo(request.equals("never after")));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(150),
					Duration.ofSeconds(1));
		}
	}

	@ParameterizedTest
	@EnumSource
	void interceptorMayMakeCallsOfItsOwnOnceItKnowsTheOutcome(Api api) {
		assertThat(call(api, "again")).isEqualTo("nested of north");
	}

	@Test
	void waitingForACallOnTheThreadThatReadsRepliesIsRefused() {
		assertThat(call(Api.CLIENT, "wait")).isEqualTo("nested of north");
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> call(Api.ASYNC, "wait"))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(RpcStatus.FAILED_PRECONDITION));
	}

	@Test
	void callThatHasEndedIsNotMadeLater() {
		CompletableFuture<String> call = this.context.getBean(RpcClient.class)
			.queue("words")
			.callAsync("token", String.class);
		call.cancel(false);
		this.application.token.complete("late");
		this.application.token = new CompletableFuture<>();
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> call(Api.CLIENT, "token"))
			.satisfies((ex) -> assertThat(ex.mayHaveRun()).isFalse());
		assertThat(Thread.interrupted()).isTrue();
		this.application.token.complete("late");
		// A request that was sent earlier would be answered earlier
		assertThat(call(Api.CLIENT, "hello")).isEqualTo("hello of north");
		assertThat(seen("token")).isNotEmpty().doesNotContain("listener");
	}

	@Test
	void errorOfAListenerIsAnOutcomeForInterceptors() {
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> call(Api.CLIENT, "error"));
		assertThat(seen("error")).contains("server < INTERNAL");
	}

	@ParameterizedTest
	@EnumSource
	void callIsMadeOnce(Api api) {
		assertThatExceptionOfType(RpcException.class).isThrownBy(() -> call(api, "twice"))
			.withMessage("an interceptor failed: an interceptor may make a call only once")
			.satisfies((ex) -> assertThat(ex.mayHaveRun()).isTrue());
	}

	/** How the call is made. */
	enum Api {

		TEMPLATE {

			@Override
			String call(ConfigurableApplicationContext context, String request) {
				return String
					.valueOf(context.getBean(RabbitTemplate.class).convertSendAndReceive("", "words", request));
			}

		},

		CLIENT {

			@Override
			String call(ConfigurableApplicationContext context, String request) {
				return context.getBean(RpcClient.class).queue("words").callForReply(request, String.class).value();
			}

		},

		ASYNC {

			@Override
			String call(ConfigurableApplicationContext context, String request) {
				CompletableFuture<String> call = context.getBean(RpcClient.class)
					.queue("words")
					.callAsync(request, String.class);
				try {
					return call.join();
				}
				catch (CompletionException ex) {
					throw (RpcException) ex.getCause();
				}
			}

		};

		abstract String call(ConfigurableApplicationContext context, String request);

	}

	@EnableAutoConfiguration
	static class Application {

		private volatile CompletableFuture<String> token = new CompletableFuture<>();

		private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();

		@RabbitListener(queuesToDeclare = @Queue("words"), containerFactory = "rpc")
		String answer(@Payload String word, @Header String tenant) throws InterruptedException {
			note(word, "listener");
			if (word.equals("fail")) {
				throw new RpcException(RpcStatus.NOT_FOUND, "no such word");
			}
			if (word.equals("error")) {
				throw new AssertionError("for the test");
			}
			// Longer than it takes to add a dependent to the stage
			if (word.equals("slow") || word.equals("wait")) {
				new CountDownLatch(1).await(1, TimeUnit.SECONDS);
			}
			return word + " of " + tenant;
		}

		private void note(String word, String event) {
			this.seen.add(new Seen(word, event));
		}

		private static String word(Message request) {
			return new String(request.getBody(), StandardCharsets.UTF_8).replace("\"", "");
		}

		@Bean
		@Order(2)
		RpcClientInterceptor inner(ObjectProvider<RpcClient> rpc) {
			return (request, next) -> {
				String word = word(request.message());
				note(word, "inner > %d s".formatted(request.deadline().toSeconds()));
				request.header("tenant", "north");
				switch (word) {
					case "cached" -> {
						return CompletableFuture.completedFuture(request.reply("from the cache"));
					}
					case "forbidden" -> throw new RpcException(RpcStatus.PERMISSION_DENIED, "not allowed here");
					case "client fault" -> throw new IllegalStateException("broken");
					case "slow" -> request.deadline(Duration.ofMillis(200));
					case "never" -> {
						request.deadline(Duration.ofMillis(200));
						return new CompletableFuture<>();
					}
					case "never after" -> {
						request.deadline(Duration.ofMillis(200));
						return next.call(request).thenCompose((outcome) -> new CompletableFuture<>());
					}
					case "twice" -> next.call(request);
					default -> {
					}
				}
				if (word.equals("again")) {
					return next.call(request)
						.thenCompose((outcome) -> rpc.getObject().queue("words").callAsync("nested", String.class))
						.thenApply(request::reply);
				}
				if (word.equals("wait")) {
					return next.call(request)
						.thenApply((outcome) -> request
							.reply(rpc.getObject().queue("words").call("nested", String.class)));
				}
				if (word.equals("token")) {
					return this.token.thenCompose((value) -> next.call(request));
				}
				return next.call(request).thenApply((outcome) -> {
					note(word, "inner < " + outcome.status() + ((outcome.failure() == null)
							? " " + outcome.reply().getMessageProperties().getHeader("mark") : ""));
					return (outcome.failure() != null && word.equals("fail"))
							? RpcOutcome.failure(
									new RpcException(outcome.status(), "changed: " + outcome.failure().getMessage()))
							: outcome;
				});
			};
		}

		@Bean
		@Order(1)
		RpcClientInterceptor outer() {
			return (request, next) -> {
				String word = word(request.message());
				note(word, "outer > " + request.destination());
				return next.call(request).whenComplete((outcome, failure) -> {
					if (outcome != null) {
						Object mark = (outcome.failure() == null)
								? outcome.reply().getMessageProperties().getHeader("mark") : null;
						note(word, "outer < " + outcome.status() + ((mark != null) ? " " + mark : ""));
					}
				});
			};
		}

		@Bean
		RpcServerInterceptor server() {
			return (request, next) -> {
				String word = word(request.message());
				note(word, "server > %s %s".formatted(request.queue(), request.header("tenant")));
				switch (word) {
					case "answered" -> {
						return request.reply("by the interceptor");
					}
					case "unauthenticated" -> throw new RpcException(RpcStatus.UNAUTHENTICATED, "who are you?");
					case "server fault" -> throw new IllegalStateException("broken");
					default -> {
					}
				}
				RpcOutcome outcome = next.handle(request);
				note(word, "server < " + outcome.status());
				return (outcome.failure() != null) ? outcome : RpcOutcome
					.reply(MessageBuilder.fromMessage(outcome.reply()).setHeader("mark", "marked").build());
			};
		}

	}

	/**
	 * An event that an interceptor or the listener has seen.
	 *
	 * @param word the request
	 * @param event what it was
	 */
	record Seen(String word, String event) {

	}

}
