package io.rabbitrpc.server.request;

import java.time.Duration;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.AMQBasicProperties;
import com.rabbitmq.client.impl.AMQCommand;
import com.rabbitmq.client.impl.AMQImpl;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RequestAges}.
 */
class RequestAgesTests {

	private final RequestAges ages = new RequestAges();

	@Test
	void theAgeOfARequestIsKnownUntilItIsTaken() {
		BasicProperties first = arrive();
		BasicProperties second = arrive();
		assertThat(first).as("only the identity tells them apart").isEqualTo(second);
		assertThat(this.ages.take(first)).isPositive();
		assertThat(this.ages.take(first)).isZero();
		assertThat(this.ages.take(second)).isPositive();
	}

	@Test
	void agesThatNobodyTakesAreForgotten() {
		for (int i = 0; i < 1000; i++) {
			arrive();
		}
		BasicProperties waiting = arrive();
		await().atMost(Duration.ofSeconds(10)).until(() -> {
			System.gc();
			return this.ages.size() == 1;
		});
		assertThat(this.ages.take(waiting)).isPositive();
		assertThat(this.ages.size()).isZero();
	}

	private BasicProperties arrive() {
		BasicProperties properties = new BasicProperties.Builder().correlationId("id").build();
		this.ages.read(new Delivery(properties));
		return properties;
	}

	/**
	 * A request as it comes off a connection.
	 */
	private static final class Delivery extends AMQCommand {

		private final BasicProperties properties;

		Delivery(BasicProperties properties) {
			super(new AMQImpl.Basic.Deliver("consumer", 1, false, "", "queue"));
			this.properties = properties;
		}

		@Override
		public AMQBasicProperties getContentHeader() {
			return this.properties;
		}

	}

}
