<?php
// Who is signed in, protection of forms, and messages for the next page.

declare(strict_types=1);

function start_session(): void
{
    session_name('cafe_vt');
    session_start([
        'cookie_httponly' => true,
        'cookie_samesite' => 'Lax',
        'cookie_secure' => ($_SERVER['HTTPS'] ?? 'off') !== 'off',
        'use_strict_mode' => true,
    ]);
    $_SESSION['csrf'] ??= bin2hex(random_bytes(32));
}

/** The signed-in user. The number comes from the session, never from what the browser sends. */
function signed_in_user(): ?int
{
    return $_SESSION['user'] ?? null;
}

/** The signed-in user; everybody else is sent to the sign-in page. */
function require_user(): int
{
    return signed_in_user() ?? redirect('index.php');
}

function sign_in(int $user): void
{
    // A new id, so that one planted before the sign-in is worth nothing after it.
    session_regenerate_id(true);
    $_SESSION = ['user' => $user, 'lang' => $_SESSION['lang'], 'csrf' => bin2hex(random_bytes(32))];
}

function sign_out(): void
{
    session_regenerate_id(true);
    $_SESSION = ['lang' => $_SESSION['lang'], 'csrf' => bin2hex(random_bytes(32))];
}

/** The folder of what the pages keep. */
function var_folder(): string
{
    return getenv('CAFE_VAR') ?: dirname(__DIR__) . '/var';
}

/**
 * Who asks, by address: failed codes are counted by it, so that a guesser is slowed under whatever number he signs in.
 *
 * The engine keeps it as the actor of what is booked, so it is a keyed hash and no address. Behind a proxy of your own
 * the address is what that proxy says.
 */
function visitor(): string
{
    return 'web-' . substr(hash_hmac('sha256', $_SERVER['REMOTE_ADDR'] ?? '', visitor_secret()), 0, 24);
}

function visitor_secret(): string
{
    $file = var_folder() . '/visitors.key';
    if (!is_file($file)) {
        $new = $file . '.' . form_key();
        file_put_contents($new, bin2hex(random_bytes(32)));
        chmod($new, 0600);
        // When two are written at once, the first one stays.
        @link($new, $file);
        unlink($new);
    }
    return (string) file_get_contents($file);
}

/** Accepts only a POST from one of this site's forms. */
function require_post(): void
{
    if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
        header('Allow: POST');
        stop(405);
    }
    check_csrf();
}

function check_csrf(): void
{
    if (!hash_equals($_SESSION['csrf'], posted('csrf'))) {
        stop(403);
    }
}

/** A field of the form as text; empty when it is missing or not text. */
function posted(string $name): string
{
    return text_of($_POST[$name] ?? '');
}

/** A query parameter as text; empty when it is missing or not text. */
function asked(string $name): string
{
    return text_of($_GET[$name] ?? '');
}

function text_of(mixed $value): string
{
    return is_string($value) ? trim($value) : '';
}

/** A whole number above zero, or null. */
function number_of(string $text): ?int
{
    $number = filter_var($text, FILTER_VALIDATE_INT, ['options' => ['min_range' => 1]]);
    return $number === false ? null : $number;
}

/** The random part of a form's key, created when the form is shown: a double click sends the same key twice. */
function form_key(): string
{
    return bin2hex(random_bytes(12));
}

/** The key that a form sent back; null when this site did not create it. */
function posted_key(): ?string
{
    $key = posted('key');
    return preg_match('/^[0-9a-f]{24}$/D', $key) === 1 ? $key : null;
}

/** Keeps a message for the next page that is shown. */
function tell(string $kind, string $text): void
{
    $_SESSION['message'] = ['kind' => $kind, 'text' => $text];
}

/** Keeps a value for the next page; taken out with take(). */
function keep(string $name, mixed $value): void
{
    $_SESSION['kept'][$name] = $value;
}

function take(string $name): mixed
{
    $value = $_SESSION['kept'][$name] ?? null;
    unset($_SESSION['kept'][$name]);
    return $value;
}

/** After a POST: the browser loads the next page by GET, so that "reload" sends nothing twice. */
function redirect(string $to): never
{
    header('Location: ' . $to, true, 303);
    exit;
}
