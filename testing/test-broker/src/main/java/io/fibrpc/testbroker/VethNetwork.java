package io.fibrpc.testbroker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A way to a broker over two network interfaces (a veth pair). It can lose every packet:
 * then nothing is acknowledged, and sockets fill up after some 50 kB. At the far end, in
 * a network namespace of its own, a process forwards all bytes to a proxy in front of the
 * broker. Needs Linux, {@code ip} and the right to use it.
 */
public final class VethNetwork implements AutoCloseable {

	private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(10);

	private static final AtomicInteger COUNT = new AtomicInteger();

	// No interface has this address, so packets to it are lost
	private static final String NOBODY = "02:00:00:00:00:01";

	private final long number = ProcessHandle.current().pid() + COUNT.incrementAndGet();

	private final String name = "rpc%d".formatted(this.number);

	private final String near = "%sa".formatted(this.name);

	private final String far = "%sb".formatted(this.name);

	private final String subnet;

	private final TcpProxy proxy;

	private final Process returning;

	/**
	 * Makes a network.
	 * @param broker where it leads
	 */
	public VethNetwork(TestBroker broker) {
		ip("netns add " + this.name);
		try {
			this.subnet = findSubnet();
			ip("link add %s type veth peer name %s netns %s".formatted(this.near, this.far, this.name));
			ip("addr add %s/24 dev %s".formatted(nearHost(), this.near));
			ip("link set %s up".formatted(this.near));
			ip("-n %s addr add %s/24 dev %s".formatted(this.name, host(), this.far));
			ip("-n %s link set %s up".formatted(this.name, this.far));
			this.proxy = TcpProxy.between(new InetSocketAddress(nearHost(), 0),
					new InetSocketAddress(broker.host(), broker.port()));
			this.returning = startReturning();
		}
		catch (IOException ex) {
			removeNamespace();
			throw new UncheckedIOException("Cannot make a network", ex);
		}
		catch (RuntimeException ex) {
			removeNamespace();
			throw ex;
		}
	}

	// Of a range that is reserved for tests of networks, RFC 2544. Tests that were killed
	// may have left a network there
	private String findSubnet() throws IOException {
		for (int i = 0; i < 256; i++) {
			String free = "198.18.%d".formatted((this.number + i) % 256);
			if (NetworkInterface.getByInetAddress(InetAddress.getByName(nearHost(free))) == null) {
				return free;
			}
		}
		throw new IOException("all networks of 198.18 are taken");
	}

	private Process startReturning() throws IOException {
		String classes = Path.of(VethNetwork.class.getProtectionDomain().getCodeSource().getLocation().getPath())
			.toString();
		Process process = new ProcessBuilder("ip", "netns", "exec", this.name,
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-cp", classes, Returning.class.getName(), host(), Integer.toString(port()),
				nearHost(), Integer.toString(this.proxy.port()))
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		// It prints a line when it listens
		if (process.getInputStream().read() < 0) {
			throw new IOException("nothing listens at the far end");
		}
		return process;
	}

	/**
	 * Whether such a network can be made here.
	 * @return whether it can
	 */
	public static boolean isPossible() {
		if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
			return false;
		}
		String trial = "rpc-trial-%d".formatted(ProcessHandle.current().pid());
		try {
			ip("netns add " + trial);
			try {
				ip("link add %1$sa type veth peer name %1$sb netns %2$s".formatted("rpct", trial));
			}
			finally {
				ip("netns del " + trial);
			}
			return true;
		}
		catch (IllegalStateException | UncheckedIOException ex) {
			return false;
		}
	}

	/**
	 * Where programs find the broker.
	 * @return an address
	 */
	public String host() {
		return this.subnet + ".2";
	}

	private String nearHost() {
		return nearHost(this.subnet);
	}

	private static String nearHost(String subnet) {
		return subnet + ".1";
	}

	/**
	 * The broker's port there.
	 * @return the port
	 */
	public int port() {
		return 5672;
	}

	/**
	 * How many connections lead to the broker now.
	 * @return the number
	 */
	public int connections() {
		return this.proxy.connections();
	}

	/** Loses every packet from now on, each way. */
	public void loseAll() {
		ip("neigh replace %s lladdr %s dev %s nud permanent".formatted(host(), NOBODY, this.near));
		ip("-n %s neigh replace %s lladdr %s dev %s nud permanent".formatted(this.name, nearHost(), NOBODY, this.far));
	}

	/** Lets every packet through again. */
	public void restore() {
		ip("neigh del %s dev %s".formatted(host(), this.near));
		ip("-n %s neigh del %s dev %s".formatted(this.name, nearHost(), this.far));
	}

	@Override
	public void close() {
		Commands.await(this.returning.destroyForcibly());
		this.proxy.close();
		removeNamespace();
	}

	// This removes both interfaces, too
	private void removeNamespace() {
		ip("netns del " + this.name);
	}

	private static void ip(String arguments) {
		List<String> command = new ArrayList<>(List.of("ip"));
		command.addAll(List.of(arguments.split(" ")));
		Commands.run(new ProcessBuilder(command), COMMAND_TIMEOUT);
	}

	/** The process at the far end. */
	public static final class Returning {

		private Returning() {
		}

		/**
		 * Forwards until the process is ended.
		 * @param args host and port to listen on, host and port to forward to
		 * @throws InterruptedException if the thread is interrupted
		 */
		@SuppressWarnings("SystemOut") // Where the other process waits for it
		public static void main(String[] args) throws InterruptedException {
			TcpProxy.between(new InetSocketAddress(args[0], Integer.parseInt(args[1])),
					new InetSocketAddress(args[2], Integer.parseInt(args[3])));
			System.out.println("listening");
			Thread.currentThread().join();
		}

	}

}
