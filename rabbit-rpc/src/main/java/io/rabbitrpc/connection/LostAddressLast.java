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

import io.rabbitrpc.BrokerAddress;

/**
 * After a loss, lets the lost one of several addresses be tried last: it may be frozen,
 * and cost a timeout. Spring AMQP's shuffle modes do not know which address has answered,
 * and amqp-client shuffles what they give it.
 *
 * @see AddressResolver#maybeShuffle(List)
 */
final class LostAddressLast implements AddressResolver, ConnectionListener {

	private volatile List<Address> addresses;

	private LostAddressLast(List<Address> addresses) {
		this.addresses = List.copyOf(addresses);
	}

	/**
	 * Sets the order in which a factory, and that of its publisher connection, try their
	 * addresses.
	 * @param factory the factory
	 * @param addresses all addresses. Nothing is done for a single one, whose host's name
	 * amqp-client resolves to all its numbers
	 */
	static void install(AbstractConnectionFactory factory, List<Address> addresses) {
		if (addresses.size() < 2) {
			return;
		}
		LostAddressLast order = new LostAddressLast(addresses);
		factory.setAddressResolver(order);
		factory.addConnectionListener(order);
		if (factory.getPublisherConnectionFactory() instanceof AbstractConnectionFactory publishers) {
			// A listener hears of both connections, and each is lost at its own time
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
