package com.example.shop;

public record Stock(String sku, boolean available) {
}
