package io.rabbitrpc.connection.inbound;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeldBodies}.
 */
class HeldBodiesTests {

	private final HeldBodies held = new HeldBodies(10_000);

	@Test
	void bodyCountsFromItsBeginningUntilItIsLetGo() {
		assertThat(this.held.begin("server.1", 1, 6_000)).isTrue();
		assertThat(this.held.begin("server.1", 2, 6_000)).isFalse();
		assertThat(this.held.begin("server.2", 1, 4_000)).isTrue();
		this.held.release("server.1", 1);
		this.held.release("server.1", 1);
		this.held.release("server.1", 2);
		this.held.release("another", 1);
		this.held.release(null, 1);
		assertThat(this.held.bytes()).isEqualTo(4_000);
	}

	@Test
	void bodyThatIsLargerThanAllIsTakenIfItIsTheOnlyOne() {
		assertThat(this.held.begin("server.1", 1, 11_000)).isTrue();
		assertThat(this.held.begin("server.1", 2, 1)).isFalse();
		assertThat(this.held.bytes()).isEqualTo(11_000);
	}

	@Test
	void consumerWhoseChannelHasClosedHoldsNothing() {
		this.held.begin("server.1", 1, 3_000);
		this.held.begin("server.1", 2, 3_000);
		this.held.begin("server.2", 1, 3_000);
		this.held.releaseAll("server.1");
		this.held.releaseAll("server.1");
		this.held.release("server.1", 1);
		assertThat(this.held.bytes()).isEqualTo(3_000);
	}

	@Test
	void consumersShareTheRoom() {
		assertThat(this.held.share()).isEqualTo(10_000);
		this.held.countFor("server.", 3);
		this.held.countFor("server.", 1);
		assertThat(this.held.share()).isEqualTo(2_500);
	}

}
