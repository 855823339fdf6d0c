package com.example.shop.client;

import java.util.List;

import com.example.shop.Item;
import io.rabbitrpc.client.proxy.ImportRpcServices;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
@ImportRpcServices(types = ShopService.class)
public class ShopClient {

	public static void main(String[] args) {
		SpringApplication.run(ShopClient.class, args);
	}

	@Bean
	CommandLineRunner buy(Shop shop) {
		return (skus) -> List.of(skus).forEach((sku) -> System.out.println(shop.quote(new Item(sku, 1), "ada")));
	}

}
