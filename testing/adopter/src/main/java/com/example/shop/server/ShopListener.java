package com.example.shop.server;

import java.util.Map;

import com.example.shop.Item;
import com.example.shop.Quote;
import com.example.shop.Stock;
import io.rabbitrpc.RpcException;
import io.rabbitrpc.RpcStatus;
import jakarta.validation.Valid;
import org.springframework.amqp.rabbit.annotation.Queue;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.stereotype.Component;

@Component
class ShopListener {

	private final Map<String, Integer> prices = Map.of("tea", 450, "cup", 1200);

	@RabbitListener(queuesToDeclare = @Queue("quotes"), containerFactory = "rpc")
	Quote quote(@Valid @Payload Item item, @Header String customer) {
		Integer price = this.prices.get(item.sku());
		if (price == null) {
			throw new RpcException(RpcStatus.NOT_FOUND, "no such sku: " + item.sku(), "no-such-sku");
		}
		return new Quote(item.sku(), item.amount() * price, customer);
	}

	@RabbitListener(queuesToDeclare = @Queue("stock"), containerFactory = "rpc")
	Message<Stock> stock(@Valid Item item) {
		Stock stock = new Stock(item.sku(), this.prices.containsKey(item.sku()));
		return MessageBuilder.withPayload(stock).setHeader("warehouse", "north").build();
	}

}
