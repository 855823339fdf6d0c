package io.fibrpc.systemtests.page;

import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.fibrpc.systemtests.EmbeddedPrograms;
import io.fibrpc.systemtests.Program;
import io.fibrpc.systemtests.ReplyMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Takes the pictures of the page. {@code scripts/screenshots} has them written into
 * {@code docs}.
 */
@Tag("broker")
@Tag("once")
class PagePicturesTests {

	private static final String FOLDER = System.getProperty("fib.pictures", "");

	// The README names this port
	private static final int PORT = FOLDER.isEmpty() ? 0 : 8081;

	@RegisterExtension
	static final Browser browser = new Browser();

	@RegisterExtension
	final EmbeddedPrograms programs = new EmbeddedPrograms();

	@ParameterizedTest
	@ValueSource(strings = { "light", "dark" })
	void pictureShowsACall(String scheme) {
		this.programs.server("--rabbit.rpc.server.instance=server-1");
		this.programs.server("--rabbit.rpc.server.instance=server-2");
		Program client = this.programs.client(ReplyMode.DIRECT, "--server.port=" + PORT);
		client.awaitReady();
		browser.open(client.address("/"), Browser.WIDE, scheme, false);
		for (int i = 0; i < 4; i++) {
			browser.click("[data-many]");
			browser.awaitText("#outcome", "50 of 50");
		}
		browser.ask("30");
		browser.awaitText("#steps li:last-child .label", "value");
		browser.awaitText("#servers", "server-2");
		Path picture = Path.of(FOLDER.isEmpty() ? "target" : FOLDER, "page-%s.png".formatted(scheme));
		browser.picture(picture, "#call");
		assertThat(picture).isNotEmptyFile();
	}

}
