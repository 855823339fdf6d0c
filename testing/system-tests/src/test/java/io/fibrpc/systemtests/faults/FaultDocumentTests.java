package io.fibrpc.systemtests.faults;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.ReflectionSupport;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that {@code docs/faults.md} says what the tests check. With
 * {@code -Dfib.faults.write=true} they write the document.
 */
class FaultDocumentTests {

	private static final Path DOCUMENT = Path.of("..", "..", "docs", "faults.md");

	private static final String HEAD = """
			# Faults

			Each row names a fault and what happens then. Each row is also a test in `io.fibrpc.systemtests.faults`. If a client takes
			part, the test runs with both reply modes.

			| it says | that means |
			|---|---|
			| the value | the call returns the right number |
			| a status, for instance UNAVAILABLE | the call ends in this status |
			| at once | within 1 s |
			| in time | at most 250 ms after the call's deadline |
			| values within 10 s | calls return the right numbers again, at most 10 s after the fault has ended |

			The first column groups the faults: A queues and deadlines, B programs and brokers that stop, C networks and addresses,
			D ids and reply addresses, E bodies and headers, F replies, G access and load. X is for everything else.

			This page is generated from the test cases, and a test compares the two. To write it again:

			    mvn -pl testing/system-tests -am verify -Dit.test=FaultDocumentTests -Dfib.faults.write=true \\
			        -Dfailsafe.failIfNoSpecifiedTests=false

			Under every fault, each call ends at most 250 ms after its deadline, with the right value or with one status.
			""";

	@Test
	void documentIsWhatTheCasesSay() throws IOException {
		if (Boolean.getBoolean("fib.faults.write")) {
			Files.createDirectories(Objects.requireNonNull(DOCUMENT.getParent()));
			Files.writeString(DOCUMENT, document());
		}
		assertThat(DOCUMENT).content().isEqualTo(document());
	}

	@Test
	void everyCaseHasATest() {
		Set<FaultCase> missing = EnumSet.allOf(FaultCase.class);
		ReflectionSupport
			.findAllClassesInPackage(FaultDocumentTests.class.getPackageName(), (type) -> true, (name) -> true)
			.stream()
			.flatMap((type) -> Stream.of(type.getDeclaredMethods()))
			.flatMap(this::faultCases)
			.forEach(missing::remove);
		assertThat(missing).isEmpty();
	}

	private Stream<FaultCase> faultCases(Method method) {
		Fault fault = method.getAnnotation(Fault.class);
		return (fault != null) ? Stream.of(fault.value()) : Stream.empty();
	}

	private String document() {
		StringBuilder text = new StringBuilder(HEAD).append("""

				## Faults of programs, brokers, networks and access

				| # | fault | what happens |
				|---|---|---|
				""");
		for (FaultCase fault : FaultCase.values()) {
			text.append("| %s | %s | %s |\n".formatted(fault.number(), fault.title(), fault.outcome()));
		}
		text.append("""

				## Hostile requests

				After each of them the server answers a good request within 2 s, and the queue is empty.

				| # | request | what happens |
				|---|---|---|
				""");
		for (HostileRequest request : HostileRequest.values()) {
			text.append("| %s | %s | %s |\n".formatted(request.number(), request.title(), request.outcome()));
		}
		return text.toString();
	}

}
