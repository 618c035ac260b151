<?php
// From data to HTML: escaping, texts in two languages, numbers, dates and money.

declare(strict_types=1);

const LANGUAGES = ['es' => 'es-CL', 'en' => 'en'];
/** Where the café is: the `zone` of its programme. */
const ZONE = 'America/Santiago';

/** Escapes a value for HTML, text and attributes alike. Everything that a template prints goes through here. */
function e(string|int|float|null $value): string
{
    return htmlspecialchars((string) $value, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
}

/** Stores ?lang= in the session; Spanish unless the guest chose another language. */
function choose_language(): void
{
    $_SESSION['lang'] ??= 'es';
    if (isset(LANGUAGES[asked('lang')])) {
        $_SESSION['lang'] = asked('lang');
    }
}

/** `es` or `en`. */
function lang(): string
{
    return $_SESSION['lang'] ?? 'es';
}

/** The language as the engine and HTML name it. */
function locale(): string
{
    return LANGUAGES[lang()];
}

/** @return array<string, array{es: string, en: string}> */
function texts(): array
{
    static $texts = null;
    return $texts ??= require __DIR__ . '/../texts.php';
}

function has_text(string $key): bool
{
    return isset(texts()[$key]);
}

/**
 * A text in the guest's language, with {name} replaced. Not escaped: templates write e(t(...)).
 *
 * @param array<string, string|int|float|null> $values
 */
function t(string $key, array $values = []): string
{
    $replace = [];
    foreach ($values as $name => $value) {
        $replace['{' . $name . '}'] = (string) $value;
    }
    return strtr(texts()[$key][lang()], $replace);
}

/** A whole number with separators; it is passed as text, so no number is too large. */
function number(int|string $number): string
{
    $digits = ltrim((string) $number, '-');
    $grouped = strrev(implode(t('format.thousands'), str_split(strrev($digits), 3)));
    return (str_starts_with((string) $number, '-') ? '−' : '') . $grouped;
}

/** A number with up to two decimals, without needless zeros. */
function decimal(float $number): string
{
    $text = number_format($number, 2, t('format.decimal'), t('format.thousands'));
    return rtrim(rtrim($text, '0'), t('format.decimal'));
}

/** "1 point", "1,200 points". */
function points(int $points): string
{
    return t(abs($points) === 1 ? 'points.one' : 'points.many', ['points' => number($points)]);
}

/** Points with their sign, for the history. */
function signed(int $points): string
{
    return ($points < 0 ? '−' : '+') . number(abs($points));
}

/** An amount as the engine returns it. Pesos have no cents. */
function pesos(int|string $amount): string
{
    return (str_starts_with((string) $amount, '-') ? '−$' : '$') . number(ltrim((string) $amount, '-'));
}

/** A date, or the local date of an instant: "23 nov 2026". The engine's instants carry the offset of the café. */
function day(string $when): string
{
    $date = new DateTimeImmutable($when);
    $months = explode(' ', t('format.months'));
    return $date->format('j') . ' ' . $months[(int) $date->format('n') - 1] . ' ' . $date->format('Y');
}

/** The local date of an instant as one says it: "Hoy", "Ayer", "23 nov 2026". */
function day_said(string $when): string
{
    $today = new DateTimeImmutable('today', new DateTimeZone(ZONE));
    return match (substr($when, 0, strlen('2026-11-23'))) {
        $today->format('Y-m-d') => t('day.today'),
        $today->modify('-1 day')->format('Y-m-d') => t('day.yesterday'),
        default => day($when),
    };
}

/** The day that ends with an instant: a code that ends on the 26th at midnight is good on the 25th. */
function last_day(string $end): string
{
    return day((new DateTimeImmutable($end))->modify('-1 second')->format(DATE_ATOM));
}

/**
 * What a coupon gives.
 *
 * @param array<string, mixed> $coupon
 */
function coupon_name(array $coupon): string
{
    $value = $coupon['discount_type'] === 'fixed' ? pesos((string) $coupon['discount_value']) : decimal((float) $coupon['discount_value']);
    return t('coupons.' . $coupon['discount_type'], ['value' => $value]);
}

/** The name of a tier, from the engine, because the programme may rename it. */
function tier_name(string $id): string
{
    static $names = null;
    $names ??= array_column(loyalty_tiers()['items'], 'name', 'id');
    return $names[$id] ?? $id;
}

/** The class of a tier's colour. A tier that this page does not know gets the plain one. */
function tier_class(string $id): string
{
    $known = ['cafe_bronze', 'cafe_plata', 'cafe_oro', 'cafe_diamante'];
    return in_array($id, $known, true) ? str_replace('_', '-', $id) : 'tier-plain';
}

/** This page's address with another language. */
function language_link(string $lang): string
{
    return '?' . http_build_query(['lang' => $lang] + array_diff_key($_GET, ['lang' => 0]));
}

/** What is wrong with a field, under it. */
function field_error(string $field, ?string $error): string
{
    return $error === null ? '' : '<span class="field-error" id="error-' . e($field) . '">' . e($error) . '</span>';
}

/** The attributes of a field that is wrong. */
function marked_wrong(string $field, bool $is_wrong): string
{
    return $is_wrong ? ' aria-invalid="true" aria-describedby="error-' . e($field) . '"' : '';
}

/** The hidden field that every form with POST has. */
function csrf_field(): string
{
    return '<input type="hidden" name="csrf" value="' . e($_SESSION['csrf']) . '">';
}

/** A drawing of templates/icons.php. Decoration only: screen readers skip it. */
function icon(string $name): string
{
    static $icons = null;
    $icons ??= require __DIR__ . '/../templates/icons.php';
    return '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">' . $icons[$name] . '</svg>';
}

/**
 * Prints a page: templates/$template.php inside templates/layout.php.
 *
 * @param array<string, mixed> $data variables of the template
 */
function show(string $template, string $title, array $data = []): void
{
    $content = render($template, $data);
    $message = $_SESSION['message'] ?? null;
    unset($_SESSION['message']);
    header('Content-Type: text/html; charset=utf-8');
    echo render('layout', ['title' => $title, 'content' => $content, 'message' => $message]);
}

/** @param array<string, mixed> $data */
function render(string $template, array $data): string
{
    extract($data, EXTR_SKIP);
    ob_start();
    require __DIR__ . "/../templates/$template.php";
    return (string) ob_get_clean();
}
