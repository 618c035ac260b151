<?php if ($profile['blocked']): ?>
    <p class="note"><?= icon('lock') ?><?= e(t('refusal.member_blocked')) ?></p>
<?php endif ?>
<div class="columns">
    <div class="stack">
        <section class="card hero" aria-labelledby="hello">
            <div class="hero-head">
                <div>
                    <h1 id="hello"><?= e($profile['user_name'] === null
                        ? t('loyalty.member', ['number' => $profile['user_id']])
                        : t('loyalty.hello', ['name' => $profile['user_name']])) ?></h1>
                    <p class="quiet"><?= e(t('loyalty.since', ['date' => day($profile['join_date'])])) ?></p>
                </div>
                <span class="badge big <?= e(tier_class($profile['current_tier'])) ?>"><?= e($profile['tier_name']) ?></span>
            </div>
            <p class="balance"><strong><?= e(number($profile['current_points'])) ?></strong> <?= e(t('loyalty.spendable')) ?></p>
            <?php if ($profile['pending_points'] > 0): ?>
                <p class="quiet"><?= e(t('loyalty.pending', ['points' => points($profile['pending_points'])])) ?></p>
            <?php endif ?>
            <?php if ($profile['debt_points'] > 0): ?>
                <p class="note"><?= e(t('loyalty.debt', ['points' => points($profile['debt_points'])])) ?></p>
            <?php endif ?>
            <div class="progress">
                <progress class="<?= e(tier_class($profile['current_tier'])) ?>" max="100" value="<?= e($profile['progress_percentage']) ?>" aria-label="<?= e(t('loyalty.progress')) ?>"></progress>
                <p><?= e($profile['next_tier'] === null
                    ? t('loyalty.top')
                    : t('loyalty.to_next', ['points' => points($profile['points_to_next_tier']), 'tier' => $profile['next_tier_name']])) ?></p>
                <p class="quiet"><?= e($outlook['text']) ?></p>
            </div>
            <?php if ($ending !== null): ?>
                <p class="note"><?= icon('clock') ?><span><strong><?= e(t('loyalty.ending', ['points' => points($ending['points']), 'date' => day($ending['date'])])) ?></strong> <?= e(t('loyalty.ending_hint')) ?></span></p>
            <?php endif ?>
            <dl class="figures">
                <div><dt><?= e(t('loyalty.visits')) ?></dt><dd><?= e(number($profile['total_visits'])) ?></dd></div>
                <div><dt><?= e(t('loyalty.lifetime')) ?></dt><dd><?= e(number($profile['total_points'])) ?></dd></div>
                <div><dt><?= e(t('loyalty.redeemed')) ?></dt><dd><?= e(number($profile['rewards_redeemed'])) ?></dd></div>
            </dl>
        </section>

        <?= render('notices', [
            'notices' => $notices,
            'places' => ['has_coupons' => $coupons !== [], 'cards' => array_column($stamp_cards, 'card')],
        ]) ?>

        <?php foreach ($stamp_cards as $stamps): ?>
            <?= render('stamps', ['stamps' => $stamps]) ?>
        <?php endforeach ?>
    </div>

    <div class="stack">
        <section class="card member-card" aria-labelledby="card">
            <h2 id="card"><?= e(t('card.title')) ?></h2>
            <div class="show-card">
                <div class="qr" role="img" aria-label="<?= e(t('card.alt')) ?>"><?= $card /* drawn by the engine: squares only */ ?></div>
                <p class="quiet"><?= e(t('card.hint')) ?></p>
            </div>
        </section>

        <section class="card" aria-labelledby="benefits">
            <h2 id="benefits"><?= e(t('loyalty.benefits')) ?></h2>
            <ul class="ticks">
                <?php foreach ($benefits as $benefit): ?>
                    <li><?= icon('check') ?><?= e($benefit) ?></li>
                <?php endforeach ?>
            </ul>
            <?php if ($next_benefits !== []): ?>
                <h3><?= e(t('loyalty.next_benefits', ['tier' => $profile['next_tier_name']])) ?></h3>
                <ul class="ticks later">
                    <?php foreach ($next_benefits as $benefit): ?>
                        <li><?= icon('plus') ?><?= e($benefit) ?></li>
                    <?php endforeach ?>
                </ul>
            <?php endif ?>
            <?php if ($tiers !== []): ?>
                <h3><?= e(t('tiers.title')) ?></h3>
                <ol class="path">
                    <?php foreach ($tiers as $change): ?>
                        <li>
                            <span class="badge <?= e(tier_class($change['tier'])) ?>"><?= e($change['tier_name']) ?></span>
                            <span class="quiet"><?= e(t('tiers.since')) ?> <time datetime="<?= e($change['at']) ?>"><?= e(day($change['at'])) ?></time></span>
                        </li>
                    <?php endforeach ?>
                </ol>
            <?php endif ?>
        </section>

        <section class="card" aria-labelledby="score">
            <h2 id="score"><?= e(t('score.title')) ?></h2>
            <p class="score"><strong><?= e(decimal($score['score'])) ?></strong> <?= e(t('score.of')) ?></p>
            <dl class="parts">
                <?php foreach (['frequency', 'amount', 'recency', 'variety', 'referral'] as $part): ?>
                    <div>
                        <dt><?= e(t("score.$part")) ?></dt>
                        <dd><progress max="100" value="<?= e($score[$part]) ?>" aria-label="<?= e(t("score.$part")) ?>"></progress><span><?= e(decimal($score[$part])) ?></span></dd>
                    </div>
                <?php endforeach ?>
            </dl>
        </section>
    </div>
