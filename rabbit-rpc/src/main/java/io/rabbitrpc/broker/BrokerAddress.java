package io.rabbitrpc.broker;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

import com.rabbitmq.client.Connection;

/**
 * Says to which of several brokers a connection leads.
 */
public final class BrokerAddress {

	private BrokerAddress() {
	}

	/**
	 * Finds the address that has answered.
	 * @param connection a connection, open or closed
	 * @return host and port. The host is the configured name, or the IP address if there
	 * is no name. This asks no name service
	 */
	public static String of(Connection connection) {
		return of(new InetSocketAddress(connection.getAddress(), connection.getPort()));
	}

	/**
	 * Writes an address in the same way.
	 * @param address the address of a broker, resolved
	 * @return host and port
	 */
	public static String of(InetSocketAddress address) {
		return "%s:%d".formatted(host(address.getAddress()), address.getPort());
	}

	private static String host(InetAddress address) {
		// InetAddress writes name/number, without a name if it has none
		String text = address.toString();
		int slash = text.indexOf('/');
		if (slash > 0) {
			return text.substring(0, slash);
		}
		String number = address.getHostAddress();
		return (address instanceof Inet6Address) ? "[" + number + "]" : number;
	}

}
