<?php

declare(strict_types=1);

// Pages that are killed with -9 between the order and its points: never one without the other, and nothing that was
// committed is lost. Run with a folder, the setting of a new database, the way of the
// connection, and the number of kills.
require __DIR__ . '/check.php';
require __DIR__ . '/connect.php';

[, , $setting, $way, $kills] = $_SERVER['argv'];
const STAGES = ['after the order', 'after the points', 'after the points of an order that is still to come', 'at any moment'];

function opened(): Link
{
    $page = Link::open($GLOBALS['way'], $GLOBALS['setting']);
    if (str_starts_with($GLOBALS['setting'], 'sqlite:')) {
        // What a killed process wrote is there without a sync, too.
        $page->exec('PRAGMA synchronous = OFF');
    }
    return $page;
}

/** A page that takes orders and tells which are committed, until it dies: by its own hand, or by that of the test. */
function page(int $page, int $stage, mixed $told): never
{
    $link = opened();
    $link->lend();
    $insert = fn(string $order) => $link->exec("INSERT INTO orders VALUES ('$order', 1000)");
    for ($number = 0; ; $number++) {
        $order = "$page-$number";
        $dies = $number === 2;
        $link->begin();
        if ($stage !== 2) {
            $insert($order);
            $dies && $stage === 0 && posix_kill(posix_getpid(), SIGKILL);
        }
        loyalty_earn_points(7, 1000, $order);
        $dies && ($stage === 1 || $stage === 2) && posix_kill(posix_getpid(), SIGKILL);
        if ($stage === 2) {
            $insert($order);
        }
        $link->commit();
        fwrite($told, "$order\n");
    }
}

/** What is there: the orders, and the orders of the points. */
function kept(): array
{
    $link = opened();
    $column = fn(string $sql) => array_map('strval', $link->column($sql));
    $kept = [$column('SELECT number FROM orders'), $column('SELECT order_id FROM loyalty_orders')];
    array_walk($kept, fn(array &$list) => sort($list));
    return $kept;
}

$link = opened();
$link->exec('CREATE TABLE orders (number VARCHAR(40) NOT NULL PRIMARY KEY, total INTEGER NOT NULL)');
$link->lend();
loyalty_enroll(7);
loyalty_use_pdo(null);
$link = null;

$committed = [];
$halves = array_fill_keys(STAGES, 0);
for ($kill = 0; $kill < $kills; $kill++) {
    $stage = $kill % count(STAGES);
    [$here, $there] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    $child = pcntl_fork();
    if ($child === 0) {
        fclose($here);
        page($kill, $stage, $there);
    }
    fclose($there);
    $told = (string) fgets($here);
    if ($stage === 3) {
        usleep(random_int(0, 20_000));
        posix_kill($child, SIGKILL);
    }
    pcntl_waitpid($child, $status);
    same([true, SIGKILL], [pcntl_wifsignaled($status), pcntl_wtermsig($status)], 'the end of a page');
    $told .= stream_get_contents($here);
    $committed = array_merge($committed, explode("\n", trim($told)));
    [$orders, $earned] = kept();
    if ($orders !== $earned) {
        $halves[STAGES[$stage]]++;
    }
    same([], array_values(array_diff($committed, $orders)), 'committed and lost');
}

[$orders, $earned] = kept();
same(array_fill_keys(STAGES, 0), $halves, 'one without the other');
same(true, count($committed) >= 2 * $kills - intdiv((int) $kills, 2), 'the pages have worked');
$link = opened();
$link->lend();
same(true, loyalty_verify()['ok'], 'the books');
printf("%d kills, %d orders with their points, %d told as committed, none without the other\n", $kills, count($orders), count($committed));
