package io.rabbitrpc.connection;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.AddressResolver;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.AbstractConnectionFactory;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionListener;

import io.rabbitrpc.broker.BrokerAddress;

/**
 * Tries the address of a lost connection last, if there are several. That broker may be
 * frozen, and each attempt would then cost a timeout. Spring AMQP's shuffle modes do not
 * know which address has answered, and amqp-client shuffles the addresses again.
 *
 * @see AddressResolver#maybeShuffle(List)
 */
final class LostAddressLast implements AddressResolver, ConnectionListener {

	private volatile List<Address> addresses;

	private LostAddressLast(List<Address> addresses) {
		this.addresses = List.copyOf(addresses);
	}

	/**
	 * Sets the order in which a factory and its publisher factory try their addresses.
	 * @param factory the factory
	 * @param addresses all addresses. If there is only one, this method does nothing:
	 * amqp-client itself resolves the host's name to all its IP addresses
	 */
	static void install(AbstractConnectionFactory factory, List<Address> addresses) {
		if (addresses.size() < 2) {
			return;
		}
		LostAddressLast order = new LostAddressLast(addresses);
		factory.setAddressResolver(order);
		factory.addConnectionListener(order);
		if (factory.getPublisherConnectionFactory() instanceof AbstractConnectionFactory publishers) {
			// One listener would hear of both connections, but each may be lost alone
			publishers.removeConnectionListener(order);
			install(publishers, addresses);
		}
	}

	@Override
	public List<Address> getAddresses() {
		return this.addresses;
	}

	@Override
	public List<Address> maybeShuffle(List<Address> input) {
		return input;
	}

	@Override
	public void onCreate(@Nullable Connection connection) {
		com.rabbitmq.client.Connection open = (connection != null) ? connection.getDelegate() : null;
		if (open == null) {
			return;
		}
		String answered = BrokerAddress.of(open);
		List<Address> next = new ArrayList<>(this.addresses);
		for (int i = 0; i < next.size(); i++) {
			if (next.get(i).toString().equals(answered)) {
				Collections.rotate(next, -(i + 1));
				this.addresses = List.copyOf(next);
				return;
			}
		}
	}

}
