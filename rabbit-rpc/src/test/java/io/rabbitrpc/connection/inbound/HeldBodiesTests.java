package io.rabbitrpc.connection.inbound;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.ContentHeader;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.TrafficListener;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HeldBodies}.
 */
class HeldBodiesTests {

	private final HeldBodies held = new HeldBodies(10_000);

	@BeforeEach
	void count() {
		this.held.countFor("server.");
	}

	private byte[] arrive(String consumerTag, int size) {
		byte[] body = new byte[size];
		Method delivery = new AMQP.Basic.Deliver.Builder().consumerTag(consumerTag)
			.deliveryTag(1)
			.exchange("")
			.routingKey("queue")
			.build();
		this.held.before(TrafficListener.NO_OP).read(new Command() {

			@Override
			public Method getMethod() {
				return delivery;
			}

			@Override
			public ContentHeader getContentHeader() {
				return new AMQP.BasicProperties();
			}

			@Override
			public byte[] getContentBody() {
				return body;
			}

		});
		return body;
	}

	@Test
	void bodyCountsFromItsBeginningUntilItIsLetGo() {
		assertThat(this.held.begin(6_000)).isTrue();
		assertThat(this.held.begin(6_000)).isFalse();
		this.held.end(6_000);
		byte[] body = arrive("server.listener", 6_000);
		assertThat(this.held.begin(6_000)).isFalse();
		assertThat(this.held.begin(4_000)).isTrue();
		this.held.end(4_000);
		this.held.release(body);
		this.held.release(body);
		assertThat(this.held.bytes()).isZero();
	}

	@Test
	void bodyThatIsLargerThanAllIsTakenIfItIsTheOnlyOne() {
		assertThat(this.held.begin(11_000)).isTrue();
		assertThat(this.held.begin(1)).isFalse();
		assertThat(this.held.bytes()).isEqualTo(11_000);
	}

	@Test
	void bodyIsKnownByItsIdentity() {
		byte[] first = arrive("server.listener", 5_000);
		byte[] second = arrive("server.listener", 5_000);
		this.held.release(new byte[5_000]);
		assertThat(this.held.bytes()).isEqualTo(10_000);
		this.held.release(first);
		assertThat(this.held.bytes()).isEqualTo(5_000);
		this.held.release(second);
		assertThat(this.held.bytes()).isZero();
	}

	@Test
	void smallBodiesAndThoseOfOtherConsumersDoNotCount() {
		arrive("server.listener", 4_095);
		arrive("another", 5_000);
		arrive("", 5_000);
		assertThat(this.held.bytes()).isZero();
	}

	// Its channel may have closed before a container took it
	@Test
	void bodyThatNobodyHasCountsNoMore() {
		arrive("server.listener", 5_000);
		assertThat(this.held.begin(6_000)).isFalse();
		await().until(() -> {
			System.gc();
			return this.held.bytes() == 0;
		});
	}

}
