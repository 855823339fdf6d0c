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
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

import io.rabbitrpc.BrokerFailure;
import io.rabbitrpc.BrokerSettings;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;

/**
 * The connections that an application calls and answers on. They are made ready once,
 * when one side first asks for them. The client does so at the start, the server with its
 * first listener: an application with neither has the connections that Boot makes.
 */
public final class RpcConnections {

	// A broker that is well answers at once. One that is not must not hold up the stop,
	// as long as 30 s for each connection.
	private static final int CLOSE_MILLIS = 1000;

	private final ConnectionFactory factory;

	private final ConnectionWriters writers;

	private final RabbitConnectionDetails details;

	private final RabbitProperties properties;

	private final ReloadedSecrets secrets;

	private boolean ready;

	/**
	 * Creates them with secrets that never change, and touches nothing yet.
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
	 * Creates them, and touches nothing yet.
	 * @param factory makes the application's connections
	 * @param writers write to them
	 * @param details where Boot connects to
	 * @param properties the settings that Boot binds
	 * @param environment knows which settings are files
	 * @param bundles the application's SSL bundles, if it has any
	 */
	public RpcConnections(ConnectionFactory factory, ConnectionWriters writers, RabbitConnectionDetails details,
			RabbitProperties properties, Environment environment, @Nullable SslBundles bundles) {
		this.factory = factory;
		this.writers = writers;
		this.details = details;
		this.properties = properties;
		this.secrets = new ReloadedSecrets(environment, bundles);
	}

	/**
	 * What makes the connections. The first call makes it ready, and closes what it has
	 * opened before.
	 * @return the application's connection factory
	 * @throws org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException
	 * if a setting of Boot's would break a promise
	 * @throws IllegalStateException if the factory makes its sockets in a way that cannot
	 * be taken over
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
			this.writers.install(several.getRabbitConnectionFactory());
			this.secrets.install(several.getRabbitConnectionFactory(), this.properties);
			several.setCloseTimeout(CLOSE_MILLIS);
			// What is open already has none of this, and its loss says nothing of its
			// address
			several.resetConnection();
			LostAddressLast.install(several, addresses());
		}
	}

	/**
	 * Connects, for a program that should not start with a login that the broker refuses:
	 * more attempts are of no use before somebody changes a setting. A broker that is not
	 * there yet is no reason to end. It waits as long as an attempt to connect takes.
	 * @throws RpcException with {@link RpcStatus#PERMISSION_DENIED} if the broker refuses
	 * the login, the virtual host or TLS
	 */
	public void tryToConnect() {
		try {
			// Closing gives it back: the connection stays
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
	 * Finds out why a connection could not be made.
	 * @param ex what the attempt ended with
	 * @return what that means
	 */
	public BrokerFailure failure(Exception ex) {
		return BrokerFailure.of(ex, this.factory.getUsername(), addresses().stream().map(Address::toString).toList());
	}

	// Boot knows all of them, unless the factory is the application's own and leads
	// elsewhere
	private List<Address> addresses() {
		Address first = new Address(this.factory.getHost(), this.factory.getPort());
		List<Address> all = this.details.getAddresses()
			.stream()
			.map((address) -> new Address(address.host(), address.port()))
			.toList();
		return all.contains(first) ? all : List.of(first);
	}

}
