package io.fibrpc.server;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.rabbitmq.client.impl.ClientVersion;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that libraries with security fixes have at least a certain version, and that our
 * version properties have an effect. Boot may rename these properties, as 4.2 does.
 */
class PinnedVersionsTests {

	private static final Path PARENT_POM = Path.of("..", "pom.xml");

	@Test
	void amqpClientIsNotOlderThanTheFixOfCve2026N106122() {
		assertThat(Version.parse(ClientVersion.VERSION)).isGreaterThanOrEqualTo(Version.parse("5.36.0"));
	}

	@Test
	void amqpClientIsTheOneThatIsPinned() throws IOException {
		assertThat(ClientVersion.VERSION).isEqualTo(pinned("rabbit-amqp-client.version"));
	}

	@Test
	void nettyIsTheOneThatIsPinned() throws IOException {
		String pinned = pinned("netty.version");
		assertThat(io.netty.util.Version.identify().values()).isNotEmpty()
			.allSatisfy((artifact) -> assertThat(artifact.artifactVersion()).isEqualTo(pinned));
	}

	private String pinned(String property) throws IOException {
		Matcher element = Pattern.compile("<(%s)>([^<]+)</\\1>".formatted(Pattern.quote(property)))
			.matcher(Files.readString(PARENT_POM));
		assertThat(element.find()).as("%s is set in %s", property, PARENT_POM).isTrue();
		return element.group(2);
	}

}
