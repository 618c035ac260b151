<?php
// The shop's own prices times the chosen pieces, in whole pesos: the only sum that the shop computes itself.

declare(strict_types=1);

/**
 * @param array<string, int> $quantities by article number
 * @return array{items: list<array<string, mixed>>, sum: int}
 */
function basket(array $quantities): array
{
    $items = [];
    foreach ($quantities as $sku => $quantity) {
        $product = products()[$sku];
        $items[] = [
            'sku' => $sku,
            'quantity' => $quantity,
            'amount' => $product['price'] * $quantity,
            'category' => $product['category'],
        ];
    }
    return ['items' => $items, 'sum' => array_sum(array_column($items, 'amount'))];
}
