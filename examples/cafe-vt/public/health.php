<?php
// For monitoring: 200 while pages can be served, otherwise 503. It needs no session.
//
// Anybody learns whether the shop is well, and nothing else. Details are for who brings the token that the operator set
// (`CAFE_HEALTH_TOKEN`, as "Authorization: Bearer ..."), or run it on the command line: php public/health.php

declare(strict_types=1);

$token = (string) getenv('CAFE_HEALTH_TOKEN');
$is_known = PHP_SAPI === 'cli'
    || ($token !== '' && hash_equals("Bearer $token", (string) ($_SERVER['HTTP_AUTHORIZATION'] ?? '')));

header_remove('X-Powered-By');
header('Content-Type: application/json');
header('Cache-Control: no-store');
header('X-Content-Type-Options: nosniff');
try {
    $health = loyalty_health();
} catch (Throwable $error) {
    error_log((string) $error);
    $health = ['status' => 'failed'];
}
$serves = $health['status'] !== 'failed';
http_response_code($serves ? 200 : 503);
$shown = $is_known ? $health : ['status' => $serves ? 'ok' : 'failed'];
echo json_encode($shown, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), "\n";
