<?php

declare(strict_types=1);

namespace Loyalty;

/** Wraps the calls of a {@see Client}: it provides the connection, and turns errors into the framework's own exceptions. */
interface Host
{
    /**
     * Runs a call of the engine.
     *
     * @param callable(): array $call
     */
    public function run(callable $call): array;
}
