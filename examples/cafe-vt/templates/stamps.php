<section class="card" aria-labelledby="stamps-<?= e($stamps['card']) ?>">
    <h2 id="stamps-<?= e($stamps['card']) ?>"><?= e($stamps['name']) ?></h2>
    <p class="stamps" role="img" aria-label="<?= e(t('stamps.progress', ['stamps' => $stamps['stamps'], 'needed' => $stamps['stamps_needed']])) ?>">
        <?php for ($place = 1; $place <= $stamps['stamps_needed']; $place++): ?>
            <span class="stamp<?= $place <= $stamps['stamps'] ? ' full' : '' ?>"><?= icon('cup') ?></span>
        <?php endfor ?>
    </p>
    <?php if ($stamps['free_units'] > 0): ?>
        <p class="note"><?= icon('gift') ?><?= e(t($stamps['free_units'] === 1 ? 'stamps.free.one' : 'stamps.free.many', ['count' => number($stamps['free_units'])])) ?></p>
    <?php endif ?>
    <p class="quiet"><?= e(t('stamps.missing', ['missing' => $stamps['missing']])) ?></p>
</section>
