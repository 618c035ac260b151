<?php

declare(strict_types=1);

// Drains until a file is there and nothing waits any more. Run with the setting of the engine's database and the file.
[, $setting, $file] = $_SERVER['argv'];
loyalty_configure(database: $setting);
do {
    $ends = file_exists($file);
    $drained = loyalty_drain(limit: 9);
    if ($drained['failed'] !== 0) {
        fwrite(STDERR, json_encode($drained) . "\n");
        exit(1);
    }
    usleep(1000);
} while (!$ends || $drained['waiting'] > 0);
