package io.fibrpc.systemtests.documents;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that {@code docs/settings.md} agrees with the metadata that IDEs read and with
 * the settings of both programs. With {@code -Dfib.settings.write=true} they write the
 * document.
 */
@Tag("once")
class SettingsDocumentTests {

	private static final Path ROOT = Path.of("..", "..");

	private static final Path DOCUMENT = ROOT.resolve("docs").resolve("settings.md");

	// IDEs know only the map that contains these
	private static final List<Setting> OF_QUEUES = List.of(
			new Setting("rabbit.rpc.client.queues.<key>.name", "text", "the key", "name of the queue"),
			new Setting("rabbit.rpc.client.queues.<key>.deadline", "duration", "none",
					"how long a call to this queue waits at most, from 1 ms to 1 day. If it is not set, "
							+ "rabbit.rpc.client.deadline counts"),
			new Setting("rabbit.rpc.client.queues.<key>.idempotent", "`true` or `false`", "`false`",
					"whether a call to this queue may be made again even if it may have run"),
			new Setting("rabbit.rpc.client.queues.<key>.shards", "whole number", "`1`",
					"how many queues share the calls to this queue, from 1 to 100: the queue itself, then the queues "
							+ "with .1, .2 and so on after its name"));

	private static final String HEAD = """
			# Settings

			You can set each of these

			- as an argument: `--rabbit.rpc.client.deadline=2s`
			- in the environment: `RABBIT_RPC_CLIENT_DEADLINE=2s`
			- in `application.properties`: `rabbit.rpc.client.deadline=2s`

			Durations are numbers with a unit: `300ms`, `2s`, `1m`, `1d`. All settings `spring.rabbitmq.*` work as Spring Boot documents
			them. A wrong value stops the start with one sentence. So does a value of `spring.rabbitmq.*` that would break a promise of the
			library, such as `requested-heartbeat=0`.

			This page is generated from the code, and a test holds it to the code. To write it again:

			    mvn -pl testing/system-tests -am verify -Dit.test=SettingsDocumentTests -Dfib.settings.write=true \\
			        -Dfailsafe.failIfNoSpecifiedTests=false
			""";

	@Test
	void documentIsWhatTheBuildKnows() throws IOException {
		if (Boolean.getBoolean("fib.settings.write")) {
			Files.writeString(DOCUMENT, document());
		}
		assertThat(DOCUMENT).content().isEqualTo(document());
	}

	@Test
	void settingsOfQueuesAreThoseOfTheirClass() throws IOException {
		String code = Files
			.readString(ROOT.resolve("rabbit-rpc/src/main/java/io/rabbitrpc/client/RpcClientProperties.java"));
		String components = Pattern.compile("public record Queue\\((.*?)\\) \\{", Pattern.DOTALL)
			.matcher(code)
			.results()
			.map((record) -> record.group(1))
			.collect(Collectors.joining());
		assertThat(Pattern.compile(" (\\w+)(?:,|$)").matcher(components).results())
			.extracting((name) -> "rabbit.rpc.client.queues.<key>." + name.group(1))
			.containsExactlyElementsOf(OF_QUEUES.stream().map(Setting::name).toList());
	}

	private static String document() throws IOException {
		List<Setting> library = settings("rabbit-rpc");
		StringBuilder text = new StringBuilder(HEAD);
		text.append(table("Connections", "For both sides.",
				library.stream().filter((setting) -> setting.name().matches("rabbit\\.rpc\\.[^.]+"))));
		text.append(table("Calls", "For every program that makes calls by `rabbit-rpc`.",
				library.stream().filter((setting) -> setting.name().startsWith("rabbit.rpc.client."))));
		text.append(table("Single queues",
				"""
						`<key>` is the name of a queue, or any word if `.name` is set. For example, `rabbit.rpc.client.queues.quotes.deadline=300ms`.
						Two keys for one queue stop the start: set the queue of `fib-client` by its key `fib`. The health of the client names a queue
						that does not exist.""",
				OF_QUEUES.stream()));
		text.append(table("Listeners", "For every program with listeners of the container factory `rpc`.",
				library.stream().filter((setting) -> setting.name().startsWith("rabbit.rpc.server."))));
		text.append(table("Health", "For both, where Actuator is there.",
				library.stream().filter((setting) -> setting.name().startsWith("management."))));
		text.append(table("`fib-server`", "", settings("fib-server").stream()));
		text.append(table("`fib-client`", "", settings("fib-client").stream()));
		return text.append(programs()).toString();
	}

