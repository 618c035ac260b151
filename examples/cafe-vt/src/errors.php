<?php
// Errors: refusals in the guest's words, everything else in the log.

declare(strict_types=1);

/**
 * A refusal in the guest's language. The engine's own message is for developers and is never shown.
 *
 * @param array<string, mixed> $details
 */
function refusal_text(string $code, array $details): string
{
    $values = [];
    foreach ($details as $name => $value) {
        if (is_int($value)) {
            $values[$name] = number($value);
        } elseif (is_string($value)) {
            $values[$name] = str_starts_with($name, 'tier') ? tier_name($value) : $value;
        }
    }
    if ($code === 'limit_reached' && isset($details['available_again_at'])) {
        return t('refusal.limit_reached_until', ['again' => day($details['available_again_at'])]);
    }
    if ($code === 'limit_reached' && ($details['limit_of'] ?? '') === 'everyone') {
        return t('refusal.limit_reached_everyone');
    }
    return has_text("refusal.$code") ? t("refusal.$code", $values) : t('refusal.other');
}

/**
 * A refusal of a code, in the guest's language. What is unknown of it is told as "not usable".
 *
 * @param array<string, mixed> $details
 */
function coupon_refusal_text(string $code, array $details): string
{
    $missing = $details['missing'] ?? null;
    if ($code === 'below_minimum' && is_numeric($missing)) {
        return t('code.refusal.below_minimum', ['missing' => pesos((string) $missing)]);
    }
    if (has_text("code.refusal.$code") && $code !== 'below_minimum') {
        return t("code.refusal.$code");
    }
    return has_text("refusal.$code") ? refusal_text($code, $details) : t('code.refusal.not_usable');
}

/**
 * The handler of last resort: a refusal that no page foresaw is told in the guest's words, everything else goes to the
 * log and is a plain page.
 */
function show_failure(Throwable $error): void
{
    if ($error instanceof LoyaltyRefusedException) {
        plain_page(409, refusal_text($error->getReason(), $error->getDetails()));
        return;
    }
    if ($error instanceof LoyaltyNotFoundException && ($error->getDetails()['field'] ?? '') === 'user_id') {
        // The session names a user who is not a member in this database.
        sign_out();
        redirect('/index.php');
    }
    error_log((string) $error);
    $busy = $error instanceof LoyaltyUnavailableException;
    if ($busy) {
        header('Retry-After: 5');
    }
    plain_page($busy ? 503 : 500);
}

/** Ends the request with a plain page. */
function stop(int $status): never
{
    plain_page($status);
    exit;
}

/** A page that needs no data and no session, so it can be shown whatever went wrong. */
function plain_page(int $status, ?string $text = null): void
{
    while (ob_get_level() > 0) {
        ob_end_clean();
    }
    http_response_code($status);
    header('Content-Type: text/html; charset=utf-8');
    $text ??= t(has_text("error.$status") ? "error.$status" : 'error.500');
    require __DIR__ . '/../templates/error.php';
}
