<section class="card demo">
    <p class="chip"><?= e(t('home.demo')) ?></p>
    <h1><?= e(t('home.title')) ?></h1>
    <p><?= e(t('home.intro')) ?></p>
</section>

<?php if ($unknown !== null): ?>
    <section class="card" aria-labelledby="unknown">
        <h2 id="unknown"><?= e(t('home.unknown', ['number' => $unknown])) ?></h2>
        <p class="quiet"><?= e(t('home.unknown_text')) ?></p>
        <form method="post" action="index.php" class="row">
            <?= csrf_field() ?>
            <input type="hidden" name="user_id" value="<?= e($unknown) ?>">
            <label class="field"><?= e(t('home.your_name')) ?><input name="name" maxlength="120" autocomplete="name"></label>
            <button name="join" value="1"><?= e(t('home.join')) ?></button>
        </form>
    </section>
<?php endif ?>

<section class="card" aria-labelledby="other">
    <h2 id="other"><?= e(t('home.other')) ?></h2>
    <form method="post" action="index.php" class="row">
        <?= csrf_field() ?>
        <label class="field"><?= e(t('home.number')) ?><input name="user_id" inputmode="numeric" pattern="[0-9]+" maxlength="18" required autocomplete="off"></label>
        <button><?= e(t('home.enter')) ?></button>
    </form>
</section>

<?php if ($members !== []): ?>
    <section aria-labelledby="busiest">
        <h2 id="busiest"><?= e(t('home.busiest')) ?></h2>
        <form method="post" action="index.php">
            <?= csrf_field() ?>
            <ul class="members">
                <?php foreach ($members as $member): ?>
                    <li>
                        <button class="member" name="user_id" value="<?= e($member['user_id']) ?>">
                            <span class="member-name"><?= e($member['user_name'] ?? t('loyalty.member', ['number' => $member['user_id']])) ?></span>
                            <span class="badge <?= e(tier_class($member['current_tier'])) ?>"><?= e($member['tier_name']) ?></span>
                            <span class="quiet"><?= e(points($member['current_points'])) ?> · <?= e(t('home.orders', ['orders' => $member['orders']])) ?></span>
                        </button>
                    </li>
                <?php endforeach ?>
            </ul>
        </form>
    </section>
<?php endif ?>
