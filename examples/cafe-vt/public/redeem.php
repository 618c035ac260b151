<?php
// Redeems a reward for points.

declare(strict_types=1);

require __DIR__ . '/../src/bootstrap.php';

require_post();
$user = require_user();
$reward = number_of(posted('reward_id'));
$key = posted_key();
if ($reward === null || $key === null) {
    stop(400);
}

try {
    // The key was made when the button was shown: a double click redeems once, and both get the same coupon.
    $redemption = loyalty_redeem_reward($user, $reward, key: "web-redeem-$user-$key", actor: visitor());
    tell('good', t('redeem.done', ['points' => points($redemption['points_spent'])]));
} catch (LoyaltyRefusedException $error) {
    tell('bad', refusal_text($error->getReason(), $error->getDetails()));
} catch (LoyaltyNotFoundException) {
    tell('bad', t('refusal.inactive'));
} catch (LoyaltyConflictException) {
    tell('bad', t('refusal.other'));
}
redirect('loyalty.php');
