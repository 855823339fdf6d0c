package io.fibrpc.testbroker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.rabbitmq.RabbitMQContainer;
import org.testcontainers.utility.MountableFile;

/**
 * RabbitMQ in a container. Its port on the host is fixed, so that the address stays the
 * same after a restart.
 */
final class ContainerNode implements BrokerNode {

	private static final String IMAGE = "rabbitmq:4.3-management";

	private static final int AMQP_PORT = 5672;

	private static final int TLS_PORT = 5671;

	// For the container's user
	private static final int READABLE = 0555;

	private static final String SETTINGS = "/etc/rabbitmq/conf.d/30-test.conf";

	private static final int STOP_SECONDS = 30;

	private static final int LOG_CHARACTERS = 4000;

	private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(60);

	// The image of RabbitMQ's makers, and those made of a distribution's package
	private static final String START_SESSION = """
			folder=$(mktemp -d) && printf '%s' "$1" >"$folder/rabbitmqctl" || exit 1
			for real in /opt/rabbitmq/escript/rabbitmqctl /usr/lib/rabbitmq/lib/rabbitmq_server-*/escript/rabbitmqctl; do
			  [ -e "$real" ] && exec escript "$folder/rabbitmqctl" "$real"
			done
			exit 1
			""";

	private final RabbitMQContainer container;

	private final int port;

	private final String hostName;

	private final StringBuilder settings = new StringBuilder();

	// Of the nodes of a cluster, the first closes it
	private @Nullable Network network;

	// Flags of the Erlang VM: without a cookie, there is one that the container has made
	private String cookie = "";

	private boolean created;

	private @Nullable CommandSession session;

	ContainerNode() {
		this.port = FreePorts.find(1)[0];
		this.hostName = "fib-test-" + this.port;
		this.container = new RabbitMQContainer(IMAGE).waitingFor(new NoWait());
		this.container.setPortBindings(List.of("%d:%d".formatted(this.port, AMQP_PORT)));
		this.container.withEnv("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", NO_BUSY_WAIT);
		this.container.withCreateContainerCmdModifier((command) -> command.withHostName(this.hostName));
	}

	@Override
	public BrokerNode another() {
		if (this.network == null) {
			this.network = Network.newNetwork();
			join(this.network);
		}
		ContainerNode another = new ContainerNode();
		another.join(this.network);
		return another;
	}

	private void join(Network network) {
		this.container.withNetwork(network).withNetworkAliases(this.hostName);
		// The network's id is no secret, and only its containers reach these ports
		this.cookie = "-setcookie " + network.getId();
		this.container.withEnv("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", NO_BUSY_WAIT + " " + this.cookie);
	}

	@Override
	public void configure(String settings) {
		Transferable all = Transferable.of(this.settings.append(settings).toString(), READABLE);
		if (this.created) {
			this.container.copyFileToContainer(all, SETTINGS);
		}
		else {
			this.container.withCopyToContainer(all, SETTINGS);
		}
	}

	@Override
	public void configureTls(Path configuration, Path secrets) {
		this.container.setPortBindings(List.of("%d:%d".formatted(this.port, TLS_PORT)));
		this.container.withCopyFileToContainer(MountableFile.forHostPath(configuration, READABLE),
				"/etc/rabbitmq/conf.d/20-production.conf");
		this.container.withCopyFileToContainer(MountableFile.forHostPath(secrets, READABLE), "/etc/rabbitmq/secrets/");
	}

	static boolean isDockerAvailable() {
		return DockerClientFactory.instance().isDockerAvailable();
	}

	@Override
	public String host() {
		return this.container.getHost();
	}

	@Override
	public int port() {
		return this.port;
	}

	@Override
	public String nodeName() {
		return "rabbit@" + this.hostName;
	}

	@Override
	public void start() {
		if (this.created) {
			this.container.getDockerClient().startContainerCmd(this.container.getContainerId()).exec();
			return;
		}
		try {
			this.container.start();
			this.created = true;
		}
		catch (RuntimeException ex) {
			throw new IllegalStateException(("Docker answers but cannot run %s: if it is Testcontainers' reaper that"
					+ " fails, set TESTCONTAINERS_RYUK_DISABLED=true; FIB_TEST_BROKER=node takes an installed RabbitMQ")
				.formatted(IMAGE), ex);
		}
	}

	@Override
	public void stop() {
		this.container.getDockerClient()
			.stopContainerCmd(this.container.getContainerId())
			.withTimeout(STOP_SECONDS)
			.exec();
	}

	@Override
	public void kill() {
		this.container.getDockerClient().killContainerCmd(this.container.getContainerId()).exec();
	}

	@Override
	public void pause() {
		this.container.getDockerClient().pauseContainerCmd(this.container.getContainerId()).exec();
	}

	@Override
	public void resume() {
		this.container.getDockerClient().unpauseContainerCmd(this.container.getContainerId()).exec();
	}

	@Override
	public boolean isRunning() {
		return this.created && this.container.isRunning();
	}

	@Override
	public String log() {
		String log = this.container.getLogs();
		return log.substring(Math.max(0, log.length() - LOG_CHARACTERS));
	}

	@Override
	public String rabbitmqctl(String... arguments) {
		List<String> quiet = new ArrayList<>(List.of("-q"));
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
		DockerClient docker = this.container.getDockerClient();
		String exec = docker.execCreateCmd(this.container.getContainerId())
			.withEnv(List.of("ERL_FLAGS=" + this.cookie))
			.withAttachStdin(true)
			.withAttachStdout(true)
			.withCmd("sh", "-c", START_SESSION, "sh", CommandSession.script())
			.exec()
			.getId();
		BytePipe input = new BytePipe();
		BytePipe output = new BytePipe();
		ResultCallback.Adapter<Frame> callback = new SessionOutput(output.input());
		docker.execStartCmd(exec).withStdIn(input).exec(callback);
		return new CommandSession(input.input(), output, () -> TcpProxy.closeQuietly(callback));
	}

	@Override
	public void close() {
		if (this.session != null) {
			this.session.close();
		}
		this.container.stop();
		if (this.network != null) {
			this.network.close();
		}
	}

	/** Hands on what a session prints. */
	private static final class SessionOutput extends ResultCallback.Adapter<Frame> {

		private final OutputStream received;

		SessionOutput(OutputStream received) {
			this.received = received;
		}

		@Override
		public void onNext(Frame frame) {
			try {
				this.received.write(frame.getPayload());
				this.received.flush();
			}
			catch (IOException ex) {
				TcpProxy.closeQuietly(this);
			}
		}

		@Override
		public void onComplete() {
			TcpProxy.closeQuietly(this.received);
			super.onComplete();
		}

		@Override
		public void onError(Throwable failure) {
			TcpProxy.closeQuietly(this.received);
			super.onError(failure);
		}

	}

	/** Does not wait, because another class waits for every kind of node. */
	private static final class NoWait extends AbstractWaitStrategy {

		@Override
		protected void waitUntilReady() {
		}

	}

}
