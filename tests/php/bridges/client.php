<?php

declare(strict_types=1);

// The package as Composer has installed it into an application. Run with the application's folder.
require "{$_SERVER['argv'][1]}/vendor/autoload.php";
require __DIR__ . '/../check.php';

use Loyalty\Client;
use Loyalty\ClientInterface;

/** `loyalty_earn_points` as `earnPoints`. */
$named = fn(string $function): string => lcfirst(str_replace('_', '', ucwords(substr($function, strlen('loyalty_')), '_')));

// Each function of an operation is a method, with the same parameters, defaults and order.
$hosts = ['loyalty_configure', 'loyalty_version', 'loyalty_use_pdo', 'loyalty_use_mysqli'];
$functions = array_values(array_diff(get_extension_funcs('loyalty'), $hosts));
$methods = array_column((new ReflectionClass(ClientInterface::class))->getMethods(), 'name');
same([], array_diff(array_map($named, $functions), $methods), 'operations that the client lacks');
same([], array_diff($methods, array_map($named, $functions)), 'methods without an operation');
$shape = fn(ReflectionFunctionAbstract $call): array => array_map(
    fn(ReflectionParameter $one): array => [$one->getName(), $one->isOptional(), $one->isOptional() ? $one->getDefaultValue() : null],
    $call->getParameters(),
);
foreach ($functions as $function) {
    foreach ([ClientInterface::class, Client::class] as $class) {
        same($shape(new ReflectionFunction($function)), $shape(new ReflectionMethod($class, $named($function))), $function);
    }
}

// What is called is what was meant, and nothing is converted on the way, whoever calls.
loyalty_configure(database: database());
$loyalty = new Client();
$loyalty->earnPoints(user_id: 7, amount: '12990', order_id: 'A-17');
$again = $loyalty->earnPoints(7, 12990, order_id: 'A-17', actor: 'till');
same([true, 129], [$again['replayed'], $loyalty->points(user_id: 7)['available']], 'an order');
same(['items', 'next_before_id', 'total', 'pages', 'archived'], array_keys($loyalty->transactions(7, limit: 5, transaction_type: 'earn')), 'a list');
wrong('points', 'integer', fn() => $loyalty->transferPoints(from_user_id: 7, to_user_id: 8, points: 7.5));
eval('function loose(object $loyalty): mixed { return $loyalty->points("7"); }');
wrong('user_id', 'integer', fn() => loose($loyalty));
same('insufficient_points', thrown(LoyaltyRefusedException::class, fn() => $loyalty->redeemReward(7, 1))->getReason(), 'a refusal');
