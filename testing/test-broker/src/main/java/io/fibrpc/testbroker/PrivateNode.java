package io.fibrpc.testbroker;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A node of an installed RabbitMQ with a name, ports, data and a cookie of its own, so
 * that it does not touch other brokers of the machine. It stops with this JVM, even if
 * the JVM is killed, because its standard input is a pipe from here.
 *
 * @see <a href="https://www.rabbitmq.com/docs/configure#supported-environment-variables">
 * RabbitMQ's environment variables</a>
 */
final class PrivateNode implements BrokerNode {

	private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(60);

	private static final int LOG_LINES = 40;

	private final Path scripts;

	private final Path directory;

	private final int port;

	private final int distributionPort;

	private final int portMapperPort;

	// This node shares its port mapper and cookie
	private final @Nullable PrivateNode first;

	// A port for connections without TLS
	private boolean portByEnvironment = true;

	private @Nullable Process portMapper;

	private @Nullable Process server;

	private @Nullable CommandSession session;

	PrivateNode() {
		this(null);
	}

	private PrivateNode(@Nullable PrivateNode first) {
		this.first = first;
		this.scripts = findScripts().orElseThrow(() -> new IllegalStateException("rabbitmq-server is not installed"));
		int[] ports = FreePorts.find(3);
		this.port = ports[0];
		this.distributionPort = ports[1];
		this.portMapperPort = (first != null) ? first.portMapperPort : ports[2];
		try {
			this.directory = Files.createTempDirectory("fib-test-broker-");
			Path cookie = Files.writeString(cookie(),
					(first != null) ? Files.readString(first.cookie()) : UUID.randomUUID().toString().replace("-", ""));
			Files.setPosixFilePermissions(cookie, PosixFilePermissions.fromString("r--------"));
			Files.writeString(this.directory.resolve("enabled_plugins"), "[].\n");
			linkPlugins(Files.createDirectory(this.directory.resolve("plugins")));
			Files.writeString(this.directory.resolve("env.conf"), "");
			Files.writeString(this.directory.resolve("rabbitmq.conf"), """
					listeners.tcp.default = 127.0.0.1:%d
					log.console = true
					log.file = false
					""".formatted(this.port));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot prepare a private RabbitMQ node", ex);
		}
	}

	@Override
	public void configureTls(Path configuration, Path secrets) {
		try {
			// As on a machine of its own, except for the port and the place of the files
			Files.writeString(this.directory.resolve("rabbitmq.conf"),
					Files.readString(configuration)
						.replace("/etc/rabbitmq/secrets", secrets.toAbsolutePath().toString())
						.replace("listeners.ssl.default = 5671", "listeners.ssl.default = 127.0.0.1:" + this.port));
			configure("log.console = true\nlog.file = false\n");
			this.portByEnvironment = false;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot configure " + nodeName(), ex);
		}
	}

	private Path cookie() {
		return this.directory.resolve(".erlang.cookie");
	}

	@Override
	public void configure(String settings) {
		try {
			Files.writeString(this.directory.resolve("rabbitmq.conf"), settings, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot configure " + nodeName(), ex);
		}
	}

	// At its start a node reads all plugins that it could enable. Without them, a start
	// takes a sixth less processor time. Their folder also holds what every node needs.
	private void linkPlugins(Path folder) throws IOException {
		Path installed = this.scripts.resolve("rabbitmq-server").toRealPath().resolveSibling("../plugins").normalize();
		try (DirectoryStream<Path> plugins = Files.newDirectoryStream(installed)) {
			for (Path plugin : plugins) {
				String name = plugin.getFileName().toString();
				if (!name.startsWith("rabbitmq_") || name.startsWith("rabbitmq_prelaunch-")) {
					Files.createSymbolicLink(folder.resolve(name), plugin);
				}
			}
		}
	}

	// The real scripts, known by rabbitmq-env beside them: Debian's
	// /usr/sbin/rabbitmq-server is a wrapper that changes the user and whose broker
	// survives its SIGTERM
	static Optional<Path> findScripts() {
		List<Path> candidates = new ArrayList<>();
		String home = System.getenv("RABBITMQ_HOME");
		if (home != null) {
			candidates.add(Path.of(home, "sbin"));
		}
		candidates.add(Path.of("/usr/lib/rabbitmq/bin"));
		for (String entry : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
			candidates.add(Path.of(entry));
		}
		return candidates.stream().filter(PrivateNode::hasRealScript).findFirst();
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

	@Override
	public String host() {
		return "127.0.0.1";
	}

	@Override
	public int port() {
		return this.port;
	}

	@Override
	public void start() {
		try {
			if (this.first == null && this.portMapper == null) {
				// Without a port mapper of its own, the node would leave a daemon behind.
				// The shell stops it when the pipe from this JVM ends.
				this.portMapper = new ProcessBuilder("sh", "-c",
						"epmd -port %d -address 127.0.0.1 & cat; kill $!".formatted(this.portMapperPort))
					.redirectErrorStream(true)
					.redirectOutput(log("epmd"))
					.start();
			}
			ProcessBuilder builder = builder("rabbitmq-server").redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(log("node")));
			// The script becomes the Erlang VM, which stops at the end of its input
			builder.environment().put("RABBITMQ_ALLOW_INPUT", "1");
			this.server = builder.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot start a private RabbitMQ node", ex);
		}
	}

	private ProcessBuilder builder(String script, String... arguments) {
		List<String> command = new ArrayList<>(List.of(this.scripts.resolve(script).toString()));
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.directory.toFile());
		builder.environment().keySet().removeIf(PrivateNode::isOfAnotherNode);
		setEnvironment(builder.environment());
		return builder;
	}

