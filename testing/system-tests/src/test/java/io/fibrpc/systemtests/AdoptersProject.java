package io.fibrpc.systemtests;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The programs of {@code testing/adopter}, which use the library and nothing else of this
 * build. It is no module, so this class compiles it. The library and what it needs come
 * from the load tester's jar, which is no web application either.
 */
public final class AdoptersProject {

	private static final Path MAIN = Path.of("..", "adopter", "src", "main");

	// The project has it and the load tester has not
	private static final Pattern VALIDATION = Pattern
		.compile(".*(validat|jboss-logging|classmate|tomcat-embed-el)[^/]*\\.jar");

	private final String classPath;

	/**
	 * Compiles it.
	 * @param folder an empty folder for its classes
	 */
	public AdoptersProject(Path folder) throws IOException {
		Stream<String> libraries = ExtractedJar.of("rabbit-rpc-bench").jars().stream().skip(1).map(Path::toString);
		Stream<String> validation = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((file) -> VALIDATION.matcher(file).matches());
		List<String> entries = new ArrayList<>(List.of(folder.toString(), MAIN.resolve("resources").toString()));
		Stream.concat(libraries, validation).forEach(entries::add);
		this.classPath = String.join(File.pathSeparator, entries);
		List<String> arguments = new ArrayList<>(
				List.of("-parameters", "-proc:none", "-d", folder.toString(), "--class-path", this.classPath));
		try (Stream<Path> files = Files.walk(MAIN.resolve("java"))) {
			files.map(Path::toString).filter((file) -> file.endsWith(".java")).forEach(arguments::add);
		}
		assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
			.isZero();
	}

	/**
	 * Starts one of its programs.
	 * @param program name of the main class
	 * @param settings as arguments. They become system properties, because the client
	 * takes each argument for an article
	 * @param arguments the arguments
	 * @return the program, which may not be ready yet
	 */
	public ProgramProcess start(String program, List<String> settings, String... arguments) {
		List<String> command = new ArrayList<>(List.of(JarProcess.JAVA));
		command.addAll(JarProcess.OPTIONS);
		settings.forEach((setting) -> command.add(setting.replaceFirst("--", "-D")));
		command.addAll(List.of("--class-path", this.classPath, program));
		command.addAll(List.of(arguments));
		return new ProgramProcess(program, command, Map.of());
	}

}
