<?php

declare(strict_types=1);

namespace Loyalty;

/** What surrounds the calls of a {@see Client}: it names the connection, and puts errors into words of its own. */
interface Host
{
    /**
     * Runs a call of the engine.
     *
     * @param callable(): array $call
     */
    public function run(callable $call): array;
}
