<?php

declare(strict_types=1);

// What the scripts of this folder share. A check that fails throws, and the process ends with an error.

function same(mixed $expected, mixed $actual, string $what): void
{
    if ($expected !== $actual) {
        throw new LogicException("$what: expected " . var_export($expected, true) . ', got ' . var_export($actual, true));
    }
}

/** The exception that a call ends with. */
function thrown(string $class, callable $call): Throwable
{
    try {
        $call();
    } catch (Throwable $exception) {
        same($class, $exception::class, $exception->getMessage());
        return $exception;
    }
    throw new LogicException("no $class was thrown");
}

/** A call that must be refused as wrong, naming the field. */
function wrong(string $field, string $expected, callable $call): void
{
    $exception = thrown(LoyaltyInvalidException::class, $call);
    same($field, $exception->getDetails()['field'], 'the field of: ' . $exception->getMessage());
    if (!str_contains($exception->getMessage(), $expected)) {
        throw new LogicException("`$expected` is not said by: " . $exception->getMessage());
    }
}

/** The settings of a database in the folder that the test has made. */
function database(string $settings = ''): string
{
    return "sqlite:{$_SERVER['argv'][1]}/loyalty.db$settings";
}
