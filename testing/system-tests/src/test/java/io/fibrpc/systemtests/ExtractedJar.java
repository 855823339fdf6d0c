package io.fibrpc.systemtests;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * An executable jar as its own tool extracts it, with an archive of the classes that it
 * loads at its start. With these, a start needs half the processor time. They are made
 * once for each build of the jar and each JDK.
 *
 * @see <a href=
 * "https://docs.spring.io/spring-boot/reference/packaging/class-data-sharing.html">Class
 * data sharing</a>
 */
final class ExtractedJar {

	private static final Path FOLDER = Path.of("target", "extracted");

	private static final Map<String, ExtractedJar> JARS = new ConcurrentHashMap<>();

	private final String module;

	private final Path jar;

	private ExtractedJar(String module) {
		Path shipped = Path.of(shipped(module));
		Path extracted = FOLDER.resolve("%s-%08x".formatted(module, checksum(shipped)));
		this.module = module;
		this.jar = extracted.resolve(module + ".jar");
		if (!Files.exists(extracted)) {
			Path unfinished = FOLDER.resolve(module);
			run("-Djarmode=tools", "-jar", shipped.toString(), "extract", "--force", "--destination",
					unfinished.toString());
			move(unfinished, extracted);
		}
	}

	// The file's time does not help: it is the same for each build
	private static long checksum(Path file) {
		CRC32 checksum = new CRC32();
		try {
			checksum.update(Files.readAllBytes(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return checksum.getValue();
	}

	private static void move(Path from, Path to) {
		try {
			Files.move(from, to);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static ExtractedJar of(String module) {
		return JARS.computeIfAbsent(module, ExtractedJar::new);
	}

	/**
	 * The executable jar itself.
	 * @param module the module that builds it
	 * @return its path
	 */
	static String shipped(String module) {
		Path jar = Path.of("..", "..", module, "target", module + ".jar");
		if (!Files.exists(jar)) {
			throw new IllegalStateException("%s is missing: these tests run after mvn package".formatted(jar));
		}
		return jar.toString();
	}

	List<Path> jars() {
		try (Stream<Path> libraries = Files.list(this.jar.resolveSibling("lib"))) {
			List<Path> files = new ArrayList<>(List.of(this.jar));
			libraries.sorted().forEach(files::add);
			return files;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	URL[] urls() {
		return jars().stream().map(ExtractedJar::url).toArray(URL[]::new);
	}

	private static URL url(Path file) {
		try {
			return file.toUri().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The options that make a JVM run it.
	 * @return options, of which the last two are {@code -jar} and the jar
	 */
	List<String> launch() {
		return List.of(sharedArchive(), "-jar", this.jar.toString());
	}

	/**
	 * The options that make a JVM run a program of the tests with the jar's classes.
	 * @param program the program's main class
	 * @return options, of which the last is the class
	 */
	List<String> launchInside(Class<?> program) {
		String classes = program.getProtectionDomain().getCodeSource().getLocation().getPath();
		return List.of(sharedArchive(), "-cp", this.jar + File.pathSeparator + classes, program.getName());
	}

	private String sharedArchive() {
		Path archive = this.jar.resolveSibling("%s-%s.jsa".formatted(this.module, Runtime.version()));
		synchronized (this) {
			if (!Files.exists(archive)) {
				List<String> options = new ArrayList<>(JarProcess.OPTIONS);
				options.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-Dspring.context.exit=onRefresh", "-jar",
						this.jar.toString(), "--server.port=0"));
				run(options.toArray(String[]::new));
			}
		}
		return "-XX:SharedArchiveFile=" + archive;
	}

	private static void run(String... arguments) {
		List<String> command = new ArrayList<>(List.of(JarProcess.JAVA));
		command.addAll(List.of(arguments));
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			process.getOutputStream().close();
			String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			if (process.waitFor() != 0) {
				throw new IllegalStateException("%s failed:%n%s".formatted(command, printed));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot run " + command, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

}
