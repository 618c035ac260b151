<?php

declare(strict_types=1);

namespace Loyalty\Bridge\Doctrine;

use Doctrine\DBAL\Configuration;
use Doctrine\DBAL\Schema\AbstractAsset;
use Loyalty\Tables;

/** Hides the engine's tables from Doctrine's schema tools, which drop tables that no entity has. */
final class SchemaFilter
{
    public function __construct(private string $prefix = '')
    {
    }

    /** Adds the filter to the one that a configuration has. */
    public static function addTo(Configuration $configuration, string $prefix = ''): void
    {
        $filter = new self($prefix);
        $other = $configuration->getSchemaAssetsFilter();
        $configuration->setSchemaAssetsFilter(
            static fn(mixed $asset): bool => $filter($asset) && ($other === null || $other($asset)),
        );
    }

    public function __invoke(string|AbstractAsset $asset): bool
    {
        return !Tables::has($asset instanceof AbstractAsset ? $asset->getName() : $asset, $this->prefix);
    }
}
