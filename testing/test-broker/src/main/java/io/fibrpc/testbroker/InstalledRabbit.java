package io.fibrpc.testbroker;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * An installed RabbitMQ, and what all private nodes of this JVM share: a port mapper, a
 * cookie, a folder of plugins, and sessions of {@code rabbitmqctl}. All of it stops with
 * this JVM.
 *
 * @see <a href="https://www.rabbitmq.com/docs/configure#supported-environment-variables">
 * RabbitMQ's environment variables</a>
 */
final class InstalledRabbit {

	// Erlang looks for a module in one folder after the other: in those of the plugins,
	// the last one first, then in its own. This is the last plugin
	private static final String ALL_MODULES = "zz_all_modules-1.0.0/ebin";

	private static @Nullable InstalledRabbit rabbit;

	private final Path scripts;

	private final Path directory;

	private final int portMapperPort = FreePorts.find(1)[0];

	private final Process portMapper;

	private final Deque<CommandSession> idleSessions = new ArrayDeque<>();

	private InstalledRabbit() {
		this.scripts = findScripts().orElseThrow(() -> new IllegalStateException("rabbitmq-server is not installed"));
		try {
			this.directory = Files.createTempDirectory("fib-test-rabbitmq-");
			Path cookie = Files.writeString(this.directory.resolve(".erlang.cookie"),
					UUID.randomUUID().toString().replace("-", ""));
			Files.setPosixFilePermissions(cookie, PosixFilePermissions.fromString("r--------"));
			Files.writeString(this.directory.resolve("rabbitmqctl"), CommandSession.script());
			linkPlugins(Files.createDirectory(this.directory.resolve("plugins")));
			// Without a port mapper of its own, a node would leave a daemon behind.
			// The shell stops it when the pipe from this JVM ends.
			this.portMapper = new ProcessBuilder("sh", "-c",
					"epmd -port %d -address 127.0.0.1 & cat; kill $!".formatted(this.portMapperPort))
				.redirectErrorStream(true)
				.redirectOutput(this.directory.resolve("epmd.log").toFile())
				.start();
			Runtime.getRuntime().addShutdownHook(new Thread(this::close));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot prepare private RabbitMQ nodes", ex);
		}
	}

	/**
	 * The installed RabbitMQ.
	 * @return always the same
	 * @throws IllegalStateException if there is none
	 */
	static synchronized InstalledRabbit get() {
		if (rabbit == null) {
			rabbit = new InstalledRabbit();
		}
		return rabbit;
	}

	static boolean exists() {
		return findScripts().isPresent();
	}

	// The real scripts, known by rabbitmq-env beside them: Debian's
	// /usr/sbin/rabbitmq-server is a wrapper that changes the user and whose broker
	// survives its SIGTERM
	private static Optional<Path> findScripts() {
		List<Path> candidates = new ArrayList<>();
		String home = System.getenv("RABBITMQ_HOME");
		if (home != null) {
			candidates.add(Path.of(home, "sbin"));
		}
		candidates.add(Path.of("/usr/lib/rabbitmq/bin"));
		commandFolders().forEach(candidates::add);
		return candidates.stream().filter(InstalledRabbit::hasRealScript).findFirst();
	}

