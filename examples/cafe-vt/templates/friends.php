<section class="card" aria-labelledby="friends">
    <h2 id="friends"><?= e(t('friends.title')) ?></h2>
    <p class="quiet"><?= e(t('friends.hint')) ?></p>
    <?php if ($invitations['code_active']): ?>
        <p class="coupons"><code><?= e($invitations['my_code']) ?></code></p>
        <p class="quiet"><?= e(t('friends.until', ['date' => last_day($invitations['code_expires_at'])])) ?></p>
    <?php else: ?>
        <form method="post" action="invite.php" class="row">
            <?= csrf_field() ?>
            <input type="hidden" name="renew" value="1">
            <p class="quiet"><?= e(t('friends.ended')) ?></p>
            <button class="second"><?= e(t('friends.renew')) ?></button>
        </form>
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
            <label class="field"><?= e(t('friends.invited')) ?><input name="code" required maxlength="40" autocomplete="off" autocapitalize="characters"></label>
            <button class="second"><?= e(t('friends.use')) ?></button>
        </form>
    <?php endif ?>
</section>
