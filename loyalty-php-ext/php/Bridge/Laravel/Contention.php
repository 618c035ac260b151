<?php

declare(strict_types=1);

namespace Loyalty\Bridge\Laravel;

use LoyaltyUnavailableException;

/** Another writer was in the way. Laravel recognises it by words in the message, and runs the transaction again. */
final class Contention extends LoyaltyUnavailableException
{
    /** One of the texts by which Laravel recognises an error caused by concurrency. */
    private const KNOWN = 'Deadlock found when trying to get lock';

    public function __construct(LoyaltyUnavailableException $cause)
    {
        $message = $cause->getMessage();
        $known = \str_contains($message, self::KNOWN) ? $message : "$message (" . self::KNOWN . ')';
        parent::__construct($known, $cause->getCode(), $cause);
        $this->reason = $cause->getReason();
        $this->details = $cause->getDetails();
    }
}
