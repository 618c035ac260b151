<?php
// The member's page: points, notices, tier, card, stamps, score, coupons, friends, rewards and history.

declare(strict_types=1);

require __DIR__ . '/../src/bootstrap.php';

$user = require_user();
$profile = loyalty_profile($user);
$benefits = fn (?string $tier): array => $tier === null ? [] : loyalty_tier_benefits($tier, locale: locale())['benefits'];
$friend = take('friend');

show('loyalty', t('loyalty.title'), [
    'profile' => $profile,
    'notices' => loyalty_notifications($user, locale: locale()),
    'ending' => loyalty_points($user)['next_expiry'],
    'outlook' => loyalty_tier_outlook($user, locale: locale()),
    'tiers' => loyalty_tier_history($user, limit: 5)['items'],
    'score' => loyalty_user_score($user),
    'benefits' => $benefits($profile['current_tier']),
    'next_benefits' => array_diff($benefits($profile['next_tier']), $benefits($profile['current_tier'])),
    'rewards' => loyalty_rewards(user_id: $user)['items'],
    'history' => loyalty_transactions($user, limit: 10, before_id: number_of(asked('before'))),
    'coupons' => array_reverse(loyalty_coupons($user)['items']),
    'stamp_cards' => loyalty_stamp_cards($user)['items'],
    'card' => loyalty_qr_code('member', user_id: $user)['image'],
    'invitations' => invitations($user, $profile['blocked']),
    'typed' => $friend['typed'] ?? '',
    'friend_error' => $friend['error'] ?? null,
]);

/** The member's code and invitations. The visit renews an expired code, so the page never shows one. */
function invitations(int $user, bool $blocked): array
{
    $invitations = loyalty_referrals($user, limit: 5);
    if ($invitations['code_active'] || $blocked) {
        return $invitations;
    }
    loyalty_generate_referral($user);
    return loyalty_referrals($user, limit: 5);
}
