package io.fibrpc.testbroker;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A node of an installed RabbitMQ with a name, ports and data of its own, so that it does
 * not touch other brokers of the machine. It stops with this JVM, even if the JVM is
 * killed, because its standard input is a pipe from here.
 */
final class PrivateNode implements BrokerNode {

	private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(60);

	private static final int LOG_LINES = 40;

	private final InstalledRabbit rabbit = InstalledRabbit.get();

	private final Path directory;

	private final int port;

	private final int distributionPort;

	// A port for connections without TLS
	private boolean portByEnvironment = true;

	private @Nullable Process server;

	PrivateNode() {
		int[] ports = FreePorts.find(2);
		this.port = ports[0];
		this.distributionPort = ports[1];
		try {
			this.directory = Files.createTempDirectory("fib-test-broker-");
			Files.writeString(this.directory.resolve("enabled_plugins"), "[].\n");
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

	@Override
	public void configure(String settings) {
		try {
			Files.writeString(this.directory.resolve("rabbitmq.conf"), settings, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot configure " + nodeName(), ex);
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
			ProcessBuilder builder = this.rabbit.server(this.directory)
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(logFile()));
			setEnvironment(builder.environment());
			// The script becomes the Erlang VM, which stops at the end of its input
			builder.environment().put("RABBITMQ_ALLOW_INPUT", "1");
			this.server = builder.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot start a private RabbitMQ node", ex);
		}
	}

	// @localhost works with every host name
	@Override
	public String nodeName() {
		return "fib-test-%d@localhost".formatted(this.port);
	}

	@Override
	public BrokerNode another() {
		return new PrivateNode();
	}

	private void setEnvironment(Map<String, String> environment) {
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
		environment.put("RABBITMQ_CONFIG_FILE", path("rabbitmq.conf"));
		environment.put("RABBITMQ_CONF_ENV_FILE", path("env.conf"));
		environment.put("RABBITMQ_PID_FILE", path("pid"));
	}

	private String path(String name) {
		return this.directory.resolve(name).toString();
	}

	private File logFile() {
		return this.directory.resolve("node.log").toFile();
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
			List<String> lines = Files.readAllLines(logFile().toPath());
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
		return this.rabbit.rabbitmqctl(quiet, COMMAND_TIMEOUT);
	}

	@Override
	public void close() {
		kill();
		InstalledRabbit.delete(this.directory);
	}

}
