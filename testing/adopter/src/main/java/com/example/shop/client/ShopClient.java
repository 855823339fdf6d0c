package com.example.shop.client;

import com.example.shop.Item;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
public class ShopClient {

	public static void main(String[] args) {
		SpringApplication.run(ShopClient.class, args);
	}

	@Bean
	CommandLineRunner buy(Shop shop) {
		return (skus) -> {
			for (String sku : skus) {
				System.out.println(shop.quote(new Item(sku, 1), "ada"));
			}
		};
	}

}
