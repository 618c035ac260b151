<?php

// No strict_types: the engine's own strictness must hold in PHP's weak mode.
require __DIR__ . '/check.php';

loyalty_configure(database: database(), now: '2026-03-02T09:30:00-03:00');

// Named arguments, in any order and with gaps; the rest have their defaults.
$receipt = loyalty_earn_points(amount: 12990, user_id: 7, key: 'first');
same(129, $receipt['points_earned'], 'points');
same(false, $receipt['replayed'], 'a first call');
same(true, loyalty_earn_points(amount: 12990, user_id: 7, key: 'first')['replayed'], 'a repeat');
same(129, loyalty_points(7)['available'], 'one earn counted');
same(0, loyalty_expire_points()['points'], 'a command without arguments');

// Money as an integer, a decimal string or a float.
foreach ([12990, '12990', '12990.00', 12990.0] as $amount) {
    same(129, loyalty_quote_points(7, $amount)['points'], var_export($amount, true));
}

// Unknown and missing arguments.
same('Unknown named parameter $points', thrown(Error::class, fn() => loyalty_points(user_id: 7, points: 1))->getMessage(), 'an unknown argument');
wrong('arguments', 'at most', fn() => loyalty_points(7, null, null, 3));
wrong('user_id', 'is required', fn() => loyalty_points());

// Nothing is converted behind the caller's back.
wrong('user_id', 'must be an integer, got the string `7`', fn() => loyalty_points('7'));
wrong('user_id', 'must be an integer', fn() => loyalty_points(7.0));
wrong('user_id', 'must be an integer', fn() => loyalty_points(true));
wrong('user_id', 'got null', fn() => loyalty_points(null));
wrong('order_id', 'must be a string, got the integer `17`', fn() => loyalty_earn_points(7, 100, 17));
wrong('limit', 'got null', fn() => loyalty_expire_points(limit: null));
wrong('items[1].quantity', 'must be an integer, got the string `2`', fn() => loyalty_earn_points(7, 100, items: [['sku' => 'a'], ['sku' => 'b', 'quantity' => '2']]));
wrong('items[0].colour', 'is an unknown argument', fn() => loyalty_earn_points(7, 100, items: [['sku' => 'a', 'colour' => 1]]));

wrong('items[0]', 'names as its keys', fn() => loyalty_earn_points(7, 100, items: [['latte', 2]]));

// Texts.
wrong('items[2].sku', 'must be valid UTF-8', fn() => loyalty_earn_points(7, 100, items: [['sku' => 'a'], ['sku' => 'b'], ['sku' => "caf\xe9"]]));
wrong('items[0]', 'keys of valid UTF-8', fn() => loyalty_earn_points(7, 100, items: [["sk\xff" => 'a']]));
$nul = thrown(LoyaltyInvalidException::class, fn() => loyalty_earn_points(7, 100, order_id: "A\0B"));
same('order_id', $nul->getDetails()['field'], 'NUL in an order');
wrong('amount', 'decimal number', fn() => loyalty_earn_points(7, "1\0"));

// Numbers, references, objects and resources.
wrong('amount', 'finite', fn() => loyalty_earn_points(7, NAN));
wrong('amount', 'finite', fn() => loyalty_earn_points(7, -INF));
wrong('amount', 'DateTimeInterface', fn() => loyalty_earn_points(7, new stdClass()));
wrong('items[0].sku', 'resource', fn() => loyalty_earn_points(7, 100, items: [['sku' => STDIN]]));
$user = 7;
$shared = &$user;
same(129, loyalty_points($user)['available'], 'a reference');
$endless = ['sku' => 'a'];
$endless['sku'] = &$endless;
$nested = thrown(LoyaltyInvalidException::class, fn() => loyalty_earn_points(7, 100, items: [$endless]));
same(true, str_contains($nested->getMessage(), 'at most 8 deep'), $nested->getMessage());
$many = array_fill(0, 30_000, ['sku' => 'a']);
$flood = thrown(LoyaltyInvalidException::class, fn() => loyalty_earn_points(7, 100, items: $many));
same(true, str_contains($flood->getMessage(), 'at most 20000 values'), $flood->getMessage());

// Instants and dates.
$santiago = new DateTimeZone('America/Santiago');
$enrolled = loyalty_enroll(8, birth_date: new DateTimeImmutable('1990-05-17', $santiago), at: new DateTime('2026-03-01 10:00', $santiago));
same(8, $enrolled['user_id'], 'enrolled at a DateTime');
same('2026-03-01', loyalty_profile(8)['join_date'], 'the instant of a DateTime');
wrong('at', 'RFC 3339', fn() => loyalty_enroll(9, at: '2026-03-01'));
wrong('birth_date', 'date', fn() => loyalty_enroll(9, birth_date: 'soon'));
wrong('at', 'must be a string', fn() => loyalty_enroll(9, at: 1_772_000_000));
same(129, loyalty_points(7)['available'], 'no refused call has changed anything');
