package com.example.shop.client;

import java.util.concurrent.CompletableFuture;

import com.example.shop.Item;
import com.example.shop.Quote;
import com.example.shop.Stock;
import io.rabbitrpc.client.RpcClient;
import org.springframework.stereotype.Component;

@Component
class Shop {

	private final RpcClient rpc;

	Shop(RpcClient rpc) {
		this.rpc = rpc;
	}

	Quote quote(Item item, String customer) {
		return this.rpc.queue("quotes").header("customer", customer).call(item, Quote.class);
	}

	CompletableFuture<Stock> stock(Item item) {
		return this.rpc.queue("stock").callAsync(item, Stock.class);
	}

}
