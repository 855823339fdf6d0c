package io.fibrpc.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests that the files in {@code deploy/kubernetes} agree with each other and with the
 * programs.
 */
@Tag("once")
class KubernetesTests {

	private static final Path ROOT = Path.of("..", "..");

	private static final Path BASE = ROOT.resolve("deploy/kubernetes/base");

	private static final Path OVERLAY = ROOT.resolve("deploy/kubernetes/overlays/autoscaling");

	// Classes that are generated from the schemas of Kubernetes, each with a check of its
	// own
	private static final Map<String, Schema> SCHEMAS = Map.of("v1 Namespace", V1Namespace::validateJsonElement,
			"v1 Secret", V1Secret::validateJsonElement, "v1 Service", V1Service::validateJsonElement,
			"apps/v1 Deployment", V1Deployment::validateJsonElement, "networking.k8s.io/v1 NetworkPolicy",
			V1NetworkPolicy::validateJsonElement, "policy/v1 PodDisruptionBudget",
			V1PodDisruptionBudget::validateJsonElement);

	// Of operators and of kustomize, which have no such classes
	private static final Pattern WITHOUT_SCHEMA = Pattern
		.compile("(rabbitmq[.]com|keda[.]sh|kustomize[.]config[.]k8s[.]io)/v.*");

	// 10 s less than spring.lifecycle.timeout-per-shutdown-phase, STOP_TIMEOUT of the
	// replies
	private static final int SERVER_STOP_SECONDS = 20 + 5;

	// The end of a consumer, and another channel
	private static final int QUESTIONS = 2;

	// To connect, of consumers and for replies
	private static final int ATTEMPTS = 2;

	private static final int CLIENT_STOP_SECONDS = 10;

	private static List<Object> documents(Path file) throws IOException {
		List<Object> documents = new ArrayList<>();
		new Yaml().loadAll(Files.readString(file)).forEach(documents::add);
		return documents;
	}

	private static Object document(String kind, Path file) throws IOException {
		return documents(file).stream()
			.filter((document) -> kind.equals(at(document, "kind")))
			.findFirst()
			.orElseThrow();
	}

	private static Object at(Object node, Object... path) {
		Object found = node;
		for (Object step : path) {
			found = Objects.requireNonNull(
					(step instanceof Integer index) ? ((List<?>) found).get(index) : ((Map<?, ?>) found).get(step),
					() -> "%s of %s".formatted(List.of(path), node));
		}
		return found;
	}

	private static int seconds(String program, String property) throws IOException {
		String settings = Files.readString(ROOT.resolve(program + "/src/main/resources/application.properties"));
		Matcher setting = Pattern.compile("(?m)^%s=(\\d+)s$".formatted(Pattern.quote(property))).matcher(settings);
		assertThat(setting.find()).as(property).isTrue();
		return Integer.parseInt(setting.group(1));
	}

	private static void validate(Object document) throws IOException {
		String kind = "%s %s".formatted(at(document, "apiVersion"), at(document, "kind"));
		Schema schema = SCHEMAS.get(kind);
		if (schema == null) {
			assertThat(kind).matches(WITHOUT_SCHEMA);
			return;
		}
		schema.validate(new Gson().toJsonTree(document));
	}

	private static Stream<Path> files() throws IOException {
		try (Stream<Path> files = Files.walk(ROOT.resolve("deploy/kubernetes"))) {
			return files.filter((file) -> file.toString().endsWith(".yaml")).sorted().toList().stream();
		}
	}

	@ParameterizedTest
	@MethodSource("files")
	void fileFitsTheSchemas(Path file) throws IOException {
		assertThat(documents(file)).isNotEmpty().allSatisfy(KubernetesTests::validate);
	}

