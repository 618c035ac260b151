<?php

declare(strict_types=1);

// Another page on the same server: it has written much, holds the row of a member, and then wants that of the counter,
// which the test holds. So there is a deadlock as soon as the test wants the member.
require __DIR__ . '/connect.php';

$pdo = connect($_SERVER['argv'][1]);
$pdo->beginTransaction();
for ($number = 0; $number < 300; $number++) {
    $pdo->exec("INSERT INTO orders VALUES ('R-$number', 1)");
}
$pdo->query('SELECT * FROM ' . ($_SERVER['argv'][2] ?? 'loyalty_users WHERE user_id = 7') . ' FOR UPDATE')->fetchAll();
echo "holds the member\n";
$pdo->exec('UPDATE counter SET next = next + 1');
$pdo->rollBack();
echo "has ended\n";
