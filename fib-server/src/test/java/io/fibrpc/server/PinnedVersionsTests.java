package io.fibrpc.server;

import java.lang.module.ModuleDescriptor.Version;

import com.rabbitmq.client.impl.ClientVersion;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the lower bounds of what has been pinned for its security fixes.
 */
class PinnedVersionsTests {

	@Test
	void amqpClientIsNotOlderThanTheFixOfCve2026N106122() {
		assertThat(Version.parse(ClientVersion.VERSION)).isGreaterThanOrEqualTo(Version.parse("5.36.0"));
	}

}
