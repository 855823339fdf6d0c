package io.rabbitrpc.connection;

import java.lang.module.ModuleDescriptor.Version;

import com.rabbitmq.client.impl.ClientVersion;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Warns of an amqp-client with known vulnerabilities. This library cannot bring its own
 * version: the one that Boot manages takes precedence in the application's build.
 */
final class AmqpClientVersion {

	// CVE-2026-106122, CVE-2026-69219, CVE-2026-69220
	private static final Version FIXED = Version.parse("5.36.0");

	private AmqpClientVersion() {
	}

	static void check() {
		String problem = problem(ClientVersion.VERSION);
		if (problem != null) {
			LogFactory.getLog(AmqpClientVersion.class).warn(problem);
		}
	}

	static @Nullable String problem(String version) {
		return (Version.parse(version).compareTo(FIXED) < 0)
				? "amqp-client %s lets one malformed message disable a consumer: set the build's property rabbit-amqp-client.version to %s or later"
					.formatted(version, FIXED)
				: null;
	}

}
