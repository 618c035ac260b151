<?php
// What every page starts with: errors, headers, session, language.

declare(strict_types=1);

require __DIR__ . '/errors.php';
require __DIR__ . '/view.php';
require __DIR__ . '/notices.php';
require __DIR__ . '/session.php';

set_error_handler(static function (int $level, string $message, string $file, int $line): bool {
    // Warnings become exceptions, so that no page continues with half of its data.
    if (error_reporting() & $level) {
        throw new ErrorException($message, 0, $level, $file, $line);
    }
    return false;
});
set_exception_handler('show_failure');
// After an error, show_failure() discards what the page has printed.
ob_start();

header_remove('X-Powered-By');
header("Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    . "base-uri 'none'; frame-ancestors 'none'");
header('X-Content-Type-Options: nosniff');
header('Referrer-Policy: same-origin');
header('Cache-Control: no-store');

start_session();
choose_language();
