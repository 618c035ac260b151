<?php

declare(strict_types=1);

require __DIR__ . '/../src/bootstrap.php';

require_post();
sign_out();
redirect('index.php');
