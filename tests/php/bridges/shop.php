<?php

declare(strict_types=1);

// What the scripts of this folder share: a shop's tables, and another page that is in the way. Run with a folder and the
// setting of a new database.
require __DIR__ . '/../check.php';
require __DIR__ . '/../connect.php';
require __DIR__ . '/../../../loyalty-php-ext/php/autoload.php';

set_error_handler(fn(int $level, string $message) => (error_reporting() & $level) && throw new ErrorException($message));
// Debian's packages of frameworks are older than PHP's latest deprecations.
error_reporting(E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED);
$setting = $_SERVER['argv'][2];
$onServer = str_starts_with($setting, 'mysql:');

/** The parts of the setting, as frameworks want them. */
function parts(): array
{
    [$place, $settings] = explode('?', $GLOBALS['setting'] . '?', 2);
    if (!$GLOBALS['onServer']) {
        return ['path' => substr($place, strlen('sqlite:'))];
    }
    $url = parse_url($place);
    parse_str(rtrim($settings, '?'), $settings);
    return ['host' => $url['host'], 'socket' => $settings['socket'], 'user' => $url['user'] ?? 'root', 'database' => ltrim($url['path'], '/')];
}

/** The shop's own tables. */
function open_shop(): void
{
    $pdo = connect($GLOBALS['setting']);
    $pdo->exec('CREATE TABLE orders (number VARCHAR(40) NOT NULL PRIMARY KEY, total INTEGER NOT NULL)');
    $pdo->exec('CREATE TABLE counter (next INTEGER NOT NULL)');
    $pdo->exec('INSERT INTO counter VALUES (1)');
}

/** The orders, and the points of the member, as another connection sees them. */
function seen(string $prefix = ''): array
{
    $pdo = connect($GLOBALS['setting']);
    $numbers = $pdo->query("SELECT number FROM orders WHERE number LIKE 'A-%' ORDER BY number")->fetchAll(PDO::FETCH_COLUMN);
    return [$numbers, (int) $pdo->query("SELECT balance FROM {$prefix}loyalty_users WHERE user_id = 7")->fetchColumn()];
}

/**
 * In a transaction that has locked the counter: another process holds the member of the points and waits for the counter,
 * so that the next write of points is a deadlock, which the server ends at this side. Returns what waits for its end.
 */
function rival_that_waits(): Closure
{
    $modules = array_map(fn(string $name) => ['-d', "extension=$name"], php_ini_loaded_file() ? [] : ['pdo', 'mysqlnd', 'pdo_mysql']);
    $command = [PHP_BINARY, ...array_merge(...$modules), __DIR__ . '/../rival.php', $GLOBALS['setting']];
    $rival = proc_open($command, [1 => ['pipe', 'w']], $pipes);
    same("holds the member\n", fgets($pipes[1]), 'the rival');
    $other = connect($GLOBALS['setting']);
    while (!$other->query("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")->fetchColumn()) {
        // The server shows a new state only to who has not asked for a tenth of a second.
        usleep(150_000);
    }
    return function () use ($rival, $pipes): void {
        same("has ended\n", fgets($pipes[1]), 'the rival goes on');
        same(0, proc_close($rival), 'the rival ends');
    };
}
