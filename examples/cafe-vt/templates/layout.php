<!DOCTYPE html>
<html lang="<?= e(locale()) ?>">
<head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="theme-color" content="#5D4037">
    <title><?= e($title) ?> · <?= e(t('site.name')) ?></title>
    <link rel="icon" href="icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="style.css">
</head>
<body>
<a class="skip" href="#content"><?= e(t('site.skip')) ?></a>
<header class="top">
    <div class="wrap top-row">
        <a class="brand" href="<?= signed_in_user() === null ? 'index.php' : 'loyalty.php' ?>"><?= icon('cup') ?><span><?= e(t('site.name')) ?></span></a>
        <?php if (signed_in_user() !== null): ?>
            <?php $unread = unread_notices(signed_in_user()) ?>
            <nav class="pages" aria-label="<?= e(t('site.pages')) ?>">
                <?php foreach (['loyalty', 'checkout'] as $page): ?>
                    <a href="<?= e($page) ?>.php"<?= basename($_SERVER['SCRIPT_NAME']) === "$page.php" ? ' aria-current="page"' : '' ?>><?= e(t("nav.$page")) ?></a>
                <?php endforeach ?>
                <a class="bell" href="loyalty.php#notices" aria-label="<?= e(bell_text($unread)) ?>"><?= icon('bell') ?><?php if ($unread > 0): ?><span class="count"><?= e($unread > 99 ? '99+' : $unread) ?></span><?php endif ?></a>
                <form method="post" action="logout.php">
                    <?= csrf_field() ?>
                    <button class="plain"><?= e(t('nav.logout')) ?></button>
                </form>
            </nav>
        <?php endif ?>
    </div>
</header>
<main id="content" class="wrap">
    <?php if ($message !== null): ?>
        <p class="message <?= e($message['kind']) ?>" role="status"><?= icon($message['kind'] === 'good' ? 'check' : 'alert') ?><?= e($message['text']) ?></p>
    <?php endif ?>
    <?= $content ?>
</main>
<footer class="wrap foot">
    <p><?= e(t('site.demo')) ?></p>
    <nav aria-label="<?= e(t('site.language')) ?>">
        <?php foreach (['es' => 'Español', 'en' => 'English'] as $code => $name): ?>
            <a href="<?= e(language_link($code)) ?>" lang="<?= e($code) ?>" hreflang="<?= e($code) ?>"<?= $code === lang() ? ' aria-current="true"' : '' ?>><?= e($name) ?></a>
        <?php endforeach ?>
    </nav>
</footer>
</body>
</html>