	@ParameterizedTest
	@CsvSource({ "readOnlyRootFilesystem, readOnlyRootFileSystem", "periodSeconds: 2, periodSecond: 2",
			"maxUnavailable: 1, maxUnavailible: 1" })
	void misspeltFieldDoesNotFit(String right, String wrong) throws IOException {
		String server = Files.readString(BASE.resolve("server.yaml"));
		assertThat(server).contains(right);
		assertThatThrownBy(() -> {
			for (Object document : new Yaml().loadAll(server.replace(right, wrong))) {
				validate(document);
			}
		}).isInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void serverHasTheTimeThatItNeedsToStopInASilentNetwork() throws IOException {
		Object pod = at(document("Deployment", BASE.resolve("server.yaml")), "spec", "template", "spec");
		int needed = QUESTIONS * seconds("fib-server", "spring.rabbitmq.channel-rpc-timeout")
				+ ATTEMPTS * seconds("fib-server", "spring.rabbitmq.connection-timeout") + SERVER_STOP_SECONDS;
		int grace = (int) at(pod, "terminationGracePeriodSeconds");
		assertThat(grace).isGreaterThan(needed);
		assertThat(Files.readString(ROOT.resolve("docs/operations.md"))).contains("Give it %d s".formatted(grace));
	}

	@Test
	void clientHasTheTimeThatItNeedsToStop() throws IOException {
		Object pod = at(document("Deployment", BASE.resolve("client.yaml")), "spec", "template", "spec");
		int preStop = (int) at(pod, "containers", 0, "lifecycle", "preStop", "sleep", "seconds");
		assertThat((int) at(pod, "terminationGracePeriodSeconds")).isGreaterThan(preStop + CLIENT_STOP_SECONDS);
	}

	@ParameterizedTest
	@ValueSource(strings = { "server", "client" })
	void programsHaveNoMoreRightsThanTheyNeed(String program) throws IOException {
		Object pod = at(document("Deployment", BASE.resolve(program + ".yaml")), "spec", "template", "spec");
		assertThat(at(pod, "automountServiceAccountToken")).isEqualTo(false);
		assertThat(at(pod, "securityContext", "runAsNonRoot")).isEqualTo(true);
		Object container = at(pod, "containers", 0);
		assertThat(at(container, "securityContext", "allowPrivilegeEscalation")).isEqualTo(false);
		assertThat(at(container, "securityContext", "readOnlyRootFilesystem")).isEqualTo(true);
		assertThat(at(container, "securityContext", "capabilities", "drop")).isEqualTo(List.of("ALL"));
		assertThat(at(container, "resources", "limits", "memory"))
			.isEqualTo(at(container, "resources", "requests", "memory"));
		assertThat((List<?>) at(container, "env"))
			.filteredOn((variable) -> at(variable, "name").toString().matches(".*(USERNAME|PASSWORD)"))
			.hasSize(2)
			.allSatisfy((variable) -> assertThat(at(variable, "valueFrom", "secretKeyRef", "name"))
				.isEqualTo("fib-" + program + "-user-credentials"));
	}

	@Test
	void clientShowsNobodyTheCallsOfOthers() throws IOException {
		Object pod = at(document("Deployment", BASE.resolve("client.yaml")), "spec", "template", "spec");
		assertThat(at(pod, "containers", 0, "env").toString()).contains("{name=FIB_CLIENT_PAGE, value=false}");
	}

	@Test
	void autoscalerKeepsTheQueueBelowItsLimit() throws IOException {
		Object scaling = document("ScaledObject", OVERLAY.resolve("scaled-object.yaml"));
		int each = Integer.parseInt(at(scaling, "spec", "triggers", 0, "metadata", "value").toString());
		int servers = (int) at(scaling, "spec", "maxReplicaCount");
		Object policy = document("Policy", BASE.resolve("broker-access.yaml"));
		assertThat(each * servers).isLessThan((int) at(policy, "spec", "definition", "max-length"));
		assertThat(at(scaling, "spec", "triggers", 0, "metadata", "queueName"))
			.isEqualTo(at(document("Queue", BASE.resolve("broker-access.yaml")), "spec", "name"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "base", "overlays/autoscaling" })
	void kustomizationsNameEachFileBesideThem(String folder) throws IOException {
		Path path = ROOT.resolve("deploy/kubernetes").resolve(folder);
		List<?> resources = (List<?>) at(documents(path.resolve("kustomization.yaml")).get(0), "resources");
		assertThat(resources).allSatisfy((file) -> assertThat(path.resolve(file.toString())).exists());
		try (Stream<Path> files = Files.list(path)) {
			assertThat(files.map((file) -> file.getFileName().toString())
				.filter((file) -> !file.startsWith("kustomization")))
				.allSatisfy((file) -> assertThat(resources.contains(file)).as(file).isTrue());
		}
	}

	/**
	 * The check of a class that is generated from a schema.
	 */
	@FunctionalInterface
	private interface Schema {

		void validate(JsonElement document) throws IOException;

	}

}
