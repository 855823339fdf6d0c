package io.fibrpc.systemtests;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import com.jayway.jsonpath.JsonPath;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what the programs show by HTTP to operators, and of a port for it alone.
 */
@Tag("broker")
@Tag("once")
class ManagementPortTests {

	@RegisterExtension
	static final EmbeddedPrograms PROGRAMS = new EmbeddedPrograms();

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private static List<String> ports(Program program) {
		return program.lines().map(PORT::matcher).filter((line) -> line.find()).map((line) -> line.group(1)).toList();
	}

	@ParameterizedTest
	@ValueSource(strings = { "fib-server", "fib-client" })
	void onlyHealthInfoAndMetersAreExposed(String module) {
		Map<String, Object> links = JsonPath.read(PROGRAMS.start(module, PROGRAMS.host()).get("/actuator"), "$._links");
		assertThat(links).containsOnlyKeys("self", "health", "health-path", "info", "prometheus");
	}

	@ParameterizedTest
	@ValueSource(strings = { "fib-server", "fib-client" })
	void operatorsCanHaveAPortOfTheirOwn(String module) {
		Program program = PROGRAMS.start(module, PROGRAMS.host(), "--management.server.port=0");
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> ports(program).size() == 2);
		String management = "http://localhost:" + ports(program).get(1);
		assertThat(List.of("/actuator/health/liveness", "/actuator/info", "/actuator/prometheus"))
			.allSatisfy((path) -> assertThat(program.status(management + path)).isEqualTo(200))
			.allSatisfy((path) -> assertThat(program.status(path)).isEqualTo(404));
		assertThat(program.status(management + "/fibonacci/30")).isEqualTo(404);
		program.awaitUp(management + "/actuator/health", Duration.ofSeconds(60));
	}

}
