<?php

declare(strict_types=1);

// Pages without a framework: `Retry` on PDO and on mysqli, and what is to be run again.
require __DIR__ . '/shop.php';

use Loyalty\Client;
use Loyalty\ConnectionHost;
use Loyalty\Retry;

$pdo = connect($setting);
$loyalty = new Client(new ConnectionHost(fn() => $pdo));
$loyalty->enroll(7);
Retry::transaction($pdo, function () use ($pdo, $loyalty): void {
    $pdo->prepare('INSERT INTO orders (number, total) VALUES (?, ?)')->execute(['A-17', 12990]);
    $loyalty->earnPoints(user_id: 7, amount: 12990, order_id: 'A-17');
});
same([['A-17'], 129], seen(), 'an order');

// What the unit throws is thrown, and nothing of it is left; what it returns is returned.
$fails = function () use ($pdo, $loyalty): never {
    $pdo->exec("INSERT INTO orders VALUES ('A-18', 1000)");
    $loyalty->earnPoints(user_id: 7, amount: 1000, order_id: 'A-18');
    throw new DomainException();
};
thrown(DomainException::class, fn() => Retry::transaction($pdo, $fails));
same([['A-17'], 129], seen(), 'nothing of it');
same(5, Retry::transaction($pdo, fn() => 5), 'the answer');
$tries = 0;
$busy = function () use (&$tries): never {
    $tries++;
    $error = new PDOException('database is locked');
    $error->errorInfo = ['HY000', 5, 'database is locked'];
    throw new RuntimeException('of a library', 0, $error);
};
same([RuntimeException::class, 3], [thrown(RuntimeException::class, fn() => Retry::transaction($pdo, $busy, attempts: 3))::class, $tries], 'at most');
$refused = thrown(LoyaltyRefusedException::class, fn() => $loyalty->redeemReward(user_id: 7, reward_id: 1));
same(false, Retry::isDue($refused), 'what is refused is refused again');

if ($onServer) {
    $mysqli = connect_mysqli($setting);
    $other = new Client(new ConnectionHost(fn() => $mysqli));
    $balance = 129;
    $orders = ['A-17'];
    foreach (['A-20' => [$pdo, $loyalty], 'A-21' => [$mysqli, $other]] as $number => [$connection, $client]) {
        $tries = 0;
        $ended = null;
        Retry::transaction($connection, function () use ($connection, $client, $number, $setting, &$tries, &$ended): void {
            $tries++ === 1 && $ended();
            $connection->query("INSERT INTO orders VALUES ('$number', 1000)");
            $connection->query('SELECT * FROM counter FOR UPDATE');
            $ended ??= rival_that_waits($setting);
            $client->earnPoints(user_id: 7, amount: 1000, order_id: $number);
        });
        $orders[] = $number;
        same([2, [$orders, $balance += 10]], [$tries, seen()], "there once: $number");
    }
}
same(true, $loyalty->verify()['ok'], 'the books');
