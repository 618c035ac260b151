<?php

declare(strict_types=1);

// What the scripts of this folder share. Run with a folder and the setting of a new database.
require __DIR__ . '/../check.php';
require __DIR__ . '/../deadlock.php';
require __DIR__ . '/../../../loyalty-php-ext/php/autoload.php';

set_error_handler(fn(int $level, string $message) => (error_reporting() & $level) && throw new ErrorException($message));
// Debian's packages of frameworks are older than PHP's latest deprecations.
error_reporting(E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED);
$setting = $_SERVER['argv'][2];
$onServer = str_starts_with($setting, 'mysql:');

/** Where the database is: `path`, or `socket`, `user` and `database`. */
function parts(): array
{
    if (!$GLOBALS['onServer']) {
        return ['path' => substr($GLOBALS['setting'], strlen('sqlite:'))];
    }
    [$socket, , , $database, $user] = place($GLOBALS['setting']);
    return ['socket' => $socket, 'user' => $user, 'database' => $database];
}

/** The orders, and the points of the member, as another connection sees them. */
function seen(): array
{
    $pdo = connect($GLOBALS['setting']);
    $numbers = $pdo->query("SELECT number FROM orders WHERE number LIKE 'A-%' ORDER BY number")->fetchAll(PDO::FETCH_COLUMN);
    return [$numbers, (int) $pdo->query('SELECT balance FROM loyalty_users WHERE user_id = 7')->fetchColumn()];
}

open_tables(Link::open('pdo', $setting));
