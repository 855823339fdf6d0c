package io.fibrpc.systemtests;

import java.util.List;
import java.util.Map;

/**
 * Programs that run in the tests' JVM, for tests of messages, queues, networks and
 * access.
 */
public final class EmbeddedPrograms extends AbstractPrograms<Program> {

	@Override
	Program startProgram(String module, Map<String, String> environment, List<String> arguments) {
		if (!environment.isEmpty()) {
			throw new IllegalArgumentException("Only a process has an environment of its own");
		}
		return EmbeddedProgram.start(module, arguments);
	}

	@Override
	Program startProgramInside(String module, Class<?> program, List<String> arguments) {
		return EmbeddedProgram.startInside(module, program, arguments);
	}

}
