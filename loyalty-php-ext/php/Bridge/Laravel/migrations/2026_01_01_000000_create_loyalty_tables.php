<?php

declare(strict_types=1);

use Illuminate\Container\Container;
use Illuminate\Database\Migrations\Migration;
use Loyalty\ClientInterface;

/** The engine makes its tables itself, outside of any transaction. */
return new class extends Migration {
    public $withinTransaction = false;

    public function up(): void
    {
        Container::getInstance()->make(ClientInterface::class)->health();
    }

    /** Points are not thrown away with the way back of a migration. */
    public function down(): void
    {
    }
};
