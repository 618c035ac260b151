<section class="card" aria-labelledby="friends">
    <h2 id="friends"><?= e(t('friends.title')) ?></h2>
    <p class="quiet"><?= e(t('friends.hint')) ?></p>
    <?php if ($invitations['code_active']): ?>
        <p class="coupons"><code><?= e($invitations['my_code']) ?></code></p>
        <p class="quiet"><?= e(t('friends.until', ['date' => last_day($invitations['code_expires_at'])])) ?></p>
    <?php else: ?>
        <p class="note"><?= icon('lock') ?><?= e(t('refusal.member_blocked')) ?></p>
    <?php endif ?>
    <?php if ($invitations['total_referrals'] > 0): ?>
        <p><?= e(t('friends.count', [
            'count' => number($invitations['total_referrals']),
            'done' => number($invitations['successful_referrals']),
            'points' => points($invitations['total_points_earned']),
        ])) ?></p>
    <?php endif ?>
    <?php if ($newcomer): ?>
        <form method="post" action="invite.php" class="row">
            <?= csrf_field() ?>
            <label class="field"><?= e(t('friends.invited')) ?><input name="code" value="<?= e($typed) ?>" required maxlength="100" autocomplete="off" autocapitalize="characters"<?= marked_wrong('friend', $friend_error !== null) ?>><?= field_error('friend', $friend_error) ?></label>
            <button class="second"><?= e(t('friends.use')) ?></button>
        </form>
    <?php elseif ($friend_error !== null): ?>
        <p class="message bad" role="alert"><?= icon('alert') ?><?= e($friend_error) ?></p>
    <?php endif ?>
</section>
