<?php

declare(strict_types=1);

// Jobs whose time is over at any moment: a signal's handler throws. Run with a folder, the setting of a new database, the
// way of the connection, and how many jobs. Says how many were interrupted.
require __DIR__ . '/check.php';
require __DIR__ . '/connect.php';

final class TimeIsOver extends Exception
{
}

[, , $setting, $way, $jobs] = $_SERVER['argv'];
$page = Link::open($way, $setting);
$page->exec('CREATE TABLE orders (number VARCHAR(40) NOT NULL PRIMARY KEY)');
$page->lend();
loyalty_enroll(7);

/** The page's order and its points in one transaction of the page. */
function together(Link $page, string $order): void
{
    $page->begin();
    $page->exec("INSERT INTO orders VALUES ('$order')");
    loyalty_earn_points(7, 1000, $order);
    $page->commit();
}

// How long a job takes here, so that about half of them are interrupted.
$begun = hrtime(true);
foreach (range(1, 20) as $number) {
    $number % 3 === 0 ? together($page, "W-$number") : loyalty_earn_points(7, 1000, "W-$number");
}
$usual = max(1000, intdiv(hrtime(true) - $begun, 20_000));

// Before the first signal can come.
$working = false;
pcntl_signal(SIGUSR1, fn() => $GLOBALS['working'] ? throw new TimeIsOver() : null);
pcntl_async_signals(true);
$worker = getmypid();
$clock = pcntl_fork();
if ($clock === 0) {
    // Until the worker is gone, and no longer than ten minutes.
    for ($until = time() + 600; time() < $until && posix_kill($worker, SIGUSR1);) {
        usleep(mt_rand(100, 3 * $usual));
        if (posix_getppid() !== $worker) {
            break;
        }
    }
    posix_kill(getmypid(), SIGKILL);
}

$answered = [];
$interrupted = 0;
$other = connect($setting, str_starts_with($setting, 'sqlite:') ? [PDO::ATTR_TIMEOUT => 0] : []);
$other->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
for ($job = 1; $job <= $jobs; $job++) {
    $isTogether = $job % 3 === 0;
    try {
        $working = true;
        if ($isTogether) {
            together($page, "J-$job");
        } else {
            loyalty_earn_points(7, 1000, "J-$job");
        }
        $working = false;
        $answered[] = "J-$job";
    } catch (TimeIsOver) {
        $working = false;
        $interrupted++;
        if ($isTogether && $page->isInside()) {
            $page->rollBack();
        }
    }
    $working = false;
    same(false, $page->isInside(), "a transaction after job $job");
    // Nobody is locked out, and a transaction that PDO does not know of would show here.
    $other->exec('INSERT INTO orders VALUES (' . "'other-$job'" . ')');
}
posix_kill($clock, SIGKILL);
pcntl_waitpid($clock, $status);

// As another connection sees it: all that was answered is there, once, and the order with its points.
$booked = $other->query("SELECT order_id FROM loyalty_orders")->fetchAll(PDO::FETCH_COLUMN);
same([], array_values(array_diff($answered, $booked)), 'answered and not there');
$orders = $other->query("SELECT number FROM orders WHERE number NOT LIKE 'other-%'")->fetchAll(PDO::FETCH_COLUMN);
$inPages = array_filter($booked, fn(string $order) => ((int) substr($order, 2)) % 3 === 0);
same([], array_merge(array_diff($orders, $inPages), array_diff($inPages, $orders)), 'an order without points, or points without');
same((int) $other->query('SELECT SUM(points_amount) FROM loyalty_transactions WHERE order_id IS NOT NULL')->fetchColumn(), loyalty_points(7)['available'], 'the points');
same(true, loyalty_verify()['ok'], 'the books');
echo "$jobs jobs, $interrupted interrupted\n";
