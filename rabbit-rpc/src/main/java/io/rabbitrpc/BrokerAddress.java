package io.rabbitrpc;

import java.net.Inet6Address;
import java.net.InetAddress;

import com.rabbitmq.client.Connection;

/**
 * Which of several brokers a connection leads to.
 */
public final class BrokerAddress {

	private BrokerAddress() {
	}

	/**
	 * The address that has answered.
	 * @param connection a connection that is open, or was
	 * @return host and port: the host as it was set, or its number if it is not known by
	 * name. No name service is asked
	 */
	public static String of(Connection connection) {
		return "%s:%d".formatted(host(connection.getAddress()), connection.getPort());
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