	private static String table(String title, String sentence, Stream<Setting> settings) {
		return """

				## %s

				%s| setting | type | default | it is |
				|---|---|---|---|
				%s
				""".formatted(title, sentence.isEmpty() ? "" : sentence + "\n\n",
				settings.map(Setting::row).collect(Collectors.joining("\n")));
	}

	private static String programs() throws IOException {
		Properties server = application("fib-server");
		Properties client = application("fib-client");
		TreeSet<String> names = new TreeSet<>(server.stringPropertyNames());
		names.addAll(client.stringPropertyNames());
		return """

				## What the programs set

				`fib-server` and `fib-client` have these values in their `application.properties`. You can change them like all others.

				| setting | `fib-server` | `fib-client` |
				|---|---|---|
				%s
				"""
			.formatted(names.stream()
				.filter((name) -> !name.startsWith("logging."))
				.map((name) -> "| `%s` | %s | %s |".formatted(name, code(server.getProperty(name, "")),
						code(client.getProperty(name, ""))))
				.collect(Collectors.joining("\n")));
	}

	private static String code(String value) {
		return value.isEmpty() ? "" : "`%s`".formatted(value);
	}

	private static Properties application(String module) throws IOException {
		Properties properties = new Properties();
		try (Reader file = Files.newBufferedReader(
				ROOT.resolve(module).resolve("src/main/resources/application.properties"), StandardCharsets.UTF_8)) {
			properties.load(file);
		}
		return properties;
	}

	private static List<Setting> settings(String module) throws IOException {
		String metadata = Files
			.readString(ROOT.resolve(module).resolve("target/classes/META-INF/spring-configuration-metadata.json"));
		List<Map<String, Object>> properties = JsonPath.read(metadata, "$.properties");
		return properties.stream().map((property) -> setting(module, property)).toList();
	}

	private static Setting setting(String module, Map<String, Object> property) {
		String value = String.valueOf(property.get("defaultValue"));
		String shown = switch (value) {
			case "none", "{}" -> "none";
			default -> "`%s`".formatted(value);
		};
		return new Setting(String.valueOf(property.get("name")), type(module, String.valueOf(property.get("type"))),
				shown, String.valueOf(property.get("description")));
	}

	private static String type(String module, String type) {
		return switch (type) {
			case "java.lang.Boolean" -> "`true` or `false`";
			case "java.lang.Double" -> "number";
			case "java.lang.Integer" -> "whole number";
			case "java.lang.String" -> "text";
			case "java.time.Duration" -> "duration";
			default -> type.startsWith("java.util.Map") ? "[a map](#single-queues)" : constants(module, type);
		};
	}

	// Read from the source, because the classes of the programs are not on this class
	// path
	private static String constants(String module, String type) {
		String file = type.replaceFirst("\\$.*", "").replace('.', '/');
		String name = type.replaceFirst(".*[.$]", "");
		try {
			String code = Files
				.readString(ROOT.resolve("%s/src/main/java/%s.java".formatted(module, file)), StandardCharsets.UTF_8)
				.replaceAll("(?s)/\\*.*?\\*/|\\(\"[^\"]*\"\\)", "");
			return Pattern.compile("enum %s \\{([A-Z_,\\s]+)".formatted(name))
				.matcher(code)
				.results()
				.flatMap((match) -> Stream.of(match.group(1).split(",")))
				.map((constant) -> "`%s`".formatted(constant.strip().toLowerCase(Locale.ROOT).replace('_', '-')))
				.collect(Collectors.joining(" or "));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A row of the document.
	 *
	 * @param name full name of the setting
	 * @param type what its values are
	 * @param value its default
	 * @param description what it is for, without a full stop
	 */
	private record Setting(String name, String type, String value, String description) {

		String row() {
			String sentence = Character.toUpperCase(this.description.charAt(0)) + this.description.substring(1);
			return "| `%s` | %s | %s | %s |".formatted(this.name, this.type, this.value,
					sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence);
		}

	}

}
