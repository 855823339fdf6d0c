package io.rabbitrpc.broker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.amqp.autoconfigure.RabbitProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Checks settings of Boot that would silently break a promise of both sides: a dead peer
 * is noticed, nothing waits for the broker for ever, and nothing is done twice. And the
 * login that everybody knows.
 */
public final class BrokerSettings {

	/** Setting by which guest may go to other hosts. */
	public static final String ALLOW_GUEST = "rabbit.rpc.allow-guest";

	private static final String PREFIX = "spring.rabbitmq.";

	static final String USERNAME = PREFIX + "username";

	private static final String GUEST = "guest";

	private BrokerSettings() {
	}

	/**
	 * Checks the settings.
	 * @param properties the settings
	 * @throws InvalidConfigurationPropertyValueException at the first that is invalid,
	 * with its name and the reason
	 */
	public static void check(RabbitProperties properties) {
		positive("requested-heartbeat", properties.getRequestedHeartbeat(), Duration.ofSeconds(1),
				"must be 1s or more: without heartbeats a program never notices a dead peer");
		positive("connection-timeout", properties.getConnectionTimeout(), Duration.ofMillis(1),
				"must be 1ms or more: an attempt to connect could last for ever");
		positive("channel-rpc-timeout", properties.getChannelRpcTimeout(), Duration.ofMillis(1),
				"must be 1ms or more: a wait for the broker could last for ever");
		if (properties.getTemplate().getRetry().isEnabled()) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + "template.retry.enabled", true,
					"must be false: it sends requests again that a server may have answered already");
		}
		Duration replyTimeout = properties.getTemplate().getReplyTimeout();
		positive("template.reply-timeout", replyTimeout, Duration.ofMillis(1),
				"must be 1ms or more: every call needs a deadline");
	}

	/**
	 * Refuses guest with the password that RabbitMQ gives it, at a host that is not this
	 * machine. RabbitMQ does so, too, unless somebody has told it otherwise, as its
	 * Docker image does.
	 * @param user the user
	 * @param password the user's password
	 * @param hosts names or numbers of the hosts to which the connections may lead
	 * @throws InvalidConfigurationPropertyValueException if it is guest, with the ways
	 * out
	 * @see <a href="https://www.rabbitmq.com/docs/access-control#loopback-users">Access
	 * control in RabbitMQ, loopback users</a>
	 */
	public static void checkLogin(String user, String password, Collection<String> hosts) {
		if (!GUEST.equals(user) || !GUEST.equals(password)) {
			return;
		}
		List<String> others = hosts.stream().distinct().filter((host) -> !isLoopback(host)).toList();
		if (!others.isEmpty()) {
			throw new InvalidConfigurationPropertyValueException(USERNAME, user,
					"must be a user of your own at %s: everybody knows the password of guest. If that does not matter, set %s=true"
						.formatted(String.join(", ", others), ALLOW_GUEST));
		}
	}

	// A name that is not known yet may lead anywhere later
	private static boolean isLoopback(String host) {
		try {
			return List.of(InetAddress.getAllByName(host)).stream().allMatch(InetAddress::isLoopbackAddress);
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

	private static void positive(String name, @Nullable Duration value, Duration least, String reason) {
		if (value != null && value.compareTo(least) < 0) {
			throw new InvalidConfigurationPropertyValueException(PREFIX + name, value, reason);
		}
	}

}
