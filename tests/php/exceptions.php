<?php

declare(strict_types=1);

require __DIR__ . '/check.php';

loyalty_configure(database: database(), now: '2026-03-02T09:30:00-03:00');

function page(): void
{
    loyalty_points(404);
}

// File, line and trace are those of the page.
try {
    page();
    throw new LogicException('nothing was thrown');
} catch (LoyaltyNotFoundException $exception) {
    same(__FILE__, $exception->getFile(), 'file');
    same(11, $exception->getLine(), 'line');
    same(['loyalty_points', 'page'], array_column($exception->getTrace(), 'function'), 'trace');
    same(2, $exception->getCode(), 'code');
    same('not_found', $exception->getReason(), 'reason');
    same(['field' => 'user_id', 'value' => '404'], $exception->getDetails(), 'details');
    same('`user_id`: `404` does not exist', $exception->getMessage(), 'message');
    same(null, $exception->getPrevious(), 'previous');
}

// The classes of the kinds, and their place among PHP's own.
loyalty_enroll(7);
$reward = loyalty_rewards()['items'][0]['id'];
$refused = thrown(LoyaltyRefusedException::class, fn() => loyalty_redeem_reward(7, $reward));
same([3, 'insufficient_points'], [$refused->getCode(), $refused->getReason()], 'refused');
same(true, $refused->getDetails()['missing'] > 0, 'what is missing');
loyalty_earn_points(7, 1000, 'A-1');
$conflict = thrown(LoyaltyConflictException::class, fn() => loyalty_earn_points(7, 2000, 'A-1'));
same([4, 'idempotency_conflict', 'amount'], [$conflict->getCode(), $conflict->getReason(), $conflict->getDetails()['field']], 'conflict');
same(1, thrown(LoyaltyInvalidException::class, fn() => loyalty_points(-1))->getCode(), 'invalid');
same(true, $refused instanceof LoyaltyException && $refused instanceof RuntimeException, 'parents');

// Beside the code there is a text for the guest, in the language asked for or in that of the programme.
$missing = $refused->getDetails()['missing'];
same("Te faltan " . number_format($missing, 0, ',', '.') . " puntos.", $refused->getGuestMessage(), 'the language of the programme');
same("You need " . number_format($missing) . " more points.", $refused->getGuestMessage('en'), 'the language asked for');
same($refused->getGuestMessage(), $refused->getGuestMessage('es'), 'Spanish, as any page writes it');
same($refused->getGuestMessage('en'), $refused->getGuestMessage('en_US'), 'English, as any page writes it');
same($refused->getGuestMessage(), $refused->getGuestMessage('pt_BR'), 'a language that nobody here speaks');
same($refused->getGuestMessage(), $refused->getGuestMessage(null), 'no language');
same('Hay un dato incorrecto. Revísalo, por favor.', thrown(LoyaltyInvalidException::class, fn() => loyalty_points(-1))->getGuestMessage(), 'invalid');
same('We could not find it.', thrown(LoyaltyNotFoundException::class, fn() => loyalty_points(404))->getGuestMessage('en'), 'not found');
same('Ya lo registramos antes con otros datos.', $conflict->getGuestMessage(), 'conflict');

// Every code that the manual lists has one, also beside a reply.
preg_match_all('/^\| `(\w+)` \|/m', explode('## Codes of conflicts', file_get_contents(__DIR__ . '/../../docs/reference/errors.md'))[0], $codes);
$codes = array_values(array_diff($codes[1], ['refused', 'conflict', 'unavailable']));
same(true, count($codes) > 25, 'the codes of the manual');
foreach ($codes as $code) {
    $texts = array_map(fn(string $locale) => loyalty_guest_message($code, locale: $locale)['text'], ['es-CL', 'en']);
    same(2, count(array_unique($texts)), "two languages of $code");
    same('.', substr($texts[0], -1), $code);
}
same('Te falta 1 punto.', loyalty_guest_message('insufficient_points', ['missing' => 1])['text'], 'what is missing in a reply');
same("Te faltan " . number_format($missing, 0, ',', '.') . " puntos.", unserialize(serialize($refused))->getGuestMessage(), 'serialised');

// A page may make and extend them as any exception.
final class OwnException extends LoyaltyException
{
}
$own = new OwnException('text', 42, $refused);
same(['text', 42, '', [], $refused], [$own->getMessage(), $own->getCode(), $own->getReason(), $own->getDetails(), $own->getPrevious()], 'own');
same('Algo falló de nuestro lado. Inténtalo más tarde, por favor.', $own->getGuestMessage(), 'one of the page');
same('insufficient_points', unserialize(serialize(thrown(LoyaltyRefusedException::class, fn() => loyalty_redeem_reward(7, $reward))))->getReason(), 'serialised');

// What is thrown while an argument is read is what the page gets.
final class Broken extends DateTimeImmutable
{
    public function format(string $format): string
    {
        throw new DomainException('no time');
    }
}
$broken = thrown(DomainException::class, fn() => loyalty_enroll(9, at: new Broken()));
same(null, $broken->getPrevious(), 'nothing is put before it');

