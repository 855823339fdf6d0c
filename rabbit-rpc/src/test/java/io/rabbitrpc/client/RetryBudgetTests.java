package io.rabbitrpc.client;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.rabbitrpc.client.RpcClientProperties.Retry;
import io.rabbitrpc.client.channel.RequestAddress;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RetryBudget}.
 */
class RetryBudgetTests {

	private static final RequestAddress QUOTES = new RequestAddress("", "quotes");

	private static final RequestAddress STOCK = new RequestAddress("", "stock");

	private final RetryBudget budget = budget(10, 0.5);

	private static RetryBudget budget(int tokens, double ratio) {
		return new RetryBudget(new Retry(3, Duration.ofMillis(1), tokens, ratio));
	}

	private static void fail(RetryBudget budget, int times) {
		for (int i = 0; i < times; i++) {
			budget.failed(QUOTES);
		}
	}

	@Test
	void callsAreMadeAgainWhileMoreThanHalfOfTheTokensAreThere() {
		fail(this.budget, 3);
		assertThat(this.budget.failed(QUOTES)).as("6 of 10 are left").isTrue();
		assertThat(this.budget.failed(QUOTES)).as("5 of 10 are left").isFalse();
	}

	@Test
	void answersGiveTokensBackAndNeverMoreThanThereWere() {
		fail(this.budget, 5);
		this.budget.answered(QUOTES);
		assertThat(this.budget.failed(QUOTES)).as("4.5 of 10 are left").isFalse();
		for (int i = 0; i < 100; i++) {
			this.budget.answered(QUOTES);
		}
		fail(this.budget, 3);
		assertThat(this.budget.failed(QUOTES)).as("6 of 10 are left").isTrue();
		assertThat(this.budget.failed(QUOTES)).as("5 of 10 are left").isFalse();
	}

	@Test
	void tokensNeverFallBelowZero() {
		fail(this.budget, 1_000);
		for (int i = 0; i < 14; i++) {
			this.budget.answered(QUOTES);
		}
		assertThat(this.budget.failed(QUOTES)).as("6 of 10 are left").isTrue();
	}

	@Test
	void eachQueueHasItsOwn() {
		fail(this.budget, 10);
		assertThat(this.budget.failed(STOCK)).isTrue();
	}

	@Test
	void withoutMaxTokensRetriesAreUnlimited() {
		RetryBudget none = budget(0, 1);
		fail(none, 1_000);
		assertThat(none.failed(QUOTES)).isTrue();
	}

	@Test
	void withTheFewestTokensOneCallIsMadeAgain() {
		RetryBudget few = budget(3, 1);
		assertThat(few.failed(QUOTES)).isTrue();
		assertThat(few.failed(QUOTES)).isFalse();
	}

	@Test
	void thousandsOfUnusedQueuesDoNotAffectOthers() {
		for (int i = 0; i < 3_000; i++) {
			assertThat(this.budget.failed(new RequestAddress("", "q" + i))).isTrue();
		}
		assertThat(this.budget.failed(QUOTES)).isTrue();
		assertThat(this.budget.failed(STOCK)).isTrue();
	}

	@Test
	void aQueueThatGoesOnFailingIsNotForgotten() {
		fail(this.budget, 10);
		for (int i = 0; i < 3_000; i++) {
			this.budget.failed(new RequestAddress("", "q" + i));
			assertThat(this.budget.failed(QUOTES)).isFalse();
		}
	}

}
