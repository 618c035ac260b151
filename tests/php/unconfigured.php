<?php

declare(strict_types=1);

// Run without any setting, but with one that holds a password in the end.
require __DIR__ . '/check.php';

if (($_SERVER['argv'][2] ?? '') === 'phpinfo') {
    ob_start();
    phpinfo(INFO_MODULES);
    $page = ob_get_clean();
    same(1, preg_match('/^loyalty$/m', $page), 'a section of its own');
    same(1, preg_match('/^Version => ' . preg_quote(loyalty_version()) . '$/m', $page), 'the version');
    same(1, preg_match('/^SQLite => 3\.\d+\.\d+ \((bundled|system)\)$/m', $page), 'SQLite');
    same(1, preg_match('/^Operations => (\d+)$/m', $page, $operations), 'the operations');
    same(count(get_extension_funcs('loyalty')), (int) $operations[1] + 4, 'a function for each operation');
    same(1, preg_match('~^loyalty\.database => mysql://shop:\*\*\*@host/db => ~m', $page), 'the setting, masked');
    same(1, preg_match('~^loyalty\.program => no value => no value$~m', $page), 'the other setting');
    same(false, str_contains(strstr(strstr($page, "\nloyalty\n"), 'loyalty.program', true), 'secret-word'), 'the password');
    exit;
}

$exception = thrown(LoyaltyUnavailableException::class, fn() => loyalty_points(7));
same(['not_configured', 5], [$exception->getReason(), $exception->getCode()], 'no database is set');
same(true, str_contains($exception->getMessage(), 'loyalty.database'), 'what to set is named');
// What needs no database needs no setting.
same('cafe_bronze', loyalty_tier_for(points: 500)['tier'], 'a pure operation');
same(1, preg_match('/^\d+\.\d+\.\d+/', loyalty_version()), 'the version');
same(phpversion('loyalty'), loyalty_version(), 'one version');
