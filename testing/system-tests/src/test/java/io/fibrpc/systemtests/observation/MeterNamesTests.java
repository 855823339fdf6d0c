package io.fibrpc.systemtests.observation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the dashboard and the alerts use only series that exist.
 */
@Tag("broker")
class MeterNamesTests {

	private static final Pattern NAME = Pattern.compile("\\b(fib|rabbit_rpc)_(client|server)_[a-z_]+[a-z]\\b");

	private static final Path CONFIG = Path.of("..", "..", "config");

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	@Test
	void everySeriesThatIsAskedForExists() throws IOException {
		Program server = this.programs.server();
		Program client = this.programs.client(ReplyMode.DIRECT).awaitReady();
		Set<String> there = Stream.of(server, client)
			.flatMap((program) -> program.get("/actuator/prometheus").lines())
			.filter((line) -> line.matches("(fib|rabbit_rpc)_.*"))
			.map((line) -> line.replaceFirst("[ {].*", ""))
			.collect(Collectors.toCollection(TreeSet::new));
		for (String file : new String[] { "prometheus/alerts.yml", "grafana/dashboards/fib-rpc.json" }) {
			Set<String> asked = NAME.matcher(Files.readString(CONFIG.resolve(file)))
				.results()
				.map((match) -> match.group())
				.collect(Collectors.toCollection(TreeSet::new));
			assertThat(asked).as(file).isNotEmpty();
			assertThat(there).as(file).containsAll(asked);
		}
	}

}