</div>

<div class="pair">
    <?php if ($coupons !== []): ?>
        <section class="card" aria-labelledby="coupons">
            <h2 id="coupons"><?= e(t('coupons.title')) ?></h2>
            <ul class="coupons">
                <?php foreach ($coupons as $coupon): ?>
                    <li>
                        <?= icon('tag') ?><code><?= e($coupon['code']) ?></code>
                        <span><strong><?= e(coupon_name($coupon)) ?></strong><br><span class="quiet"><?= e($coupon['valid_until'] === null
                            ? t('coupons.hint_open')
                            : t('coupons.hint', ['date' => day($coupon['last_day'] ?? $coupon['valid_until'])])) ?></span></span>
                    </li>
                <?php endforeach ?>
            </ul>
        </section>
    <?php endif ?>

    <?= render('friends', ['invitations' => $invitations, 'newcomer' => $profile['total_visits'] === 0 && $profile['referred_by'] === null, 'typed' => $typed, 'friend_error' => $friend_error]) ?>
</div>

<section aria-labelledby="rewards">
    <h2 id="rewards"><?= e(t('rewards.title')) ?></h2>
    <?php if ($rewards === []): ?>
        <p class="card quiet"><?= e(t('rewards.none')) ?></p>
    <?php endif ?>
    <ul class="rewards">
        <?php foreach ($rewards as $reward): ?>
            <li class="card reward<?= $reward['available'] ? '' : ' shut' ?>">
                <div class="reward-head">
                    <?= icon('gift') ?>
                    <p class="cost"><?= e(points($reward['points_cost'])) ?></p>
                </div>
                <h3 id="reward-<?= e($reward['id']) ?>"><?= e($reward['name']) ?></h3>
                <p class="quiet"><?= e($reward['description']) ?></p>
                <?php if ($reward['available']): ?>
                    <form method="post" action="redeem.php">
                        <?= csrf_field() ?>
                        <input type="hidden" name="reward_id" value="<?= e($reward['id']) ?>">
                        <input type="hidden" name="key" value="<?= e(form_key()) ?>">
                        <button aria-describedby="reward-<?= e($reward['id']) ?>"><?= e(t('rewards.redeem')) ?></button>
                    </form>
                <?php else: ?>
                    <p class="missing"><?= icon('lock') ?><?= e(refusal_text($reward['because'], $reward['missing'] ?? [])) ?></p>
                <?php endif ?>
            </li>
        <?php endforeach ?>
    </ul>
</section>

<section class="card" aria-labelledby="history">
    <h2 id="history"><?= e(t('history.title')) ?></h2>
    <?php if ($history['items'] === []): ?>
        <p class="quiet"><?= e(t('history.none')) ?></p>
    <?php else: ?>
        <table class="history">
            <thead>
                <tr>
                    <th scope="col"><?= e(t('history.date')) ?></th>
                    <th scope="col"><?= e(t('history.what')) ?></th>
                    <th scope="col" class="right"><?= e(t('history.points')) ?></th>
                    <th scope="col" class="right wide"><?= e(t('history.balance')) ?></th>
                </tr>
            </thead>
            <tbody>
                <?php foreach ($history['items'] as $entry): ?>
                    <tr>
                        <td class="quiet"><time datetime="<?= e($entry['occurred_at']) ?>"><?= e(day($entry['occurred_at'])) ?></time></td>
                        <td class="detail">
                            <?php if ($entry['order_id'] === null): ?>
                                <?= e($entry['description']) ?>
                            <?php else: ?>
                                <?= e(t('kind.' . $entry['transaction_type'])) ?> <span class="quiet"><?= e($entry['order_id']) ?></span>
                            <?php endif ?>
                        </td>
                        <td class="right <?= $entry['points_amount'] < 0 ? 'minus' : 'plus' ?>"><?= e(signed($entry['points_amount'])) ?></td>
                        <td class="right wide quiet"><?= e(number($entry['balance_after'])) ?></td>
                    </tr>
                <?php endforeach ?>
            </tbody>
        </table>
    <?php endif ?>
    <p class="pager">
        <?php if (asked('before') !== ''): ?>
            <a href="loyalty.php#history"><?= e(t('history.newest')) ?></a>
        <?php endif ?>
        <?php if ($history['next_before_id'] !== null): ?>
            <a href="loyalty.php?before=<?= e($history['next_before_id']) ?>#history"><?= e(t('history.older')) ?></a>
        <?php endif ?>
    </p>
</section>
