<!DOCTYPE html>
<html lang="<?= e(locale()) ?>">
<head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title><?= e(t('site.name')) ?></title>
    <link rel="stylesheet" href="/style.css">
</head>
<body>
<main class="wrap failure">
    <?= icon('cup') ?>
    <h1><?= e($text) ?></h1>
    <p><a class="button" href="/index.php"><?= e(t('error.back')) ?></a></p>
</main>
</body>
</html>
