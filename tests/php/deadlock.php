<?php

declare(strict_types=1);

// Makes a deadlock of which the page is the victim.
require_once __DIR__ . '/connect.php';

/** The tables that a page and its rival write. */
function open_tables(Link $page): void
{
    $page->exec('CREATE TABLE orders (number VARCHAR(40) NOT NULL PRIMARY KEY, total INTEGER NOT NULL)');
    $page->exec('CREATE TABLE counter (next INTEGER NOT NULL)');
    $page->exec('INSERT INTO counter VALUES (1)');
}

/**
 * The page, in a transaction that is open, locks the counter. Another has written more, holds the row of member 7, and waits
 * for the counter: the page is the victim as soon as `$member` wants the member.
 */
function deadlock(string $setting, Link $page, callable $member): mixed
{
    $page->rows('SELECT * FROM counter FOR UPDATE');
    $ended = rival_that_waits($setting);
    try {
        return $member();
    } finally {
        $ended();
    }
}

/** Starts the other, once the counter is locked. What is returned waits for its end. */
function rival_that_waits(string $setting, string $member = 'loyalty_users WHERE user_id = 7'): Closure
{
    $modules = array_map(fn(string $name) => ['-d', "extension=$name"], php_ini_loaded_file() ? [] : ['pdo', 'mysqlnd', 'pdo_mysql']);
    $rival = proc_open([PHP_BINARY, ...array_merge(...$modules), __DIR__ . '/rival.php', $setting, $member], [1 => ['pipe', 'w']], $pipes);
    same("holds the member\n", fgets($pipes[1]), 'the rival');
    $other = connect($setting);
    while (!$other->query("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")->fetchColumn()) {
        // The server shows a new state only to who has not asked for a tenth of a second.
        usleep(150_000);
    }
    return function () use ($rival, $pipes): void {
        same("has ended\n", fgets($pipes[1]), 'the rival goes on');
        same(0, proc_close($rival), 'the rival ends');
    };
}
