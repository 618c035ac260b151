<?php

declare(strict_types=1);

// Run with `loyalty.database` set, and `open_basedir` to the folder of the test and that of these scripts.
require __DIR__ . '/check.php';

$folder = $_SERVER['argv'][1];
same(database(), ini_get('loyalty.database'), 'the setting');
loyalty_enroll(7);
same(true, is_file("$folder/loyalty.db"), 'the database of php.ini');
same(false, ini_set('loyalty.database', 'sqlite::memory:'), 'a page does not change php.ini');

// A page sets what it wants for its request; null leaves the rest as it was.
loyalty_configure(database: "sqlite:$folder/other.db");
loyalty_configure(now: new DateTimeImmutable('2031-01-01T12:00:00Z'));
same('2031-01-01', loyalty_enroll(8)['join_date'], 'the fixed clock');
loyalty_configure(database: "sqlite:$folder/other.db");
same('2031-01-01', loyalty_enroll(9)['join_date'], 'the clock stays when it is not named');
$today = fn(): array => array_map(fn(string $ago) => date_create($ago, new DateTimeZone('America/Santiago'))->format('Y-m-d'), ['-1 minute', 'now']);
foreach ([fn() => loyalty_configure(now: null), fn() => loyalty_configure(null, null, null)] as $release) {
    loyalty_configure(now: '2031-01-01T12:00:00Z');
    $release();
    $joined = loyalty_enroll(random_int(1_000, 1_000_000_000))['join_date'];
    same(true, in_array($joined, $today(), true), "the clock is the machine's again: $joined");
}
loyalty_configure(now: '2031-01-01T12:00:00Z');
same(true, is_file("$folder/other.db"), 'the database of the page');
thrown(LoyaltyNotFoundException::class, fn() => loyalty_points(7));
loyalty_configure(database: database());
same(7, loyalty_points(7)['user_id'], 'back again');

// A programme file, read anew when it has changed.
$program = "$folder/program.toml";
same(129, loyalty_quote_points(7, 12990)['points'], 'the compiled-in programme');
file_put_contents($program, str_replace('per = 100', 'per = 10', file_get_contents($_SERVER['argv'][2])));
loyalty_configure(program: $program);
same(1299, loyalty_quote_points(7, 12990)['points'], 'the programme of the page');
file_put_contents($program, str_replace('per = 100', 'per = 1000', file_get_contents($_SERVER['argv'][2])));
touch($program, time() + 5);
clearstatcache();
same(12, loyalty_quote_points(7, 12990)['points'], 'the programme after a change');
file_put_contents($program, 'name = 7');
touch($program, time() + 10);
thrown(LoyaltyInvalidException::class, fn() => loyalty_quote_points(7, 12990));
loyalty_configure(program: "$folder/none.toml");
wrong('program', 'none.toml', fn() => loyalty_quote_points(7, 12990));
loyalty_configure(program: '');

// Wrong settings are told at once and leave the earlier ones.
wrong('database', 'must begin with `sqlite:`', fn() => loyalty_configure(database: 'oracle:secret-word@host'));
wrong('database', 'unknown setting', fn() => loyalty_configure(database: database('?speed=high')));
wrong('now', 'RFC 3339', fn() => loyalty_configure(now: 'tomorrow'));
wrong('database', 'open_basedir', fn() => loyalty_configure(database: 'sqlite:/var/tmp/elsewhere.db'));
wrong('database', 'open_basedir', fn() => loyalty_configure(database: "sqlite:$folder/../elsewhere.db"));
wrong('program', 'open_basedir', fn() => loyalty_configure(program: '/etc/passwd'));
wrong('database', 'NUL', fn() => loyalty_configure(database: "sqlite:$folder/a\0b.db"));
wrong('database', 'must be a string', fn() => loyalty_configure(7));
same(7, loyalty_points(7)['user_id'], 'the earlier settings hold');

// A password is never shown.
$refused = thrown(LoyaltyInvalidException::class, fn() => loyalty_configure(database: 'oracle://shop:secret-word@host/db'));
same(false, str_contains($refused . json_encode($refused->getDetails()), 'secret-word'), 'the password in an exception');

// Many databases in one process: more than are kept open.
for ($number = 1; $number <= 10; $number++) {
    loyalty_configure(database: "sqlite:$folder/site-$number.db");
    loyalty_enroll($number);
}
for ($number = 1; $number <= 10; $number++) {
    loyalty_configure(database: "sqlite:$folder/site-$number.db");
    same($number, loyalty_points($number)['user_id'], "site $number");
}
