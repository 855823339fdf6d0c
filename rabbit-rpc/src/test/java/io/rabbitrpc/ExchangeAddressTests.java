package io.rabbitrpc;

import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ExchangeAddress}.
 */
class ExchangeAddressTests {

	private ExchangeAddress address(Class<?> type, String method) {
		return Objects.requireNonNull(ExchangeAddress.of(type,
				Stream.of(type.getMethods()).filter((each) -> each.getName().equals(method)).findFirst().orElseThrow(),
				UnaryOperator.identity()));
	}

	@Test
	void eachMethodOfAnInterfaceThatJoinsTwoBelongsToItsOwn() {
		assertThat(address(Shop.class, "quote")).isEqualTo(new ExchangeAddress("", "quotes", true, 3));
		assertThat(address(Shop.class, "stock")).isEqualTo(new ExchangeAddress("", "stock", false, 0));
	}

	@Test
	void methodFromTwoInterfacesNeedsItsOwnAnnotation() {
		assertThatIllegalArgumentException().isThrownBy(() -> address(Ambiguous.class, "ask"))
			.withMessage(
					"Ambiguous.ask comes from two interfaces with different @RpcExchange: give it an @RpcExchange of its own");
		assertThat(address(Decided.class, "ask").routingKey()).isEqualTo("right");
	}

	@Test
	void annotationsOfAnInterfaceReachInheritedMethods() {
		assertThat(address(Further.class, "quote").routingKey()).isEqualTo("quotes");
	}

	@Test
	void methodThatIsNotIdempotentIsNotMadeSoByItsInterface() {
		assertThat(address(Orders.class, "find").idempotent()).isTrue();
		assertThat(address(Orders.class, "place").idempotent()).isFalse();
	}

	@RpcExchange(value = "quotes", idempotent = true, priority = 3)
	interface Quotes {

		String quote(String sku);

	}

	@RpcExchange("stock")
	interface Stocks {

		Boolean stock(String sku);

	}

	interface Shop extends Quotes, Stocks {

	}

	interface Further extends Shop {

		@Override
		String quote(String sku);

	}

	@RpcExchange("left")
	interface Left {

		String ask(String question);

	}

	@RpcExchange("right")
	interface Right {

		String ask(String question);

	}

	interface Ambiguous extends Left, Right {

		@Override
		String ask(String question);

	}

	interface Decided extends Left, Right {

		@Override
		@RpcExchange("right")
		String ask(String question);

	}

	@RpcExchange(value = "orders", idempotent = true)
	interface Orders {

		String find(String id);

		@RpcExchange("orders.place")
		String place(String sku);

	}

}
