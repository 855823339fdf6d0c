package io.fibrpc.systemtests.faults;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.ProgramResult;
import io.fibrpc.systemtests.ReplyMode;
import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of logins, permissions and limits that the broker refuses.
 */
@Tag("broker")
@Order(7)
@DisplayNameGeneration(FaultNames.class)
class AccessFaultTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final String PASSWORD = "s3cret-of-the-test";

	private final String user = "user-" + UUID.randomUUID();

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	@BeforeEach
	void addUser() {
		rabbitmqctl("add_user", this.user, PASSWORD);
	}

	@AfterEach
	void deleteUser() {
		rabbitmqctl("delete_user", this.user);
	}

	private String rabbitmqctl(String... arguments) {
		return TestBroker.shared().rabbitmqctl(arguments);
	}

	private void permit(String configure, String write, String read) {
		rabbitmqctl("set_permissions", "-p", this.programs.host().name(), this.user, configure, write, read);
	}

	private Map<String, String> broker(String password) {
		Map<String, String> properties = new HashMap<>(this.programs.host().springProperties());
		properties.put("spring.rabbitmq.addresses", "amqp://%s:%s@%s:%d".formatted(this.user, password,
				TestBroker.shared().host(), TestBroker.shared().port()));
		return properties;
	}

	private Program start(String module, Map<String, String> broker, String... more) {
		List<String> arguments = new ArrayList<>(List.of(more));
		broker.forEach((name, value) -> arguments.add("--%s=%s".formatted(name, value)));
		return this.programs.start(module, Map.of(), arguments);
	}

	private void assertRefused(Map<String, String> broker, String status, int exitCode) {
		assertRefused(broker, status, exitCode, "");
	}

	private void assertRefused(Map<String, String> broker, String status, int exitCode, String reason) {
		List<Program> clients = Stream.of(ReplyMode.values())
			.map((mode) -> start("fib-client", broker, mode.argument(), "10", "20"))
			.toList();
		for (Program client : clients) {
			ProgramResult result = client.result(TIMEOUT);
			assertThat(result.output()).isEmpty();
			assertThat(result.errors()).hasSize(2)
				.allMatch((line) -> line.startsWith("error: %s: %s".formatted(status, reason)))
				.noneMatch((line) -> line.contains(PASSWORD));
			assertThat(result.exitCode()).isEqualTo(exitCode);
		}
	}

	@Test
	@Fault(FaultCase.G1)
	void wrongPassword() {
		permit(".*", ".*", ".*");
		assertRefused(broker("wrong-" + PASSWORD), "PERMISSION_DENIED", 7);
		ProgramResult server = start("fib-server", broker("wrong-" + PASSWORD), "--server.port=0").result(TIMEOUT);
		assertThat(server.exitCode()).isEqualTo(7);
		assertThat(String.join("\n", server.output()) + String.join("\n", server.errors())).contains(this.user)
			.doesNotContain(PASSWORD, "\tat ");
	}

	@Test
	@Fault(FaultCase.GUEST)
	void guestAtAnotherHost() {
		// An address for documents, where nobody is
		Map<String, String> broker = Map.of("spring.rabbitmq.addresses", "localhost:1,192.0.2.1:5672", "server.port",
				"0");
		Stream.of(start("fib-server", broker), start("fib-client", broker), start("fib-client", broker, "10"))
			.map((program) -> program.result(TIMEOUT))
			.forEach((result) -> {
				assertThat(result.errors()).filteredOn((line) -> line.startsWith("error: "))
					.singleElement()
					.isEqualTo("error: spring.rabbitmq.username must be a user of your own at 192.0.2.1, not 'guest': "
							+ "everybody knows the password of guest. If that does not matter, "
							+ "set rabbit.rpc.allow-guest=true");
				assertThat(result.exitCode()).isOne();
			});
	}

	@Test
	@Fault(FaultCase.PASSWORD_CHANGED)
	void passwordThatIsChangedMeanwhile() {
		permit(".*", ".*", ".*");
		Program server = start("fib-server", broker(PASSWORD), "--server.port=0").awaitReady();
		CallLoops calls = CallLoops.start(this.programs, broker(PASSWORD), LoadedPair.DEADLINE);
		calls.await("OK", TIMEOUT);
		rabbitmqctl("change_password", this.user, "another");
		this.programs.host().closeAllConnections("the password has changed");
		calls.await("PERMISSION_DENIED", LoadedPair.RECOVERY);
		server.awaitLine("No requests are taken", LoadedPair.RECOVERY);
		rabbitmqctl("change_password", this.user, PASSWORD);
		calls.await("OK", LoadedPair.RECOVERY);
		calls.assertEndedOnly("OK", "UNAVAILABLE", "PERMISSION_DENIED");
		server.awaitUp("/actuator/health/readiness", LoadedPair.RECOVERY);
	}

	@Test
	@Fault(FaultCase.G2)
	void missingVirtualHost() {
		Map<String, String> broker = broker(PASSWORD);
		broker.put("spring.rabbitmq.virtual-host", "no-such");
		assertRefused(broker, "PERMISSION_DENIED", 7);
	}

	@Test
	@Fault(FaultCase.G3)
	void clientThatMayNotWrite() {
		this.programs.server();
		permit(".*", "^$", ".*");
		assertRefused(broker(PASSWORD), "PERMISSION_DENIED", 7);
		CallLoops calls = CallLoops.start(this.programs, broker(PASSWORD), Duration.ofSeconds(5));
		calls.await("PERMISSION_DENIED", TIMEOUT);
		for (int i = 0; i < 3; i++) {
			calls.await("PERMISSION_DENIED", LoadedPair.AT_ONCE);
		}
		calls.assertEndedOnly("PERMISSION_DENIED");
		permit(".*", ".*", ".*");
		calls.await("OK", LoadedPair.RECOVERY);
	}

	@Test
	@Fault(FaultCase.G3_REPLIES)
	void serverThatMayNotReply() {
		permit(".*", "^$", ".*");
		Program server = start("fib-server", broker(PASSWORD), "--server.port=0").awaitReady();
		CallLoops calls = CallLoops.start(this.programs, this.programs.host().springProperties(),
				Duration.ofSeconds(1));
		calls.await("DEADLINE_EXCEEDED", TIMEOUT);
		// During its first call a program also loads its classes, and may be late
		calls.assertHaveOnly("DEADLINE_EXCEEDED");
		calls.forget();
		calls.await("DEADLINE_EXCEEDED", LoadedPair.RECOVERY);
		server.awaitLine("The broker refuses replies: ACCESS_REFUSED", LoadedPair.RECOVERY);
		assertThat(server.status("/actuator/health/readiness")).isEqualTo(503);
		calls.assertEndedOnly("DEADLINE_EXCEEDED");
		permit(".*", ".*", ".*");
		calls.await("OK", LoadedPair.RECOVERY);
		assertThat(server.status("/actuator/health/readiness")).isEqualTo(200);
	}

	@Test
	@Fault(FaultCase.G4)
	void serverThatMayNotDeclare() throws Exception {
		this.programs.server().close();
		permit("^$", ".*", ".*");
		Program server = start("fib-server", broker(PASSWORD), "--server.port=0").awaitReady();
		new Peer(this.programs.host()).probe(LoadedPair.RECOVERY);
		assertThat(server.lines()).filteredOn((line) -> line.contains(" WARN "))
			.hasSize(2)
			.anyMatch((line) -> line.contains("Queue rpc_queue is used as it is"))
			.anyMatch((line) -> line.contains("Queue rpc_dead_letters is used as it is"));
		ProgramLog.fromStart(server).assertNoStackTrace();
	}

	@Test
	@Fault(FaultCase.G15)
	void webPort() {
		Program server = this.programs.server();
		Program client = this.programs.client(ReplyMode.DIRECT).awaitReady();
		for (Program program : List.of(server, client)) {
			for (String shown : List.of("health", "info", "prometheus")) {
				assertThat(program.status("/actuator/" + shown)).as(shown).isEqualTo(200);
			}
			for (String hidden : List.of("env", "configprops", "heapdump", "threaddump", "loggers", "shutdown", "beans",
					"sbom")) {
				assertThat(program.status("/actuator/" + hidden)).as(hidden).isEqualTo(404);
			}
			assertThat(program.get("/actuator/health")).doesNotContain("version", "guest", "diskSpace");
		}
	}

	@Test
	@Fault(FaultCase.C11_NEXT)
	void firstAddressRefuses() {
		this.programs.server();
		Map<String, String> broker = new HashMap<>(this.programs.host().springProperties());
		broker.merge("spring.rabbitmq.addresses", "amqp://guest:guest@127.0.0.1:1", (good, bad) -> bad + "," + good);
		Program server = start("fib-server", broker, "--server.port=0").awaitReady();
		ProgramLog.fromStart(server).assertNoStackTrace();
		String answering = "Connected to RabbitMQ at "
				+ Pattern.quote("%s:%d".formatted(TestBroker.shared().host(), TestBroker.shared().port()));
		server.awaitLine(answering, LoadedPair.AT_ONCE);
		for (ReplyMode mode : ReplyMode.values()) {
			assertThat(start("fib-client", broker, mode.argument(), "10").result(TIMEOUT).output())
				.containsExactly("fib(10) = 55");
			start("fib-client", broker, mode.argument(), "--fib.client.demo=false", "--server.port=0").awaitReady()
				.awaitLine(answering + "; replies arrive on ", LoadedPair.AT_ONCE);
		}
	}

	@Test
	@Fault(FaultCase.C11_REFUSED)
	void firstAddressRefusesTheLogin() {
		Map<String, String> broker = broker("wrong-" + PASSWORD);
		broker.computeIfPresent("spring.rabbitmq.addresses", (name, refusing) -> refusing + ",127.0.0.1:1");
		String reason = "login refused for user %s at %s:%d".formatted(this.user, TestBroker.shared().host(),
				TestBroker.shared().port());
		assertRefused(broker, "PERMISSION_DENIED", 7, reason);
		ProgramResult server = start("fib-server", broker, "--server.port=0").result(TIMEOUT);
		assertThat(server.exitCode()).isEqualTo(7);
		assertThat(String.join("\n", server.output()) + String.join("\n", server.errors())).contains(reason);
	}

	@Test
	@Fault(FaultCase.C11_NUMBERS)
	void silentNumberOfAHostName(@TempDir Path directory) throws Exception {
		try (TcpProxy good = TcpProxy.to(TestBroker.shared());
				TcpProxy silent = TcpProxy.between(new InetSocketAddress("127.0.0.2", good.port()),
						new InetSocketAddress(TestBroker.shared().host(), TestBroker.shared().port()))) {
			silent.blackHole();
			Path hosts = Files.writeString(directory.resolve("hosts"),
					"127.0.0.2 broker.test%n127.0.0.1 broker.test%n127.0.0.1 localhost%n".formatted());
			Map<String, String> environment = Map.of("JDK_JAVA_OPTIONS", "-Djdk.net.hosts.file=" + hosts);
			Map<String, String> broker = new HashMap<>(this.programs.host().springProperties(good));
			broker.computeIfPresent("spring.rabbitmq.addresses",
					(name, address) -> address.replace("127.0.0.1", "broker.test"));
			broker.put("spring.rabbitmq.connection-timeout", "1s");
			this.programs.process("fib-server", environment, LoadedPair.arguments(broker, "--server.port=0"))
				.awaitReady();
			Peer peer = new Peer(this.programs.host());
			peer.probe(LoadedPair.RECOVERY);
			// Numbers are tried in an order by chance
			for (int i = 0; i < 20 && silent.connectionsTaken() == 0; i++) {
				good.reset();
				peer.probe(LoadedPair.RECOVERY);
			}
			assertThat(silent.connectionsTaken()).isPositive();
			List<Program> clients = Stream.of(ReplyMode.values())
				.<Program>map((mode) -> this.programs.process("fib-client", environment,
						LoadedPair.arguments(broker, mode.argument(), "10")))
				.toList();
			assertThat(clients)
				.allSatisfy((client) -> assertThat(client.result(TIMEOUT).output()).containsExactly("fib(10) = 55"));
		}
	}

	@Test
	@Fault(FaultCase.C11_UNKNOWN)
	void unknownHost() {
		Map<String, String> broker = broker(PASSWORD);
		broker.put("spring.rabbitmq.addresses",
				"amqp://%s:%s@no-such-host.invalid:5672".formatted(this.user, PASSWORD));
		assertRefused(broker, "UNAVAILABLE", 5);
	}

	@Test
	@Fault(FaultCase.C12)
	void limits() {
		permit(".*", ".*", ".*");
		this.programs.server();
		rabbitmqctl("set_user_limits", this.user, "{\"max-connections\": 0}");
		assertRefused(broker(PASSWORD), "RESOURCE_EXHAUSTED", 6);
		rabbitmqctl("set_user_limits", this.user, "{\"max-connections\": -1, \"max-channels\": 0}");
		assertRefused(broker(PASSWORD), "RESOURCE_EXHAUSTED", 6);
		rabbitmqctl("clear_user_limits", this.user, "max-channels");
		rabbitmqctl("set_vhost_limits", "-p", this.programs.host().name(), "{\"max-connections\": 0}");
		assertRefused(broker(PASSWORD), "RESOURCE_EXHAUSTED", 6);
	}

}
