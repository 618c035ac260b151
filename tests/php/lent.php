<?php

declare(strict_types=1);

// Settings of the page's connection that would change what statements mean are the engine's for the time of a call,
// and the page's again after it. Run with a folder and the setting of a new database.
require __DIR__ . '/check.php';
require __DIR__ . '/connect.php';

set_error_handler(fn(int $level, string $message) => throw new ErrorException($message));
$setting = $_SERVER['argv'][2];
$onServer = str_starts_with($setting, 'mysql:');

/** A small history of a member, and what is told of it. */
function history(int $user): array
{
    loyalty_enroll($user, name: 'Añañuca Ñandú ☕');
    foreach ([1, 2, 3] as $number) {
        loyalty_earn_points($user, 100_000, "O-$user-$number", items: [['sku' => 'té', 'quantity' => $number]]);
    }
    $redeemed = loyalty_redeem_reward($user, 2);
    loyalty_refund_order("O-$user-2", 30_000);
    $profile = loyalty_profile($user);
    return [
        loyalty_points($user)['available'],
        count(loyalty_transactions($user)['items']),
        array_column(loyalty_transactions($user)['items'], 'points_amount'),
        [$profile['user_name'], $profile['total_spent'], $profile['total_visits'], $profile['favorite_products']],
        count(loyalty_rewards($user)['items']),
        $redeemed['points_spent'],
        loyalty_verify($user)['ok'],
    ];
}

$usual = connect($setting);
loyalty_use_pdo($usual);
$expected = history(1);
same(true, $expected[6], 'the usual settings');

/** What the connection says of a setting. */
function value(PDO $pdo, string $name): string
{
    $text = $GLOBALS['onServer'] ? "SELECT CONCAT(@@SESSION.$name, '') LIMIT 1" : "PRAGMA $name";
    return (string) $pdo->query($text)->fetchColumn();
}

$worst = $onServer ? [
    'sql_select_limit' => '1',
    'sql_safe_updates' => '1',
    'max_join_size' => '1',
    'sql_auto_is_null' => '1',
    'unique_checks' => '0',
    'max_sort_length' => '64',
    'completion_type' => "'CHAIN'",
    'time_zone' => "'+13:00'",
    'character_set_results' => 'latin1',
    'character_set_client' => 'latin1',
    'collation_connection' => 'latin1_swedish_ci',
    'group_concat_max_len' => '4',
    'foreign_key_checks' => '0',
    'div_precision_increment' => '0',
    'sql_mode' => "''",
    'sql_mode ' => "'ANSI_QUOTES,PIPES_AS_CONCAT,IGNORE_SPACE,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH,HIGH_NOT_PRECEDENCE'",
    'sql_mode  ' => "'STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY'",
] : [
    'recursive_triggers' => '1',
    'foreign_keys' => '1',
    'reverse_unordered_selects' => '1',
    'case_sensitive_like' => '1',
    'count_changes' => '1',
    'full_column_names' => '1',
    'short_column_names' => '0',
    'ignore_check_constraints' => '1',
    'legacy_alter_table' => '1',
    'read_uncommitted' => '1',
    'cell_size_check' => '1',
    'automatic_index' => '0',
    'cache_size' => '1',
    'synchronous' => '0',
];
$user = 1;
foreach ($worst as $name => $value) {
    $name = trim($name);
    foreach ([false, true] as $inTransaction) {
        $page = connect($setting);
        $page->exec($onServer ? "SET SESSION $name = $value" : "PRAGMA $name = $value");
        // Some cannot be asked.
        $before = $name === 'case_sensitive_like' ? '' : value($page, $name);
        loyalty_use_pdo($page);
        if ($inTransaction) {
            $page->beginTransaction();
        }
        $found = history(++$user);
        if ($inTransaction) {
            $page->commit();
        }
        same($expected, $found, "$name = $value");
        // Behind the page's own COMMIT this setting begins the next one.
        $isChained = $inTransaction && $name === 'completion_type';
        same($isChained, $page->inTransaction(), "no transaction is left open: $name = $value");
        same($before, $name === 'case_sensitive_like' ? '' : value($page, $name), "$name is the page's again");
        loyalty_use_pdo(null);
    }
}

// Attributes of PDO.
$attributes = [PDO::ATTR_STRINGIFY_FETCHES => true, PDO::ATTR_CASE => PDO::CASE_UPPER, PDO::ATTR_ORACLE_NULLS => PDO::NULL_TO_STRING,
    PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_OBJ, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION];
foreach ($attributes as $attribute => $value) {
    $page = connect($setting, [$attribute => $value]);
    loyalty_use_pdo($page);
    same($expected, history(++$user), "attribute $attribute");
    same($value, $page->getAttribute($attribute), "attribute $attribute is the page's again");
    loyalty_use_pdo(null);
}

// What cannot be lent is refused before anything is written.
if ($onServer) {
    $page = connect($setting);
    loyalty_use_pdo($page);
    $page->exec('SET SESSION TRANSACTION READ ONLY');
    same(100, loyalty_earn_points(1, 10_000, 'R-1')['points_earned'], 'a call says itself that it writes');
    $page->exec('START TRANSACTION READ ONLY');
    $refused = thrown(LoyaltyUnavailableException::class, fn() => loyalty_earn_points(1, 10_000, 'R-2'));
    same('database_read_only', $refused->getReason(), 'a transaction that only reads');
    $page->exec('ROLLBACK');
} else {
    $page = connect($setting);
    loyalty_use_pdo($page);
    $page->exec('PRAGMA query_only = 1');
    $refused = thrown(LoyaltyUnavailableException::class, fn() => loyalty_earn_points(1, 10_000, 'R-2'));
    same('database_read_only', $refused->getReason(), 'a connection that only reads');
    $page->exec('PRAGMA query_only = 0');
    same('off', $page->query('PRAGMA journal_mode = OFF')->fetchColumn(), 'no journal');
    $refused = thrown(LoyaltyUnavailableException::class, fn() => loyalty_earn_points(1, 10_000, 'R-2'));
    same('database_unopened', $refused->getReason(), 'a connection that cannot undo');
}
loyalty_use_pdo($usual);
same(true, loyalty_verify()['ok'], 'the books');
