package io.rabbitrpc.connection;

import java.util.List;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.rabbit.connection.AbstractConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import io.rabbitrpc.broker.BrokerAddress;
import io.rabbitrpc.broker.BrokerFailure;
import io.rabbitrpc.broker.BrokerSettings;
import io.rabbitrpc.connection.inbound.Refusals;
import io.rabbitrpc.connection.inbound.Refusals.Refusal;

/**
 * The connections for calls and answers. They are prepared once, when one side first asks
 * for them: the client at the start, the server with its first listener. If an
 * application has neither, it keeps the connections that Boot makes.
 */
public final class RpcConnections {

	// A healthy broker answers at once. A sick one must not delay the stop by up to 30 s
	// for each connection.
	private static final int CLOSE_MILLIS = 1000;

	private final ConnectionFactory factory;

	private final ConnectionWriters writers;

	private final RabbitConnectionDetails details;

	private final RabbitProperties properties;

	private final Environment environment;

	private final ReloadedSecrets secrets;

	private final Refusals refusals = new Refusals();

	private boolean ready;

	/**
	 * Creates this with secrets that never change. It does not touch the factory yet.
	 * @param factory makes the application's connections
	 * @param writers write to them
	 * @param details where Boot connects to
	 * @param properties the settings that Boot binds
	 */
	public RpcConnections(ConnectionFactory factory, ConnectionWriters writers, RabbitConnectionDetails details,
			RabbitProperties properties) {
		this(factory, writers, details, properties, new StandardEnvironment(), null);
	}

	/**
	 * Creates this. It does not touch the factory yet.
	 * @param factory makes the application's connections
	 * @param writers write to them
	 * @param details where Boot connects to
	 * @param properties the settings that Boot binds
	 * @param environment knows which settings are files, and whether guest is allowed
	 * @param bundles the application's SSL bundles, if it has any
	 */
	public RpcConnections(ConnectionFactory factory, ConnectionWriters writers, RabbitConnectionDetails details,
			RabbitProperties properties, Environment environment, @Nullable SslBundles bundles) {
		this.factory = factory;
		this.writers = writers;
		this.details = details;
		this.properties = properties;
		this.environment = environment;
		this.secrets = new ReloadedSecrets(environment, bundles);
	}

	/**
	 * The factory that makes the connections. The first call prepares it, and closes
	 * connections that it has opened before.
	 * @return the application's connection factory
	 * @throws org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException
	 * if a setting of Boot would break a promise of this library, or the login is one
	 * that everybody knows
	 * @throws IllegalStateException if the factory already has a way to make sockets that
	 * cannot be replaced
	 */
	public synchronized ConnectionFactory factory() {
		if (!this.ready) {
			prepare();
			this.ready = true;
		}
		return this.factory;
	}

	private void prepare() {
		BrokerSettings.check(this.properties);
		if (this.factory instanceof AbstractConnectionFactory several) {
			checkLogin(several.getRabbitConnectionFactory());
			this.writers.install(several.getRabbitConnectionFactory(), this.refusals);
			this.secrets.install(several.getRabbitConnectionFactory(), this.properties);
			several.setCloseTimeout(CLOSE_MILLIS);
			// An open connection is not prepared, and its loss says nothing about its
			// address
			several.resetConnection();
			LostAddressLast.install(several, addresses());
		}
	}

	private void checkLogin(com.rabbitmq.client.ConnectionFactory rabbit) {
		boolean guestAllowed = Binder.get(this.environment)
			.bind(BrokerSettings.ALLOW_GUEST, Boolean.class)
			.orElse(false);
		if (!guestAllowed) {
			BrokerSettings.checkLogin(rabbit.getUsername(), rabbit.getPassword(),
					addresses().stream().map(Address::getHost).toList());
		}
	}

	/**
	 * Connects once, so that a program does not start if the broker refuses its login:
	 * somebody must change a setting first. If the broker is not there yet, the program
	 * may start. This method waits as long as an attempt to connect takes.
	 * @throws RpcException with {@link RpcStatus#PERMISSION_DENIED} if the broker refuses
	 * the login, the virtual host or TLS
	 */
	public void tryToConnect() {
		try {
			// This close only gives the connection back: it stays open
			factory().createConnection().close();
		}
		catch (AmqpException ex) {
			BrokerFailure failure = failure(ex);
			if (failure.status() == RpcStatus.PERMISSION_DENIED) {
				throw new RpcException(failure.status(), failure.message(), false, ex);
			}
		}
	}

	/**
	 * The writer of a connection.
	 * @param connection an open connection
	 * @return its writer
	 * @see ConnectionWriters#of(Connection)
	 */
	public ConnectionWriter writer(Connection connection) {
		return this.writers.of(connection);
	}

	/**
	 * Finds out why a connection could not be made. If one of several addresses has
	 * refused it, that is the reason, because the others may only be down.
	 * @param ex the exception of the attempt
	 * @return what that means
	 */
	public BrokerFailure failure(Exception ex) {
		Refusal refusal = this.refusals.last();
		// If only a channel was refused, there is a connection
		if (refusal != null && BrokerFailure.channelClose(ex) == null) {
			return failure(refusal.reason(), List.of(BrokerAddress.of(refusal.broker())));
		}
		return failure(ex, addresses().stream().map(Address::toString).toList());
	}

	private BrokerFailure failure(Exception ex, List<String> addresses) {
		return BrokerFailure.of(ex, this.factory.getUsername(), this.factory.getVirtualHost(), addresses);
	}

	// Boot knows all addresses, unless the application has a factory of its own with
	// others
	private List<Address> addresses() {
		Address first = new Address(this.factory.getHost(), this.factory.getPort());
		List<Address> all = this.details.getAddresses()
			.stream()
			.map((address) -> new Address(address.host(), address.port()))
			.toList();
		return all.contains(first) ? all : List.of(first);
	}

}
