package io.rabbitrpc.connection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import javax.net.ssl.SSLSocketFactory;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.CredentialsProvider;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.ConfigTreePropertySource;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;
import org.springframework.core.io.Resource;

/**
 * Gives new connections the current user, password and certificates. Boot reads them only
 * once, at the start. Open connections stay open, because RabbitMQ does not ask again.
 */
final class ReloadedSecrets {

	private final Environment environment;

	private final @Nullable SslBundles bundles;

	ReloadedSecrets(Environment environment, @Nullable SslBundles bundles) {
		this.environment = environment;
		this.bundles = bundles;
	}

	/**
	 * Provides the secrets of a factory. If a user or password comes from a
	 * {@code configtree:} file, that file is read for each connection. If an SSL bundle
	 * has {@code reload-on-update}, new connections use its newest version.
	 * @param factory the factory, which already uses the sockets of
	 * {@link ConnectionWriters}
	 * @param properties the settings from which Boot made it
	 */
	void install(ConnectionFactory factory, RabbitProperties properties) {
		Secret user = new Secret(file("username"), factory.getUsername());
		Secret password = new Secret(file("password"), factory.getPassword());
		if (user.isRead() || password.isRead()) {
			factory.setCredentialsProvider(new Credentials(user, password));
		}
		String bundle = properties.getSsl().getBundle();
		if (this.bundles != null && bundle != null
				&& factory.getSocketFactory() instanceof WriterTlsSocketFactory sockets) {
			this.bundles.addBundleUpdateHandler(bundle, (updated) -> {
				SSLSocketFactory renewed = updated.createSslContext().getSocketFactory();
				sockets.renew(renewed);
			});
		}
	}

	private @Nullable Resource file(String setting) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of("spring.rabbitmq." + setting);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			ConfigurationProperty property = source.getConfigurationProperty(name);
			if (property != null) {
				return (property.getOrigin() instanceof PropertySourceOrigin origin
						&& origin.getPropertySource() instanceof ConfigTreePropertySource
						&& origin.getOrigin() instanceof TextResourceOrigin file) ? file.getResource() : null;
			}
		}
		return null;
	}

	/** A value that may be the content of a file. */
	private static final class Secret {

		private final @Nullable Resource file;

		private volatile String last;

		Secret(@Nullable Resource file, String first) {
			this.last = first;
			// If the factory has another value, the value comes from elsewhere
			this.file = (file != null && first.equals(read(file))) ? file : null;
		}

		boolean isRead() {
			return this.file != null;
		}

		// While somebody replaces the file, the old value counts
		String value() {
			if (this.file != null) {
				this.last = Objects.requireNonNullElse(read(this.file), this.last);
			}
			return this.last;
		}

		private static @Nullable String read(Resource file) {
			try {
				return file.getContentAsString(StandardCharsets.UTF_8).replaceFirst("\\R$", "");
			}
			catch (IOException ex) {
				return null;
			}
		}

	}

	/** Reads the secrets for each connection. */
	private record Credentials(Secret user, Secret secret) implements CredentialsProvider {

		@Override
		public String getUsername() {
			return this.user.value();
		}

		@Override
		public String getPassword() {
			return this.secret.value();
		}

	}

}
