<?php
// For PHP's built-in server, which has no setting for it: missing addresses get the shop's own page.

declare(strict_types=1);

$path = rawurldecode((string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
if ($path === '/' || ($path !== '/404.php' && is_file(__DIR__ . '/public' . $path) && !str_contains($path, '..'))) {
    return false;
}
require __DIR__ . '/public/404.php';
