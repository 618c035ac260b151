<?php

declare(strict_types=1);

namespace Loyalty\Bridge\Doctrine;

use Doctrine\DBAL\Exception\RetryableException;
use LoyaltyUnavailableException;

/** Another writer was in the way, and the transaction may be run again. Both the engine and Doctrine know this exception. */
final class Contention extends LoyaltyUnavailableException implements RetryableException
{
    public function __construct(LoyaltyUnavailableException $cause)
    {
        parent::__construct($cause->getMessage(), $cause->getCode(), $cause);
        $this->reason = $cause->getReason();
        $this->details = $cause->getDetails();
    }
}
