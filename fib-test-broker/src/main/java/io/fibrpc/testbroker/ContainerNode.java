package io.fibrpc.testbroker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.rabbitmq.RabbitMQContainer;

/**
 * RabbitMQ in a container, on a fixed port of the host so that it comes back to the same
 * address.
 */
final class ContainerNode implements BrokerNode {

	private static final String IMAGE = "rabbitmq:4.3-management";

	private static final int AMQP_PORT = 5672;

	private static final int STOP_SECONDS = 30;

	private static final int LOG_CHARACTERS = 4000;

	private final RabbitMQContainer container;

	private final int port;

	private boolean created;

	ContainerNode() {
		this.port = FreePorts.find(1)[0];
		this.container = new RabbitMQContainer(IMAGE).waitingFor(new NoWait());
		this.container.setPortBindings(List.of("%d:%d".formatted(this.port, AMQP_PORT)));
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
		List<String> command = new ArrayList<>(List.of("rabbitmqctl", "-q"));
		command.addAll(List.of(arguments));
		try {
			ExecResult result = this.container.execInContainer(command.toArray(new String[0]));
			Commands.check(command, result.getExitCode(), result.getStdout() + result.getStderr());
			return result.getStdout().strip();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot run " + command, ex);
		}
		catch (InterruptedException ex) {
			throw Commands.interrupted(ex);
		}
	}

	@Override
	public void close() {
		this.container.stop();
	}

	/** Waiting is the same for every node, and done elsewhere. */
	private static final class NoWait extends AbstractWaitStrategy {

		@Override
		protected void waitUntilReady() {
		}

	}

}
