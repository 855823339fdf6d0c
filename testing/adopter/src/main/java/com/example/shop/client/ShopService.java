package com.example.shop.client;

import java.util.concurrent.CompletableFuture;

import com.example.shop.Item;
import com.example.shop.Quote;
import com.example.shop.Stock;
import io.rabbitrpc.RpcExchange;
import org.springframework.messaging.handler.annotation.Header;

public interface ShopService {

	@RpcExchange("quotes")
	Quote quote(Item item, @Header String customer);

	@RpcExchange("stock")
	CompletableFuture<Stock> stock(Item item);

}
