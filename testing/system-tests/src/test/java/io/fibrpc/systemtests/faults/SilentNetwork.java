package io.fibrpc.systemtests.faults;

import java.util.Map;
import java.util.function.Function;
import java.util.function.IntSupplier;

import io.fibrpc.testbroker.TcpProxy;
import io.fibrpc.testbroker.TestBroker;
import io.fibrpc.testbroker.VethNetwork;
import io.fibrpc.testbroker.VirtualHost;

/**
 * A network between a program and its broker that can fall silent.
 *
 * @param settings settings with which a program uses this network
 * @param silence makes it silent
 * @param restoration ends the silence
 * @param connections counts its connections
 * @param end removes it
 */
record SilentNetwork(Function<VirtualHost, Map<String, String>> settings, Runnable silence, Runnable restoration,
		IntSupplier connections, Runnable end) implements AutoCloseable {

	private static final String ADDRESSES = "spring.rabbitmq.addresses";

	/**
	 * A network that stops reading what a program writes.
	 * @return the network
	 */
	static SilentNetwork thatReadsNothing() {
		TcpProxy proxy = TcpProxy.to(TestBroker.shared());
		return new SilentNetwork((host) -> host.springProperties(proxy), proxy::stopReading, proxy::restore,
				proxy::connections, proxy::close);
	}

	/**
	 * A network that loses every packet. Where that is not possible, one that reads
	 * nothing.
	 * @return the network
	 */
	static SilentNetwork thatLosesEverything() {
		if (!VethNetwork.isPossible()) {
			return thatReadsNothing();
		}
		VethNetwork network = new VethNetwork(TestBroker.shared());
		return new SilentNetwork((host) -> host.springProperties(network), network::loseAll, network::restore,
				network::connections, network::close);
	}

	/**
	 * How a program finds its broker over this network, or over another one.
	 * @param host the virtual host
	 * @param next the other network
	 * @return settings
	 */
	Map<String, String> settings(VirtualHost host, SilentNetwork next) {
		Map<String, String> settings = LoadedPair.withShortHeartbeats(this.settings.apply(host));
		settings.merge(ADDRESSES, String.valueOf(next.settings.apply(host).get(ADDRESSES)),
				(first, second) -> first + "," + second);
		return settings;
	}

	@Override
	public void close() {
		this.end.run();
	}

}
