package io.fibrpc.systemtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code docker-compose.yml}: which services a profile starts, and that they
 * fit the programs and the files that they name.
 */
@Tag("once")
class ComposeTests {

	private static final Path ROOT = Path.of("..", "..");

	private static final Set<String> DEMO = Set.of("rabbitmq", "fib-server", "fib-server-port", "fib-client");

	private static Map<String, Map<?, ?>> services() throws IOException {
		Map<?, ?> compose = new Yaml().load(Files.readString(ROOT.resolve("docker-compose.yml")));
		Map<String, Map<?, ?>> services = new TreeMap<>();
		at(compose, "services").forEach((name, service) -> services.put(name.toString(), (Map<?, ?>) service));
		return services;
	}

	private static Map<String, Map<?, ?>> services(String profile) throws IOException {
		Map<String, Map<?, ?>> services = services();
		services.values().removeIf((service) -> !list(service, "profiles").contains(profile));
		return services;
	}

	private static Map<?, ?> at(Map<?, ?> map, String key) {
		return Objects.requireNonNullElse((Map<?, ?>) map.get(key), Map.of());
	}

	private static List<?> list(Map<?, ?> map, String key) {
		return Objects.requireNonNullElse((List<?>) map.get(key), List.of());
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "metrics", "cluster", "production" })
	void dockerAcceptsEachProfile(String profile) throws Exception {
		Assumptions.assumeTrue(run("docker", "compose", "version") == 0, "There is no docker compose");
		List<String> command = new ArrayList<>(List.of("docker", "compose"));
		if (!profile.isEmpty()) {
			command.addAll(List.of("--profile", profile));
		}
		command.addAll(List.of("config", "--quiet"));
		assertThat(run(command.toArray(String[]::new))).isZero();
	}

	private static int run(String... command) throws InterruptedException {
		try {
			ProcessBuilder builder = new ProcessBuilder(command).directory(ROOT.toFile());
			builder.environment().remove("COMPOSE_PROFILES");
			Process process = builder.redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			int exitCode = process.waitFor();
			if (exitCode != 0) {
				System.err.println(output);
			}
			return exitCode;
		}
		catch (IOException ex) {
			return -1;
		}
	}

	@Test
	void withoutAProfileTheDemoStarts() throws IOException {
		assertThat(Files.readAllLines(ROOT.resolve(".env"))).contains("COMPOSE_PROFILES=demo");
		assertThat(services("demo")).containsOnlyKeys(DEMO);
	}

	@Test
	void metricsComeOnTopOfTheDemo() throws IOException {
		assertThat(services("metrics").keySet()).containsAll(DEMO).contains("prometheus", "grafana");
	}

	@Test
	void everyServiceHasAProfileAndDependsOnlyOnServicesOfIt() throws IOException {
		Map<String, Map<?, ?>> all = services();
		assertThat(all).allSatisfy((name, service) -> {
			assertThat(list(service, "profiles")).as("profiles of %s", name).isNotEmpty();
			assertThat(at(service, "depends_on").keySet())
				.allSatisfy((other) -> assertThat(list(Objects.requireNonNull(all.get(other)), "profiles"))
					.isEqualTo(list(service, "profiles")));
		});
	}

	@Test
	void everyFileThatAServiceNamesIsThere() throws IOException {
		assertThat(services().values()).flatExtracting((service) -> list(service, "volumes"))
			.extracting((volume) -> volume.toString().split(":", 2)[0])
			.filteredOn((source) -> source.startsWith("./"))
			.isNotEmpty()
			.allSatisfy((source) -> assertThat(ROOT.resolve(source)).exists());
	}

	@Test
	void programsHaveTheTimeThatTheyNeedToStop() throws IOException {
		Map<String, Set<Object>> times = services().values()
			.stream()
			.filter((service) -> service.containsKey("build"))
			.collect(Collectors.groupingBy((service) -> String.valueOf(at(at(service, "build"), "args").get("MODULE")),
					Collectors.mapping((service) -> service.get("stop_grace_period"), Collectors.toSet())));
		assertThat(times).isEqualTo(Map.of("fib-server", Set.of("60s"), "fib-client", Set.of("40s")));
		assertThat(Files.readString(ROOT.resolve("docs/operations.md"))).contains("Give it 60 s");
	}

	@Test
	void programsAreStartedWhenTheyAreReady() throws IOException {
		assertThat(Files.readString(ROOT.resolve("Dockerfile"))).contains("COPY config/image/healthy ./",
				"CMD [\"bash\", \"healthy\", \"liveness\"]");
		assertThat(services().values()).filteredOn((service) -> service.containsKey("build"))
			.hasSize(6)
			.allSatisfy((service) -> assertThat(list(at(service, "healthcheck"), "test"))
				.hasToString("[CMD, bash, healthy, readiness]"));
	}

	@Test
	void portsOfTheHostAreOfItsLoopbackInterface() throws IOException {
		assertThat(services().values()).flatExtracting((service) -> list(service, "ports"))
			.isNotEmpty()
			.allSatisfy((port) -> assertThat(port.toString()).startsWith("127.0.0.1:"));
	}

	@Test
	void programsOfTheClusterKnowEachNode() throws IOException {
		Map<String, Map<?, ?>> services = services("cluster");
		List<String> nodes = services.keySet().stream().filter((name) -> name.contains("rabbitmq")).toList();
		assertThat(nodes).hasSize(3);
		for (String program : List.of("cluster-server", "cluster-client")) {
			assertThat(at(Objects.requireNonNull(services.get(program)), "environment"))
				.extracting("SPRING_RABBITMQ_ADDRESSES")
				.isEqualTo(nodes.stream().map((node) -> node + ":5672").collect(Collectors.joining(",")));
		}
		assertThat(nodes).allSatisfy((node) -> {
			assertThat(Objects.requireNonNull(services.get(node)).get("hostname")).isEqualTo(node);
			assertThat(Files.readString(ROOT.resolve("config/rabbitmq/cluster.conf"))).contains("= rabbit@" + node);
		});
	}

	@Test
	void productionRunsTheShippedFilesAndTellsNoSecret() throws IOException {
		Map<String, Map<?, ?>> services = services("production");
		Map<?, ?> broker = Objects.requireNonNull(services.get("production-rabbitmq"));
		assertThat(list(broker, "volumes").toString()).contains("./config/rabbitmq/production/rabbitmq.conf:",
				"production-broker:/etc/rabbitmq/secrets:ro");
		assertThat(list(broker, "ports")).isEmpty();
		assertThat(services.values())
			.allSatisfy((service) -> assertThat(at(service, "environment").toString().toUpperCase(Locale.ROOT))
				.doesNotContain("PASSWORD", "USERNAME", "GUEST"));
		assertThat(at(Objects.requireNonNull(services.get("production-client")), "environment").get("FIB_CLIENT_PAGE"))
			.as("whether it shows the calls of all callers")
			.isEqualTo("false");
		for (String program : List.of("production-server", "production-client")) {
			Map<?, ?> service = Objects.requireNonNull(services.get(program));
			assertThat(list(service, "volumes")).as(program).hasToString("[%s:/secrets:ro]".formatted(program));
			assertThat(service.get("read_only")).as(program).isEqualTo(true);
			assertThat(list(service, "cap_drop")).as(program).hasToString("[ALL]");
			assertThat(list(service, "security_opt")).as(program).hasToString("[no-new-privileges:true]");
		}
	}

}