	private static boolean isOfAnotherNode(String variable) {
		return variable.startsWith("RABBITMQ_") || variable.startsWith("ERL_") || variable.equals("NOTIFY_SOCKET");
	}

	// @localhost works with every host name
	@Override
	public String nodeName() {
		return "fib-test-%d@localhost".formatted(this.port);
	}

	@Override
	public BrokerNode another() {
		return new PrivateNode(this);
	}

	private void setEnvironment(Map<String, String> environment) {
		environment.put("HOME", this.directory.toString());
		environment.put("ERL_EPMD_PORT", Integer.toString(this.portMapperPort));
		environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
		environment.put("ERL_CRASH_DUMP", path("erl_crash.dump"));
		environment.put("RABBITMQ_NODENAME", nodeName());
		if (this.portByEnvironment) {
			environment.put("RABBITMQ_NODE_PORT", Integer.toString(this.port));
			environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
		}
		environment.put("RABBITMQ_DIST_PORT", Integer.toString(this.distributionPort));
		environment.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
				"-kernel inet_dist_use_interface {127,0,0,1} " + NO_BUSY_WAIT);
		environment.put("RABBITMQ_MNESIA_BASE", path("mnesia"));
		environment.put("RABBITMQ_LOG_BASE", path("log"));
		environment.put("RABBITMQ_LOGS", "-");
		environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", path("enabled_plugins"));
		environment.put("RABBITMQ_PLUGINS_DIR", path("plugins"));
		environment.put("RABBITMQ_CONFIG_FILE", path("rabbitmq.conf"));
		environment.put("RABBITMQ_CONF_ENV_FILE", path("env.conf"));
		environment.put("RABBITMQ_PID_FILE", path("pid"));
	}

	private String path(String name) {
		return this.directory.resolve(name).toString();
	}

	private File log(String name) {
		return this.directory.resolve(name + ".log").toFile();
	}

	@Override
	public void stop() {
		if (this.server != null) {
			// By the handle: Process.destroy() closes the pipe, which halts the node at
			// once
			this.server.toHandle().destroy();
			Commands.await(this.server);
		}
	}

	@Override
	public void kill() {
		if (this.server != null) {
			Commands.await(this.server.destroyForcibly());
		}
	}

	@Override
	public void pause() {
		signal("STOP");
	}

	@Override
	public void resume() {
		signal("CONT");
	}

	private void signal(String name) {
		if (this.server != null) {
			Commands.run(new ProcessBuilder("kill", "-" + name, Long.toString(this.server.pid())), COMMAND_TIMEOUT);
		}
	}

	@Override
	public boolean isRunning() {
		return this.server != null && this.server.isAlive();
	}

	@Override
	public String log() {
		try {
			List<String> lines = Files.readAllLines(log("node").toPath());
			return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
		}
		catch (IOException ex) {
			return "no log: " + ex.getMessage();
		}
	}

	@Override
	public String rabbitmqctl(String... arguments) {
		List<String> quiet = new ArrayList<>(List.of("-q", "-n", nodeName()));
		quiet.addAll(List.of(arguments));
		return session().run(quiet, COMMAND_TIMEOUT);
	}

	private synchronized CommandSession session() {
		if (this.session == null || this.session.hasEnded()) {
			this.session = startSession();
		}
		return this.session;
	}

	private CommandSession startSession() {
		try {
			Path real = this.scripts.resolve("rabbitmqctl").toRealPath();
			Path escript = real.resolveSibling("../escript/rabbitmqctl").normalize();
			Path script = Files.writeString(this.directory.resolve("rabbitmqctl"), CommandSession.script());
			ProcessBuilder builder = new ProcessBuilder("escript", script.toString(), escript.toString())
				.directory(this.directory.toFile())
				.redirectError(log("rabbitmqctl"));
			builder.environment().keySet().removeIf(PrivateNode::isOfAnotherNode);
			setEnvironment(builder.environment());
			Process process = builder.start();
			return new CommandSession(process.getOutputStream(), process.getInputStream(), process::destroyForcibly);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot start rabbitmqctl", ex);
		}
	}

	@Override
	public void close() {
		kill();
		if (this.session != null) {
			this.session.close();
		}
		try {
			if (this.portMapper != null) {
				this.portMapper.getOutputStream().close();
				Commands.await(this.portMapper);
			}
			try (Stream<Path> files = Files.walk(this.directory)) {
				files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot remove " + this.directory, ex);
		}
	}

}
