<?php

declare(strict_types=1);

// For applications without Composer: `require '…/php/autoload.php'`.
spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Loyalty\\')) {
        $file = __DIR__ . '/' . strtr(substr($class, strlen('Loyalty\\')), '\\', '/') . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});
