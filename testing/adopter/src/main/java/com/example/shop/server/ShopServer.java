package com.example.shop.server;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class ShopServer {

	public static void main(String[] args) {
		SpringApplication.run(ShopServer.class, args);
	}

}
