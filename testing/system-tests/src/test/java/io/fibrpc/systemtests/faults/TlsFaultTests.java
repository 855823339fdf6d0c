package io.fibrpc.systemtests.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.ProgramResult;
import io.fibrpc.systemtests.ReplyMode;
import io.fibrpc.testbroker.KeyTool;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.TlsListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a broker with a wrong certificate, or with TLS on only one side.
 */
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
class TlsFaultTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final String PASSWORD = "secret-of-the-stores";

	private static final String LOGIN = "s3cret-of-the-login";

	private static final Duration WATCHED = Duration.ofSeconds(3);

	private static final String USER = "user-" + UUID.randomUUID();

	@RegisterExtension
	static final EmbeddedPrograms programs = new EmbeddedPrograms();

	@TempDir
	private static Path directory;

	// Contains only the authority, because the programs trust everything in it
	private static Path authority;

	private static Path keys;

	@BeforeAll
	static void makeCertificates() throws Exception {
		authority = directory.resolve("authority.p12");
		KeyTool.makeKey(authority, PASSWORD, "authority", "-ext", "bc:c");
		keys = Files.copy(authority, directory.resolve("keys.p12"));
		KeyTool.makeKey(keys, PASSWORD, "good", "-signer", "authority", "-ext", "san=dns:localhost,ip:127.0.0.1");
		KeyTool.makeKey(keys, PASSWORD, "other-host", "-signer", "authority", "-ext", "san=dns:other.example");
		KeyTool.makeKey(keys, PASSWORD, "expired", "-signer", "authority", "-ext", "san=dns:localhost,ip:127.0.0.1",
				"-startdate", "-10d");
	}

	@BeforeEach
	void addUser() {
		rabbitmqctl("add_user", USER, LOGIN);
		rabbitmqctl("set_permissions", "-p", programs.host().name(), USER, ".*", ".*", ".*");
	}

	@AfterEach
	void deleteUser() {
		rabbitmqctl("delete_user", USER);
	}

	private static void rabbitmqctl(String... arguments) {
		TestBroker.shared().rabbitmqctl(arguments);
	}

	private static TlsListener listener(String alias) throws Exception {
		return new TlsListener(keys, alias, PASSWORD.toCharArray(), TestBroker.shared());
	}

	private static List<String> arguments(int port, String... more) {
		return LoadedPair.arguments(broker(port, "server.port", "0", "rabbit.rpc.client.deadline", "30s"), more);
	}

	private static Map<String, String> broker(int port, String... more) {
		Map<String, String> settings = new HashMap<>(
				Map.of("spring.rabbitmq.addresses", "127.0.0.1:" + port, "spring.rabbitmq.virtual-host",
						programs.host().name(), "spring.rabbitmq.username", USER, "spring.rabbitmq.password", LOGIN));
		for (int i = 0; i < more.length; i += 2) {
			settings.put(more[i], more[i + 1]);
		}
		return settings;
	}

	private static String[] trustingTheAuthority() {
		return new String[] { "--spring.rabbitmq.ssl.bundle=broker",
				"--spring.ssl.bundle.jks.broker.truststore.location=" + authority.toUri(),
				"--spring.ssl.bundle.jks.broker.truststore.type=PKCS12",
				"--spring.ssl.bundle.jks.broker.truststore.password=" + PASSWORD };
	}

	private static String[] trustingTheAuthorityWithoutABundle() {
		return new String[] { "--spring.rabbitmq.ssl.enabled=true",
				"--spring.rabbitmq.ssl.trust-store=" + authority.toUri(),
				"--spring.rabbitmq.ssl.trust-store-type=PKCS12",
				"--spring.rabbitmq.ssl.trust-store-password=" + PASSWORD };
	}

	private static List<Program> startClients(List<String> settings) {
		List<Program> clients = new ArrayList<>();
		for (ReplyMode mode : ReplyMode.values()) {
			List<String> arguments = new ArrayList<>(settings);
			arguments.addAll(List.of(mode.argument(), "10"));
			clients.add(programs.start("fib-client", Map.of(), arguments));
		}
		return clients;
	}

	private static void assertRefused(List<String> settings, String sentence) {
		Program server = programs.start("fib-server", Map.of(), settings(settings));
		for (Program client : startClients(settings)) {
			ProgramResult result = client.result(TIMEOUT);
			assertThat(result.output()).isEmpty();
			assertThat(result.errors()).singleElement()
				.asString()
				.startsWith("error: PERMISSION_DENIED: ")
				.contains(sentence);
			assertThat(result.exitCode()).isEqualTo(7);
			assertTellsNoPassword(client);
		}
		assertThat(server.exitCode(TIMEOUT)).isEqualTo(7);
		assertThat(server.errors()).filteredOn((line) -> line.contains(sentence)).isNotEmpty();
		ProgramLog.fromStart(server).assertNoStackTrace();
		assertTellsNoPassword(server);
	}

	private static void assertTellsNoPassword(Program program) {
		assertThat(program.lines()).noneMatch((line) -> line.contains(PASSWORD) || line.contains(LOGIN));
	}

	private static List<String> settings(List<String> settings) {
		return settings.stream().filter((setting) -> !setting.startsWith("--fib.client.")).toList();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@Fault(FaultCase.TLS)
	void goodCertificate(boolean bundle) throws Exception {
		try (TlsListener good = listener("good")) {
			List<String> settings = arguments(good.port(),
					bundle ? trustingTheAuthority() : trustingTheAuthorityWithoutABundle());
			programs.start("fib-server", Map.of(), settings(settings)).awaitReady();
			for (Program client : startClients(settings)) {
				assertThat(client.result(TIMEOUT).output()).containsExactly("fib(10) = 55");
			}
		}
	}

	@Test
	@Fault(FaultCase.G5_AUTHORITY)
	void unknownAuthority() throws Exception {
		try (TlsListener good = listener("good")) {
			assertRefused(arguments(good.port(), "--spring.rabbitmq.ssl.enabled=true"),
					"this program does not trust the authority of the broker's certificate");
		}
	}

	@Test
	@Fault(FaultCase.G5_HOST)
	void certificateOfAnotherHost() throws Exception {
		try (TlsListener other = listener("other-host")) {
			assertRefused(arguments(other.port(), trustingTheAuthority()), "the broker's certificate does not fit: ");
		}
	}

	@Test
	@Fault(FaultCase.G5_EXPIRED)
	void expiredCertificate() throws Exception {
		try (TlsListener expired = listener("expired")) {
			assertRefused(arguments(expired.port(), trustingTheAuthority()), "the broker's certificate has expired");
		}
	}

	@Test
	@Fault(FaultCase.G5_PLAIN_BROKER)
	void tlsToAPlainPort() {
		assertRefused(arguments(TestBroker.shared().port(), trustingTheAuthority()), "this port does not speak TLS");
	}

	@Test
	@Fault(FaultCase.G5_PLAIN_PROGRAM)
	void plainToATlsPort() throws Exception {
		try (TlsListener good = listener("good")) {
			assertRefused(arguments(good.port()), "does it want TLS?");
		}
	}

	@Test
	@Fault(FaultCase.TLS_RENEWED)
	void certificateThatExpiresMeanwhile() throws Exception {
		try (TlsListener listener = listener("good")) {
			Map<String, String> broker = broker(listener.port());
			for (String setting : trustingTheAuthority()) {
				String[] parts = setting.substring(2).split("=", 2);
				broker.put(parts[0], parts[1]);
			}
			Program server = programs.start("fib-server", Map.of(), LoadedPair.arguments(broker, "--server.port=0"))
				.awaitReady();
			CallLoops calls = CallLoops.start(programs, broker, LoadedPair.DEADLINE);
			calls.await("OK", TIMEOUT);
			listener.present("expired");
			programs.host().closeAllConnections("the certificate has expired");
			calls.await("PERMISSION_DENIED", LoadedPair.RECOVERY);
			int before = listener.connections();
			Thread.sleep(WATCHED.toMillis());
			assertThat(listener.connections() - before).as("attempts of three programs").isBetween(1, 36);
			listener.present("good");
			calls.await("OK", LoadedPair.RECOVERY);
			calls.assertEndedOnly("OK", "UNAVAILABLE", "PERMISSION_DENIED");
			ProgramLog.fromStart(server).assertNoStackTrace();
			assertTellsNoPassword(server);
		}
	}

}
