<?php

declare(strict_types=1);

// What a page finds after a deadlock in a call: one that rolls back whatever has happened, and one that overlooks the error.
// Run with a folder, the setting of a new database on a server, and the way of the connection.
require __DIR__ . '/check.php';
require __DIR__ . '/deadlock.php';

[, , $setting, $way] = $_SERVER['argv'];
$page = Link::open($way, $setting);
open_tables($page);
$page->lend();
loyalty_enroll(7);
$other = connect($setting);
$orders = fn(): array => $other->query('SELECT number FROM orders ORDER BY number')->fetchAll(PDO::FETCH_COLUMN);

/** The error of a call that a deadlock has ended, in a transaction with an order and with savepoints of the page's. */
function victim(string $order, array $savepoints = []): LoyaltyUnavailableException
{
    global $page, $setting;
    $page->begin();
    $page->exec("INSERT INTO orders VALUES ('$order', 1)");
    foreach ($savepoints as $savepoint) {
        $page->exec("SAVEPOINT $savepoint");
    }
    $error = deadlock($setting, $page, fn() => thrown(LoyaltyUnavailableException::class, fn() => loyalty_earn_points(7, 1000, $order)));
    same('transaction_undone', $error->getReason(), 'the deadlock');
    $cause = $error->getPrevious();
    same(1213, $page->code($cause), 'the cause');
    same('40001', $cause instanceof PDOException ? $cause->getCode() : $cause->getSqlState(), 'its SQLSTATE');
    same(true, str_contains($error->getMessage(), 'Deadlock found when trying to get lock'), 'the words of the server');
    return $error;
}

/** Writing in the empty transaction fails, with the server's words for it. */
function only_reads(callable $write): void
{
    global $page;
    try {
        $write();
    } catch (Throwable $error) {
        same(1792, $page->code($error), $error->getMessage());
        return;
    }
    throw new LogicException('a write went through');
}

// Nothing stands: PDO says so, and mysqli says nothing.
$page->lend(after_deadlock: 'no_transaction');
victim('A-1');
same(false, $page->isInside(), 'no transaction');
if ($way === 'pdo') {
    thrown(PDOException::class, fn() => $page->commit());
    thrown(PDOException::class, fn() => $page->rollBack());
} else {
    $page->rollBack();
}
same([], $orders(), 'the order is undone with its points');
same(10, loyalty_earn_points(7, 1000, 'A-2')['balance'], 'the connection serves on');

// An empty transaction stands: who rolls back unconditionally ends it, and begins again.
$page->lend(after_deadlock: 'empty_transaction');
victim('B-1');
same(true, $page->isInside(), 'a transaction');
only_reads(fn() => $page->exec("INSERT INTO orders VALUES ('B-2', 1)"));
// Nor does the engine work in it.
foreach ([fn() => loyalty_earn_points(7, 1000, 'B-2'), fn() => loyalty_points(7)] as $call) {
    same('transaction_undone', thrown(LoyaltyUnavailableException::class, $call)->getReason(), 'a call in it');
}
$page->rollBack();
same(false, $page->isInside(), 'it is ended');
$page->begin();
$page->exec("INSERT INTO orders VALUES ('B-1', 1)");
loyalty_earn_points(7, 1000, 'B-1');
$page->commit();
same([['B-1'], 20], [$orders(), loyalty_points(7)['available']], 'begun again');

// Who overlooks the error commits nothing, and writes by itself again afterwards.
victim('C-1');
$page->commit();
$page->exec("INSERT INTO orders VALUES ('C-2', 1)");
same([['B-1', 'C-2'], 30], [$orders(), loyalty_earn_points(7, 1000, 'C-2')['balance']], 'after an empty commit');

// One that begins without an end is as one that has rolled back.
victim('D-1');
$page->exec('START TRANSACTION');
$page->exec("INSERT INTO orders VALUES ('D-2', 1)");
loyalty_earn_points(7, 1000, 'D-2');
$page->commit();
same(['B-1', 'C-2', 'D-2'], $orders(), 'begun without an end');

// Savepoints that are named are there, also behind a call that was refused in between.
$page->lend(after_deadlock: 'empty_transaction', savepoints: ['level_2', 'level_3']);
victim('E-1', ['level_2', 'level_3']);
$page->exec('ROLLBACK TO SAVEPOINT level_3');
same('transaction_undone', thrown(LoyaltyUnavailableException::class, fn() => loyalty_points(7))->getReason(), 'a call in it');
$page->exec('ROLLBACK TO SAVEPOINT level_3');
$page->exec('RELEASE SAVEPOINT level_3');
$page->exec('ROLLBACK TO SAVEPOINT level_2');
same('transaction_undone', thrown(LoyaltyUnavailableException::class, fn() => loyalty_points(7))->getReason(), 'a call in it');
only_reads(fn() => $page->exec("INSERT INTO orders VALUES ('E-2', 1)"));
$page->rollBack();
same(['B-1', 'C-2', 'D-2'], $orders(), 'all of it is undone');

// A page that has overlooked that its own statement failed.
$page->begin();
$page->exec("INSERT INTO orders VALUES ('F-1', 1)");
deadlock($setting, $page, function () use ($page): void {
    try {
        $page->rows('SELECT * FROM loyalty_users WHERE user_id = 7 FOR UPDATE');
    } catch (PDOException | mysqli_sql_exception $error) {
        same(1213, $page->code($error), 'the deadlock of the page');
    }
});
if ($way === 'pdo') {
    same('transaction_undone', thrown(LoyaltyUnavailableException::class, fn() => loyalty_earn_points(7, 1000, 'F-1'))->getReason(), 'told');
    only_reads(fn() => $page->exec("INSERT INTO orders VALUES ('F-1', 1)"));
}
$page->rollBack();
same(40, loyalty_points(7)['available'], 'nothing was booked');
// In a page's own transaction whose isolation and access are not those of the server, nothing of the engine's stays behind.
same([['READ-WRITE', 0]], array_map(fn(array $row) => [$row[0], (int) $row[1]], $page->rows("SELECT IF(@@tx_read_only, 'READ-ONLY', 'READ-WRITE'), @@in_transaction")), 'the session');
same(true, loyalty_verify()['ok'], 'the books');
