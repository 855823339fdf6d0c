package com.example.shop;

public record Quote(String sku, int cents, String customer) {
}
