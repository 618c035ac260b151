<?php

declare(strict_types=1);

// Drains in a transaction of the page, once rolled back and once committed; of two rows one fails. Run with the setting.
require __DIR__ . '/check.php';
require __DIR__ . '/connect.php';

$pdo = connect($_SERVER['argv'][1], [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
loyalty_use_pdo($pdo);
$counts = fn(array $drained) => [$drained['earned'], $drained['failed_now'], $drained['waiting'], $drained['failed']];
foreach (['rollBack', 'commit'] as $end) {
    $pdo->beginTransaction();
    same([1, 1, 0, 1], $counts(loyalty_drain()), $end);
    $pdo->$end();
}
same([0, 0, 0, 1], $counts(loyalty_drain()), 'afterwards');
