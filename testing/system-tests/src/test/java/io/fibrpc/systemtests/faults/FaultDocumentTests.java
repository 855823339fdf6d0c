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
 * {@code -Dfib.faults.write=true} they write it.
 */
class FaultDocumentTests {

	private static final Path DOCUMENT = Path.of("..", "..", "docs", "faults.md");

	private static final String HEAD = """
			# Faults

			Each row is a fault, and what a call or a message then ends in. Each row is also a test in `io.fibrpc.systemtests.faults`.
			If a client takes part, the test runs with both reply modes. The numbers come from the catalogue of faults from which the
			tests were written. X marks a fault that is not in it.

			This page is generated from the tests' cases, and a test holds it to them. To write it again:

			    mvn -pl testing/system-tests -am verify -Dit.test=FaultDocumentTests -Dfib.faults.write=true \\
			        -Dfailsafe.failIfNoSpecifiedTests=false

			Under every fault, each call ends at most 250 ms after its deadline, in the right value or in one status.
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
			.map(this::faultCase)
			.forEach(missing::remove);
		assertThat(missing).isEmpty();
	}

	private Object faultCase(Method method) {
		Fault fault = method.getAnnotation(Fault.class);
		return (fault != null) ? fault.value() : method;
	}

	private String document() {
		StringBuilder text = new StringBuilder(HEAD).append("""

				## Faults of programs, brokers, networks and access

				| # | fault | what comes of it |
				|---|---|---|
				""");
		for (FaultCase fault : FaultCase.values()) {
			text.append("| %s | %s | %s |\n".formatted(fault.number(), fault.title(), fault.outcome()));
		}
		text.append("""

				## Hostile requests

				After each a good request is answered within 2 s, and nothing is left in the queue.

				| # | request | what comes of it |
				|---|---|---|
				""");
		for (HostileRequest request : HostileRequest.values()) {
			text.append("| %s | %s | %s |\n".formatted(request.number(), request.title(), request.outcome()));
		}
		return text.toString();
	}

}
