package io.fibrpc.systemtests;

import java.util.List;
import java.util.Map;

/**
 * Programs that run as users run them: executable jars as processes, for tests of
 * signals, exit codes, outputs, the order of starts, and memory.
 */
public final class Programs extends AbstractPrograms<JarProcess> {

	@Override
	JarProcess startProgram(String module, Map<String, String> environment, List<String> arguments) {
		return JarProcess.start(module, environment, arguments);
	}

	@Override
	JarProcess startProgramInside(String module, Class<?> program, List<String> arguments) {
		return JarProcess.startInside(module, program, arguments);
	}

}
