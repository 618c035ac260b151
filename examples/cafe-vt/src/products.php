<?php
// What the café sells. Prices are the server's: a form sends article numbers and quantities, never money.

declare(strict_types=1);

return [
    'AMERICANO' => ['es' => 'Café americano', 'en' => 'Americano', 'price' => 2200, 'category' => 'coffee'],
    'CORTADO' => ['es' => 'Cortado', 'en' => 'Cortado', 'price' => 2400, 'category' => 'coffee'],
    'CAPPUCCINO' => ['es' => 'Cappuccino', 'en' => 'Cappuccino', 'price' => 2900, 'category' => 'coffee'],
    'TE' => ['es' => 'Té de hojas', 'en' => 'Leaf tea', 'price' => 1900, 'category' => 'tea'],
    'MEDIALUNA' => ['es' => 'Medialuna', 'en' => 'Croissant', 'price' => 1500, 'category' => 'bakery'],
    'KUCHEN' => ['es' => 'Kuchen de manzana', 'en' => 'Apple kuchen', 'price' => 3200, 'category' => 'bakery'],
    'AVE-PALTA' => ['es' => 'Sándwich ave palta', 'en' => 'Chicken avocado sandwich', 'price' => 4800, 'category' => 'food'],
    'GRANOS-250' => ['es' => 'Café en grano, 250 g', 'en' => 'Coffee beans, 250 g', 'price' => 8900, 'category' => 'beans'],
];
