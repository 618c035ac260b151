<?php

return [
    // The connection of config/database.php that the engine shares; null for the default one.
    'connection' => env('LOYALTY_CONNECTION'),

    // Prefix of the names of the engine's tables.
    'prefix' => env('LOYALTY_PREFIX', ''),

    // The programme file; null for the one named in php.ini.
    'program' => env('LOYALTY_PROGRAM'),
];
