<?php
// What members are told on their own pages: where a notice leads to, and how it is drawn.

declare(strict_types=1);

/** Notices that are shown at once; older ones unfold. */
const FIRST_NOTICES = 4;
/** The parts of the member's page that show more. Stamp cards and coupons are looked up: a member may have none. */
const NOTICE_PLACES = ['card' => 'benefits', 'history' => 'history', 'rewards' => 'rewards', 'referrals' => 'friends'];
const NOTICE_ICONS = [
    'card' => 'cup',
    'history' => 'plus',
    'rewards' => 'gift',
    'coupons' => 'tag',
    'stamps' => 'cup',
    'referrals' => 'friends',
];

/** How many notices wait to be read: the number on the bell. */
function unread_notices(int $user): int
{
    return loyalty_notifications($user, limit: 0)['unread'];
}

/**
 * The address of the part of the member's page that shows more of a notice; null when there is none.
 *
 * @param array<string, mixed> $notice
 * @param list<string> $cards the stamp cards on the page
 */
function notice_address(array $notice, bool $has_coupons, array $cards): ?string
{
    $place = match ($notice['link']) {
        'coupons' => $has_coupons ? 'coupons' : null,
        'stamps' => in_array($notice['subject'], $cards, true) ? 'stamps-' . $notice['subject'] : null,
        default => NOTICE_PLACES[$notice['link']] ?? null,
    };
    return $place === null ? null : "loyalty.php#$place";
}

/** @param array<string, mixed> $notice */
function notice_icon(array $notice): string
{
    $is_urgent = in_array($notice['kind'], ['points_expiring', 'coupon_ending', 'tier_in_danger'], true);
    return icon($is_urgent ? 'clock' : NOTICE_ICONS[$notice['link']] ?? 'bell');
}

/** What the bell says to who cannot see it. */
function bell_text(int $unread): string
{
    return match ($unread) {
        0 => t('notices.title'),
        1 => t('notices.unread.one'),
        default => t('notices.unread.many', ['count' => number($unread)]),
    };
}
