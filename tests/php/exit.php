<?php

declare(strict_types=1);

require __DIR__ . '/check.php';

// A page that ends while an argument is read ends, and nothing is written.
final class Ending extends DateTimeImmutable
{
    public function format(string $format): string
    {
        echo 'ended';
        exit(3);
    }
}

loyalty_configure(database: database());
echo loyalty_enroll(7)['total_points'];
try {
    loyalty_earn_points(7, 1000, at: new Ending());
} catch (Throwable) {
    echo 'caught';
}
echo 'went on';
