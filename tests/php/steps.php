<?php

declare(strict_types=1);

// A signal behind each statement of a call in turn, whose handler throws, exits, or ends in a fatal error. Run with a folder, the
// setting of a new database on a server, and the way of the connection. Says behind which statements.
require __DIR__ . '/check.php';
require __DIR__ . '/deadlock.php';
require __DIR__ . '/proxy.php';

final class TimeIsOver extends Exception
{
}

[, $folder, $setting, $way] = $_SERVER['argv'];
$proxy = Proxy::start($setting, $folder);
$outside = Link::open($way, $setting);
open_tables($outside);
$outside->lend();
loyalty_enroll(7);
loyalty_earn_points(7, 1000, 'first');

/** The orders, the orders with points, the balance, and how many transactions are open on the server. */
function seen(): array
{
    global $outside;
    return [
        $outside->column("SELECT number FROM orders WHERE number <> 'first' ORDER BY number"),
        $outside->column("SELECT order_id FROM loyalty_orders WHERE order_id <> 'first' ORDER BY order_id"),
        $outside->column('SELECT balance FROM loyalty_users WHERE user_id = 7')[0],
    ];
}

/** No transaction is left, as nobody who writes is held up. */
function nobody_waits(string $when): void
{
    global $outside;
    $outside->exec('SET SESSION innodb_lock_wait_timeout = 1');
    $outside->exec("UPDATE loyalty_users SET locks = locks WHERE user_id = 7");
    $outside->exec("UPDATE counter SET next = next + 1");
}

/** A job: an order and its points, in a transaction of the page's or without. */
function job(Link $page, string $order, bool $together): void
{
    $together && $page->begin();
    $together && $page->exec("INSERT INTO orders VALUES ('$order', 1)");
    loyalty_earn_points(7, 1000, $order);
    $together && $page->commit();
}

$page = Link::open($way, $proxy->setting);
$page->lend();
loyalty_points(7);
pcntl_async_signals(true);
pcntl_signal(SIGUSR1, fn() => throw new TimeIsOver());
$behind = [];
foreach ([false, true] as $together) {
    for ($step = 1; ; $step++) {
        $order = 'J-' . (int) $together . "-$step";
        [$orders, $earned, $balance] = seen();
        $proxy->arm($step);
        $thrown = null;
        try {
            job($page, $order, $together);
        } catch (TimeIsOver $thrown) {
        }
        $struck = $proxy->struck();
        same($struck !== null, $thrown !== null, "the handler of step $step");
        if ($thrown !== null && $together && $page->isInside()) {
            $page->rollBack();
        }
        same(false, $page->isInside(), "no transaction is open behind `$struck`");
        nobody_waits("behind $struck");
        [$now, $books, $after] = seen();
        $written = in_array($order, $books, true);
        // Without a transaction of the page's the call was made; in one, the order is where its points are.
        same($together ? in_array($order, $now, true) : true, $written, "the points of the order behind `$struck`");
        same($balance + ($written ? 10 : 0), $after, "the balance behind `$struck`");
        if ($struck === null) {
            break;
        }
        $behind[] = strtok($struck, ' ');
    }
}
foreach (['START', 'SAVEPOINT', 'SELECT', 'INSERT', 'UPDATE', 'RELEASE', 'COMMIT'] as $word) {
    same(true, in_array($word, $behind, true), "a signal behind $word");
}

// The last words after a deadlock.
foreach (['no_transaction', 'empty_transaction'] as $stands) {
    $page->lend(after_deadlock: $stands);
    foreach ($stands === 'no_transaction' ? ['DO 0'] : ['START TRANSACTION READ ONLY', 'SAVEPOINT loyalty_undone'] as $last) {
        $found = null;
        for ($step = 2; $step < 9 && !str_starts_with($found ?? '', $last); $step++) {
            $page->begin();
            $page->exec("INSERT INTO orders VALUES ('D-1', 1)");
            try {
                deadlock($setting, $page, function () use ($proxy, $step): void {
                    $proxy->arm($step);
                    loyalty_earn_points(7, 1000, 'D-1');
                });
            } catch (TimeIsOver | LoyaltyUnavailableException $error) {
            }
            $found = $proxy->struck();
            same($found !== null, $error instanceof TimeIsOver, "the handler behind `$found`");
            if ($page->isInside()) {
                $page->rollBack();
            }
            nobody_waits("behind $found");
            same(false, in_array('D-1', [...seen()[0], ...seen()[1]], true), "nothing is half done behind `$found`");
            // Which statement the server has answered with the deadlock is known afterwards only.
            if ($found === null) {
                break;
            }
        }
        same($last, substr((string) $found, 0, strlen($last)), 'the last words');
        $behind[] = $last;
    }
}

// What ends the page ends it behind the call, with nothing half done and nothing left open.
$ends = [
    'exit' => fn() => exit(3),
    'a fatal error' => fn() => str_repeat('x', (int) ini_get('memory_limit') * 1024 * 1024 * 2),
    'an exception that nobody catches' => fn() => throw new TimeIsOver(),
];
ini_set('memory_limit', '64M');
// A child that ends would say goodbye on what it has inherited.
$page = null;
$first = 0;
foreach ($ends as $what => $handler) {
    foreach ([false, true] as $together) {
        // Every third statement, with each end another one.
        for ($step = 1 + $first++ % 3; ; $step += 3) {
            $order = 'E-' . md5($what) . (int) $together . "-$step";
            $outside = null;
            loyalty_use_pdo(null);
            $child = pcntl_fork();
            if ($child === 0) {
                ini_set('display_errors', '0');
                ini_set('log_errors', '0');
                pcntl_signal(SIGUSR1, $handler);
                $mine = Link::open($way, $proxy->setting);
                $mine->lend();
                loyalty_points(7);
                $proxy->arm($step);
                job($mine, $order, $together);
                posix_kill(getmypid(), SIGKILL);
            }
            pcntl_waitpid($child, $status);
            $outside = Link::open($way, $setting);
            $struck = $proxy->struck();
            same($struck === null, pcntl_wifsignaled($status), "$what behind `$struck`");
            nobody_waits("$what behind $struck");
            [$now, $books] = seen();
            $written = in_array($order, $books, true);
            same($together ? in_array($order, $now, true) : true, $written, "the points of the order, $what behind `$struck`");
            if ($struck === null) {
                break;
            }
        }
    }
}
$proxy->end();
$outside->lend();
same(true, loyalty_verify()['ok'], 'the books');
echo implode(', ', array_unique($behind)), "\n";
