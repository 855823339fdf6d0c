package io.fibrpc.client.page;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.fibrpc.client.page.AnsweringServers.Server;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AnsweringServers}.
 */
class AnsweringServersTests {

	private final AnsweringServers servers = new AnsweringServers();

	private void answered(String... names) {
		for (String name : names) {
			this.servers.answered(name);
		}
	}

	@Test
	void serversAreNamedAndCountedByTheirReplies() {
		answered("one", "two", "one");
		assertThat(this.servers.consuming(3)).containsExactly(new Server("one", 2, true), new Server("two", 1, true));
	}

	@Test
	void stoppedServerIsNotKnownUntilTheOthersHaveAnswered() {
		answered("one", "two");
		this.servers.consuming(2);
		assertThat(this.servers.consuming(1)).containsExactly(new Server("one", 1, false), new Server("two", 1, false));
		answered("two");
		assertThat(this.servers.consuming(1)).containsExactly(new Server("two", 2, true));
	}

	@Test
	void serverThatAnotherOneHasReplacedGoesWhenTheOtherOneAnswersAgain() {
		answered("one");
		this.servers.consuming(1);
		answered("two");
		assertThat(this.servers.consuming(1)).extracting(Server::certain).containsExactly(false, false);
		answered("two");
		assertThat(this.servers.consuming(1)).containsExactly(new Server("two", 2, true));
	}

	@Test
	void stoppedServerWithSeveralConsumersGoesWhenOnlyOthersAnswer() {
		answered("one", "two");
		this.servers.consuming(20);
		this.servers.consuming(10);
		IntStream.range(0, 20).forEach((n) -> answered("two"));
		assertThat(this.servers.consuming(10)).extracting(Server::name).containsExactly("two");
	}

	@Test
	void withoutConsumersThereIsNoServer() {
		answered("one");
		this.servers.consuming(1);
		assertThat(this.servers.consuming(0)).isEmpty();
	}

	@Test
	void nothingChangesWhileTheNumberOfConsumersIsUnknown() {
		answered("one", "two");
		this.servers.consuming(2);
		assertThat(this.servers.consuming(-1)).hasSize(2).allMatch(Server::certain);
	}

	@Test
	void onlyTheLastFiftyNamesAreKept() {
		IntStream.range(0, 60).forEach((n) -> answered("server-" + n));
		assertThat(this.servers.consuming(60)).hasSize(50)
			.extracting(Server::name)
			.startsWith("server-10")
			.endsWith("server-59");
	}

}
