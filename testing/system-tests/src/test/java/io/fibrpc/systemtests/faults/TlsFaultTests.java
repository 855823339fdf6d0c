package io.fibrpc.systemtests.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.ProgramResult;
import io.fibrpc.systemtests.ReplyMode;
import io.fibrpc.testbroker.KeyTool;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.TlsListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a broker that is not who it should be, or speaks another language.
 */
@Tag("broker")
@DisplayNameGeneration(FaultNames.class)
class TlsFaultTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final String PASSWORD = "secret";

	@RegisterExtension
	static final EmbeddedPrograms programs = new EmbeddedPrograms();

	@TempDir
	private static Path directory;

	// Holds the authority alone: what else were in it, the programs would trust too
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

	private static TlsListener listener(String alias) throws Exception {
		return new TlsListener(keys, alias, PASSWORD.toCharArray(), TestBroker.shared());
	}

	private static List<String> arguments(int port, String... more) {
		return LoadedPair
			.arguments(Map.of("spring.rabbitmq.addresses", "127.0.0.1:" + port, "spring.rabbitmq.virtual-host",
					programs.host().name(), "server.port", "0", "rabbit.rpc.client.deadline", "30s"), more);
	}

	private static String[] trustingTheAuthority() {
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

	private static void assertRefused(List<String> settings) {
		Program server = programs.start("fib-server", Map.of(), settings(settings));
		for (Program client : startClients(settings)) {
			ProgramResult result = client.result(TIMEOUT);
			assertThat(result.output()).isEmpty();
			assertThat(result.errors()).singleElement().asString().startsWith("error: PERMISSION_DENIED: ");
			assertThat(result.exitCode()).isEqualTo(7);
		}
		assertThat(server.exitCode(TIMEOUT)).isEqualTo(7);
		ProgramLog.fromStart(server).assertNoStackTrace();
	}

	private static List<String> settings(List<String> settings) {
		return settings.stream().filter((setting) -> !setting.startsWith("--fib.client.")).toList();
	}

	@Test
	@Fault(FaultCase.TLS)
	void goodCertificate() throws Exception {
		try (TlsListener good = listener("good")) {
			List<String> settings = arguments(good.port(), trustingTheAuthority());
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
			assertRefused(arguments(good.port(), "--spring.rabbitmq.ssl.enabled=true"));
		}
	}

	@Test
	@Fault(FaultCase.G5_HOST)
	void certificateOfAnotherHost() throws Exception {
		try (TlsListener other = listener("other-host")) {
			assertRefused(arguments(other.port(), trustingTheAuthority()));
		}
	}

	@Test
	@Fault(FaultCase.G5_EXPIRED)
	void expiredCertificate() throws Exception {
		try (TlsListener expired = listener("expired")) {
			assertRefused(arguments(expired.port(), trustingTheAuthority()));
		}
	}

	@Test
	@Fault(FaultCase.G5_PLAIN_BROKER)
	void tlsToAPlainPort() {
		assertRefused(arguments(TestBroker.shared().port(), trustingTheAuthority()));
	}

	@Test
	@Fault(FaultCase.G5_PLAIN_PROGRAM)
	void plainToATlsPort() throws Exception {
		try (TlsListener good = listener("good")) {
			assertRefused(arguments(good.port()));
		}
	}

}
