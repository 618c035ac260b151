<?php

return [
    // The connection of config/database.php that the engine shares; null for the default one.
    'connection' => env('LOYALTY_CONNECTION'),

    // Stands before the names of the engine's tables.
    'prefix' => env('LOYALTY_PREFIX', ''),

    // The programme file; null for that of php.ini.
    'program' => env('LOYALTY_PROGRAM'),
];
