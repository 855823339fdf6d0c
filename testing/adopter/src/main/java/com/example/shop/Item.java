package com.example.shop;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

public record Item(@NotBlank String sku, @Min(1) int amount) {
}