	private static Stream<Path> commandFolders() {
		return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)).map(Path::of);
	}

	private static boolean hasRealScript(Path folder) {
		try {
			Path script = folder.resolve("rabbitmq-server");
			return Files.isExecutable(script) && Files.exists(script.toRealPath().resolveSibling("rabbitmq-env"));
		}
		catch (IOException ex) {
			return false;
		}
	}

	// With this folder a node starts with half the processor time. It has what every node
	// needs: at its start a node reads all plugins that it could enable
	private void linkPlugins(Path folder) throws IOException {
		List<Path> libraries = new ArrayList<>();
		for (Path plugin : children(script("rabbitmq-server").toRealPath().resolveSibling("../plugins"), "*")) {
			String name = plugin.getFileName().toString();
			if (!name.startsWith("rabbitmq_") || name.startsWith("rabbitmq_prelaunch-")) {
				libraries.add(Files.createSymbolicLink(folder.resolve(name), plugin.toRealPath()));
			}
		}
		Optional<Path> erl = commandFolders().map((path) -> path.resolve("erl"))
			.filter(Files::isExecutable)
			.findFirst();
		if (erl.isPresent()) {
			libraries.addAll(children(erl.get().toRealPath().resolveSibling("../lib"), "*"));
		}
		linkModules(libraries, Files.createDirectories(folder.resolve(ALL_MODULES)));
	}

	private static void linkModules(List<Path> libraries, Path folder) throws IOException {
		Map<Path, Path> modules = new HashMap<>();
		Set<Path> inSeveral = new HashSet<>();
		for (Path library : libraries) {
			for (Path module : children(library.resolve("ebin"), "*.beam")) {
				if (modules.put(module.getFileName(), module) != null) {
					inSeveral.add(module.getFileName());
				}
			}
		}
		// Erlang knows which of several versions it wants
		modules.keySet().removeAll(inSeveral);
		for (Map.Entry<Path, Path> module : modules.entrySet()) {
			Files.createSymbolicLink(folder.resolve(module.getKey()), module.getValue().toRealPath());
		}
	}

	private static List<Path> children(Path folder, String names) throws IOException {
		List<Path> children = new ArrayList<>();
		if (Files.isDirectory(folder)) {
			try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, names)) {
				found.forEach(children::add);
			}
		}
		return children;
	}

	private Path script(String name) {
		return this.scripts.resolve(name);
	}

	/**
	 * Prepares a start of the server.
	 * @param directory where it starts
	 * @return the command, whose environment names no other node
	 */
	ProcessBuilder server(Path directory) {
		return builder(directory, script("rabbitmq-server").toString());
	}

	private ProcessBuilder builder(Path directory, String... command) {
		ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
		Map<String, String> environment = builder.environment();
		environment.keySet().removeIf(InstalledRabbit::isOfAnotherNode);
		environment.put("HOME", this.directory.toString());
		environment.put("ERL_EPMD_PORT", Integer.toString(this.portMapperPort));
		environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
		environment.put("RABBITMQ_PLUGINS_DIR", this.directory.resolve("plugins").toString());
		return builder;
	}

	private static boolean isOfAnotherNode(String variable) {
		return variable.startsWith("RABBITMQ_") || variable.startsWith("ERL_") || variable.equals("NOTIFY_SOCKET");
	}

	/**
	 * Runs a command.
	 * @param arguments its arguments, which name the node
	 * @param timeout how long it may take
	 * @return as {@link CommandSession#run}
	 */
	String rabbitmqctl(List<String> arguments, Duration timeout) {
		CommandSession idle = takeIdleSession();
		CommandSession session = (idle != null) ? idle : startSession();
		try {
			return session.run(arguments, timeout);
		}
		finally {
			synchronized (this.idleSessions) {
				this.idleSessions.push(session);
			}
		}
	}

	private @Nullable CommandSession takeIdleSession() {
		synchronized (this.idleSessions) {
			this.idleSessions.removeIf(CommandSession::hasEnded);
			return this.idleSessions.poll();
		}
	}

	private CommandSession startSession() {
		try {
			Path escript = script("rabbitmqctl").toRealPath().resolveSibling("../escript/rabbitmqctl").normalize();
			Process process = builder(this.directory, "escript", this.directory.resolve("rabbitmqctl").toString(),
					escript.toString())
				.redirectError(ProcessBuilder.Redirect.appendTo(this.directory.resolve("rabbitmqctl.log").toFile()))
				.start();
			return new CommandSession(process.getOutputStream(), process.getInputStream(), process::destroyForcibly);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot start rabbitmqctl", ex);
		}
	}

	private void close() {
		try {
			this.portMapper.getOutputStream().close();
		}
		catch (IOException ex) {
			// It has ended
		}
		delete(this.directory);
	}

	/**
	 * Deletes a folder.
	 * @param folder the folder, with all that is in it
	 */
	static void delete(Path folder) {
		try (Stream<Path> files = Files.walk(folder)) {
			files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot remove " + folder, ex);
		}
	}

}
