package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.ProgramResult;
import io.fibrpc.systemtests.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the broker that {@code config/rabbitmq/production} sets up: what each user may
 * do, and that nobody may do more.
 */
@Tag("broker")
@Order(8)
class ProductionBrokerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final String CLIENT = "fib-client";

	private static final String CALLBACK_CLIENT = "fib-client-callback";

	private static final String REPLIES = "fib-client.replies.of-the-test";

	private static final String NOTHING = "^$";

	private static final String DEFAULT_EXCHANGE = "^amq\\.default$";

	private static final String REQUESTS = "^(amq\\.default|rpc_queue)$";

	private static final String OWN_REPLIES = "^fib-client\\.replies\\.";

	@RegisterExtension
	static final EmbeddedPrograms programs = new EmbeddedPrograms();

	@TempDir
	private static Path secrets;

	private static ProductionBroker broker;

	private static String shipped;

	@BeforeAll
	static void start() throws Exception {
		broker = ProductionBroker.start(secrets);
		shipped = permissions();
	}

	@AfterAll
	static void stop() {
		broker.close();
	}

	private static Program server() {
		return programs.start("fib-server", Map.of(), broker.arguments(ProductionBroker.SERVER));
	}

	private static ProgramResult call(ReplyMode mode, String... more) {
		List<String> arguments = broker.arguments(ProductionBroker.client(mode), mode.argument());
		arguments.addAll(List.of(more));
		arguments.add("10");
		return programs.start("fib-client", Map.of(), arguments).result(TIMEOUT);
	}

	@Test
	void thePairWorksAndTellsNoPassword() {
		try (Program server = server().awaitReady()) {
			for (ReplyMode mode : ReplyMode.values()) {
				assertThat(call(mode).output()).containsExactly("fib(10) = 55");
			}
			assertThat(server.lines()).filteredOn((line) -> line.contains(" WARN "))
				.as("the queues that it may not declare")
				.hasSize(2)
				.allMatch((line) -> line.contains("is used as it is, if it exists: ACCESS_REFUSED"));
			assertThat(server.lines()).noneMatch((line) -> line.contains(broker.password(ProductionBroker.SERVER)));
		}
	}

	@ParameterizedTest
	@EnumSource
	@Fault(FaultCase.NO_CERTIFICATE)
	void aProgramWithoutACertificateDoesNotGetIn(ReplyMode mode) {
		List<String> arguments = broker.arguments(ProductionBroker.client(mode), mode.argument(), "10");
		arguments.removeIf((argument) -> argument.contains(".keystore."));
		ProgramResult result = programs.start("fib-client", Map.of(), arguments).result(TIMEOUT);
		// The broker refuses after the handshake. If the program writes meanwhile, it may
		// lose the connection before it reads why
		assertThat(result.errors()).singleElement()
			.asString()
			.containsAnyOf("the broker requires a certificate of this program", "error: UNAVAILABLE: ")
			.as("it got in")
			.doesNotContain("no server is consuming");
		assertThat(result.output()).isEmpty();
		assertThat(result.exitCode()).isIn(5, 7);
	}

	@Test
	void passwordsAndCertificatesAreReplacedWhileThePairRuns() throws Exception {
		List<String> reload = List.of("--spring.ssl.bundle.pem.broker.reload-on-update=true",
				"--spring.ssl.bundle.watch.file.quiet-period=100ms");
		List<String> ofServer = broker.arguments(ProductionBroker.SERVER);
		ofServer.addAll(reload);
		List<String> ofClient = broker.arguments(CLIENT, "--fib.client.demo=false");
		ofClient.addAll(reload);
		try (Program server = programs.start("fib-server", Map.of(), ofServer).awaitReady();
				Program client = programs.start("fib-client", Map.of(), ofClient).awaitReady()) {
			assertThat(client.status("/fibonacci/10")).isEqualTo(200);
			List<String> before = broker.certificates();
			assertThat(before).hasSizeGreaterThanOrEqualTo(2);
			broker.replaceSecrets(ProductionBroker.SERVER, CLIENT);
			assertThat(client.status("/fibonacci/11")).as("on the connections of before").isEqualTo(200);
			await().atMost(TIMEOUT).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
				broker.rabbitmqctl("close_all_connections", "-p", ProductionBroker.VIRTUAL_HOST, "rotation");
				server.awaitReady();
				client.awaitReady();
				assertThat(client.status("/fibonacci/12")).isEqualTo(200);
				assertThat(broker.certificates()).isNotEmpty().doesNotContainAnyElementsOf(before);
			});
			assertThat(client.lines()).noneMatch((line) -> line.contains(broker.password(CLIENT)));
			assertThat(server.lines()).noneMatch((line) -> line.contains(broker.password(ProductionBroker.SERVER)));
		}
	}

	@ParameterizedTest
	@CsvSource({ "DIRECT, ^$, ^rpc_queue$, ^$", //
			"CALLBACK_QUEUE, ^fib-client\\.replies\\., ^rpc_queue$, ^fib-client\\.replies\\.",
			"CALLBACK_QUEUE, ^$, ^(amq\\.default|rpc_queue)$, ^fib-client\\.replies\\.",
			"CALLBACK_QUEUE, ^fib-client\\.replies\\., ^(amq\\.default|rpc_queue)$, ^$" })
	void aClientMissesEachPermission(ReplyMode mode, String configure, String write, String read) {
		String user = ProductionBroker.client(mode);
		broker.permit(user, configure, write, read);
		try {
			ProgramResult result = call(mode);
			assertThat(result.exitCode()).isEqualTo(7);
			assertThat(result.errors()).singleElement().asString().startsWith("error: PERMISSION_DENIED: ");
		}
		finally {
			permitWhatShips();
		}
	}

	@ParameterizedTest
	@EnumSource
	void aClientThatMayNotAskForTheQueueDoesNotKnowThatNobodyServesIt(ReplyMode mode) {
		String user = ProductionBroker.client(mode);
		String replies = (mode == ReplyMode.DIRECT) ? NOTHING : OWN_REPLIES;
		assertThat(call(mode).errors().toString()).contains("UNAVAILABLE", "no server is consuming rpc_queue");
		broker.permit(user, replies, DEFAULT_EXCHANGE, replies);
		try {
			assertThat(call(mode, "--rabbit.rpc.client.deadline=1s").errors().toString())
				.contains(broker.isOld() ? "no server is consuming" : "DEADLINE_EXCEEDED");
		}
		finally {
			permitWhatShips();
		}
	}

	@Test
	void aServerMissesThePermissionToReply() {
		broker.permit(ProductionBroker.SERVER, NOTHING, NOTHING, "^rpc_queue$");
		try (Program server = server()) {
			server.awaitLine("Connected to RabbitMQ", TIMEOUT);
			assertThat(call(ReplyMode.DIRECT, "--rabbit.rpc.client.deadline=1s").exitCode()).isEqualTo(4);
			server.awaitLine("The broker refuses replies: ACCESS_REFUSED", TIMEOUT);
		}
		finally {
			permitWhatShips();
		}
	}

	@Test
	void aServerMissesThePermissionToRead() {
		broker.permit(ProductionBroker.SERVER, NOTHING, DEFAULT_EXCHANGE, NOTHING);
		try (Program server = server()) {
			assertThat(call(ReplyMode.DIRECT).exitCode()).isEqualTo(5);
			assertThat(server.status("/actuator/health/readiness")).isEqualTo(503);
		}
		finally {
			permitWhatShips();
		}
	}

	private static void permitWhatShips() {
		broker.permit(ProductionBroker.SERVER, NOTHING, DEFAULT_EXCHANGE, "^rpc_queue$");
		broker.permit(CLIENT, NOTHING, REQUESTS, NOTHING);
		broker.permit(CALLBACK_CLIENT, OWN_REPLIES, REQUESTS, OWN_REPLIES);
	}

	@Test
	void permissionsAreThoseThatTheseTestsTakeAway() {
		permitWhatShips();
		assertThat(permissions()).isEqualTo(shipped);
	}

	private static String permissions() {
		return broker.rabbitmqctl("list_permissions", "-p", ProductionBroker.VIRTUAL_HOST);
	}

	@Test
	void nobodyMayDoMoreThanTheirPermissions() throws Exception {
		try (Connection owner = broker.connect(CALLBACK_CLIENT); Channel replies = owner.createChannel()) {
			replies.queueDeclare(REPLIES, false, true, true, Map.of());
			for (String user : List.of(CLIENT, CALLBACK_CLIENT, ProductionBroker.SERVER)) {
				try (Connection connection = broker.connect(user)) {
					Map<String, Action> actions = new HashMap<>(DENIED_TO_ALL);
					if (!user.equals(ProductionBroker.SERVER)) {
						actions.put("take requests", (channel) -> channel.basicConsume("rpc_queue", (tag, request) -> {
						}, (tag) -> {
						}));
					}
					for (Map.Entry<String, Action> action : actions.entrySet()) {
						assertThat(refusal(connection, action.getValue())).as("%s: %s", user, action.getKey())
							.isEqualTo(AMQP.ACCESS_REFUSED);
					}
					assertThat(refusal(connection, (channel) -> channel.basicGet(REPLIES, true)))
						.as("%s: read another one's replies", user)
						.isEqualTo(user.equals(CALLBACK_CLIENT) ? AMQP.RESOURCE_LOCKED : AMQP.ACCESS_REFUSED);
					assertThat(refusal(connection,
							(channel) -> publish(channel, "", "rpc_queue",
									new BasicProperties.Builder().userId("guest"))))
						.as("%s: say to be another one", user)
						.isEqualTo(AMQP.PRECONDITION_FAILED);
				}
			}
		}
	}

	private static final Map<String, Action> DENIED_TO_ALL = Map.of( //
			"declare a queue", (channel) -> channel.queueDeclare("mine", true, false, false, Map.of()), //
			"declare a queue of the broker's naming", Channel::queueDeclare, //
			"declare the request queue", (channel) -> channel.queueDeclare("rpc_queue", true, false, false, Map.of()), //
			"declare an exchange", (channel) -> channel.exchangeDeclare("mine", BuiltinExchangeType.DIRECT), //
			"delete the request queue", (channel) -> channel.queueDelete("rpc_queue"), //
			"delete the dead letters", (channel) -> channel.queueDelete("rpc_dead_letters"), //
			"read dead letters", (channel) -> channel.basicGet("rpc_dead_letters", true), //
			"purge dead letters", (channel) -> channel.queuePurge("rpc_dead_letters"), //
			"bind the request queue", (channel) -> channel.queueBind("rpc_queue", "amq.topic", "#"), //
			"publish elsewhere",
			(channel) -> publish(channel, "amq.topic", "rpc_queue", new BasicProperties.Builder()));

	private static void publish(Channel channel, String exchange, String key, BasicProperties.Builder properties)
			throws Exception {
		channel.confirmSelect();
		channel.basicPublish(exchange, key, true, properties.build(), new byte[0]);
		channel.waitForConfirmsOrDie(TIMEOUT.toMillis());
	}

	// The broker's reason for closing the channel after an action
	private static int refusal(Connection connection, Action action) throws Exception {
		Channel channel = connection.createChannel();
		try {
			action.on(channel);
			channel.abort();
			return AMQP.REPLY_SUCCESS;
		}
		catch (IOException | ShutdownSignalException ex) {
			ShutdownSignalException reason = channel.getCloseReason();
			return ((AMQP.Channel.Close) reason.getReason()).getReplyCode();
		}
	}

	@Test
	void whoMayCallReachesEveryQueueOfTheVirtualHost() throws Exception {
		try (Connection owner = broker.connect(CALLBACK_CLIENT);
				Channel replies = owner.createChannel();
				Connection connection = broker.connect(CLIENT);
				Channel channel = connection.createChannel()) {
			replies.queueDeclare(REPLIES, false, true, true, Map.of());
			publish(channel, "", REPLIES, new BasicProperties.Builder());
			publish(channel, "", "rpc_dead_letters", new BasicProperties.Builder());
			assertThat(replies.basicGet(REPLIES, true)).isNotNull();
		}
		broker.rabbitmqctl("purge_queue", "-p", ProductionBroker.VIRTUAL_HOST, "rpc_dead_letters");
	}

	@Test
	void strangersDoNotGetIn() throws Exception {
		ConnectionFactory guest = broker.factory(CLIENT);
		guest.setUsername("guest");
		guest.setPassword("guest");
		assertThatExceptionOfType(AuthenticationFailureException.class).isThrownBy(guest::newConnection);
		ConnectionFactory wrong = broker.factory(CLIENT);
		wrong.setPassword("wrong");
		assertThatExceptionOfType(AuthenticationFailureException.class).isThrownBy(wrong::newConnection);
		ConnectionFactory elsewhere = broker.factory(CLIENT);
		elsewhere.setVirtualHost("/");
		assertThatException().isThrownBy(elsewhere::newConnection)
			.havingCause()
			.withMessageContaining("vhost / not found");
		ConnectionFactory plain = new ConnectionFactory();
		plain.setPort(broker.broker().port());
		assertThatException().isThrownBy(plain::newConnection)
			.isInstanceOfAny(IOException.class, TimeoutException.class);
	}

	@Test
	void policiesAreForAnyQueueByItsName() throws Exception {
		broker.permit(ProductionBroker.SERVER, ".*", ".*", ".*");
		try (Connection connection = broker.connect(ProductionBroker.SERVER);
				Channel channel = connection.createChannel()) {
			channel.queueDeclare("quotes", true, false, false, Map.of("x-queue-type", "quorum"));
			channel.queueDeclare("stock", true, false, false, Map.of());
			channel.queueDeclare("shop_dead_letters", true, false, false, Map.of());
			channel.queueDeclare(REPLIES, false, true, true, Map.of());
			List<String> policies = broker
				.rabbitmqctl("list_queues", "-p", ProductionBroker.VIRTUAL_HOST, "--no-table-headers", "name", "policy")
				.lines()
				.toList();
			assertThat(policies).contains("rpc_queue\trpc-requests", "quotes\trpc-requests",
					"stock\trpc-requests-classic", "rpc_dead_letters\trpc-dead-letters",
					"shop_dead_letters\trpc-dead-letters", REPLIES + "\trpc-replies");
			for (String queue : List.of("quotes", "stock", "shop_dead_letters")) {
				channel.queueDelete(queue);
			}
		}
		finally {
			permitWhatShips();
		}
	}

	@Test
	void limitsAreSet() throws Exception {
		for (String user : List.of(CLIENT, CALLBACK_CLIENT, ProductionBroker.SERVER)) {
			assertThat(broker.rabbitmqctl("list_user_limits", "--user", user)).contains("\"max-connections\":100",
					"\"max-channels\":1000");
		}
		assertThat(broker.rabbitmqctl("list_vhost_limits", "-p", ProductionBroker.VIRTUAL_HOST))
			.contains("\"max-connections\":500", "\"max-queues\":1000");
		List<Connection> connections = new ArrayList<>();
		broker.rabbitmqctl("set_user_limits", CLIENT, "{\"max-connections\": 1}");
		try {
			connections.add(broker.connect(CLIENT));
			assertThatException().isThrownBy(() -> connections.add(broker.connect(CLIENT)))
				.havingRootCause()
				.withMessageContaining("limit");
		}
		finally {
			broker.rabbitmqctl("set_user_limits", CLIENT, "{\"max-connections\": 100}");
			connections.forEach(Connection::abort);
		}
	}

	/** An action on a channel. */
	@FunctionalInterface
	private interface Action {

		void on(Channel channel) throws Exception;

	}

}
