<?php
// Paying an order, and undoing it: each step can be repeated, and nothing depends on what a page stored after it.

declare(strict_types=1);

/** The engine would no longer take what the guest saw. */
final class Changed extends Exception
{
}

/**
 * Takes what the guest decided, and books the purchase. A repeat finds each step done and gives the first receipt.
 *
 * @param array<string, mixed> $order as it was stored
 * @return array<string, mixed> the order: paid, or undone with the reason under `refused`
 */
function pay(array $order): array
{
    if ($order['state'] === ENDING) {
        return undo($order);
    }
    if ($order['state'] !== PAYING) {
        return $order;
    }
    try {
        use_coupon_of($order);
        use_card_of($order);
        use_points_of($order);
        // Here a real till takes the money.
        $receipt = loyalty_earn_points(
            $order['user'],
            $order['total'],
            order_id: $order['id'],
            items: $order['items'],
            points_paid: $order['points']['discount'] ?? 0,
            gift_card_paid: $order['card']['pays'] ?? 0,
        );
    } catch (LoyaltyRefusedException $error) {
        return undo(['refused' => coupon_refusal_text($error->getReason(), $error->getDetails())] + $order);
    } catch (Changed | LoyaltyConflictException | LoyaltyInvalidException | LoyaltyNotFoundException $error) {
        if (!$error instanceof Changed) {
            error_log((string) $error);
        }
        return undo(['refused' => t('checkout.changed')] + $order);
    }
    return write_order(['state' => PAID, 'receipt' => $receipt] + $order);
}

/**
 * Gives back all that an order has used, and takes back what it earned. A part that was not used is no error, and a
 * repeat gives nothing back twice.
 *
 * @param array<string, mixed> $order
 * @return array<string, mixed> the order
 */
function undo(array $order): array
{
    $order = write_order(['state' => ENDING] + $order);
    $id = $order['id'];
    // Points that were earned or paid, the coupon, and the money of the gift card.
    if_there(static fn () => loyalty_cancel_order($id));
    if_there(static fn () => loyalty_release_coupon($id));
    if_there(static fn () => loyalty_release_gift_card($id));
    return write_order(['state' => ENDED] + $order);
}

/** Undoes a part of an order, if the order has it. */
function if_there(callable $part): void
{
    try {
        $part();
    } catch (LoyaltyNotFoundException) {
        // The order never got this far.
    }
}

/** @param array<string, mixed> $order */
function use_coupon_of(array $order): void
{
    if (!isset($order['coupon'])) {
        return;
    }
    $coupon = $order['coupon'];
    $used = loyalty_use_coupon(
        $coupon['code'],
        $order['id'],
        $coupon['amount'],
        user_id: $order['user'],
        items: $coupon['items'],
        actor: visitor(),
    );
    if ($used['discount'] !== $coupon['discount']) {
        throw new Changed();
    }
}

/** @param array<string, mixed> $order */
function use_card_of(array $order): void
{
    if (!isset($order['card'])) {
        return;
    }
    $card = $order['card'];
    $used = loyalty_use_gift_card($card['code'], $order['id'], $card['pays'], user_id: $order['user'], actor: visitor());
    if ($used['paid'] !== $card['pays']) {
        // Somebody else paid with it between the two clicks.
        throw new Changed();
    }
}

/** @param array<string, mixed> $order */
function use_points_of(array $order): void
{
    if (!isset($order['points'])) {
        return;
    }
    $points = $order['points'];
    $used = loyalty_pay_with_points($order['user'], $order['id'], $points['bill'], points: $points['points']);
    if ($used['discount'] !== $points['discount']) {
        throw new Changed();
    }
}
