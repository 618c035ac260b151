<?php
// For the monitor: 200 while pages can be served, 503 when not. It needs no session.

declare(strict_types=1);

header('Content-Type: application/json');
header('Cache-Control: no-store');
header('X-Content-Type-Options: nosniff');
try {
    $health = loyalty_health();
} catch (Throwable $error) {
    error_log((string) $error);
    $health = ['status' => 'failed'];
}
http_response_code($health['status'] === 'failed' ? 503 : 200);
echo json_encode($health, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), "\n";
