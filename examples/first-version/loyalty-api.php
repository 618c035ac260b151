<?php

declare(strict_types=1);

// Where the pages' requests arrive: `/api/v1/loyalty/…` of the browser's LoyaltyAPI, and `/api/loyalty/redeem`. The
// application's own front controller does the same in a route; `$database` is its mysqli.
require_once __DIR__ . '/LoyaltyAdapter.php';

session_start();
$user = (int) ($_SESSION['user_id'] ?? 0);
session_write_close();
[, $path] = preg_split('#/api(/v1)?/loyalty/#', parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH), 2) + [1 => ''];
$body = json_decode(file_get_contents('php://input') ?: '{}', true);
$answer = (new LoyaltyAdapter($database, $user))->answer($_SERVER['REQUEST_METHOD'], $path, $_GET, is_array($body) ? $body : []);
header('Content-Type: application/json; charset=utf-8');
echo json_encode($answer, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
