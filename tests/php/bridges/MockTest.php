<?php

declare(strict_types=1);

use Loyalty\Client;
use Loyalty\ClientInterface;
use PHPUnit\Framework\TestCase;

/** A shop's own test of its page, on a machine that has not even the extension: the client is another's. */
final class MockTest extends TestCase
{
    public function testThePageTellsThePoints(): void
    {
        foreach ([ClientInterface::class, Client::class] as $class) {
            $loyalty = $this->createMock($class);
            $loyalty->expects($this->once())->method('earnPoints')->with(7, '12990')->willReturn(['points_earned' => 129]);
            $this->assertSame('+129', $this->page($loyalty));
        }
        $this->assertFalse(extension_loaded('loyalty'));
    }

    private function page(ClientInterface $loyalty): string
    {
        return '+' . $loyalty->earnPoints(user_id: 7, amount: '12990')['points_earned'];
    }
}
