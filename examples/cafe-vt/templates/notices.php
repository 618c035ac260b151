<section class="card" aria-labelledby="notices">
    <div class="notices-head">
        <h2 id="notices"><?= e(t('notices.title')) ?></h2>
        <?php if ($notices['unread'] > 0): ?>
            <form method="post" action="notices.php">
                <?= csrf_field() ?>
                <button class="link"><?= e(t('notices.read_all')) ?></button>
            </form>
        <?php elseif ($notices['items'] !== []): ?>
            <p class="quiet up-to-date"><?= icon('check') ?><?= e(t('notices.up_to_date')) ?></p>
        <?php endif ?>
    </div>
    <?php if ($notices['items'] === []): ?>
        <p class="quiet"><?= e(t('notices.none')) ?></p>
    <?php else: ?>
        <?= render('notice_list', ['items' => array_slice($notices['items'], 0, FIRST_NOTICES)] + $places) ?>
    <?php endif ?>
    <?php if (count($notices['items']) > FIRST_NOTICES): ?>
        <details class="more">
            <summary><?= e(t('notices.older', ['count' => count($notices['items']) - FIRST_NOTICES])) ?></summary>
            <?= render('notice_list', ['items' => array_slice($notices['items'], FIRST_NOTICES)] + $places) ?>
        </details>
    <?php endif ?>
</section>
