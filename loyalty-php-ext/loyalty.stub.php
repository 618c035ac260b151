<?php

// Generated from the engine's own table of operations; `make docs` writes it anew. Not to be run:
// editors and static analysis read it.

/** Anything that the engine refuses or cannot do. Nothing was changed. */
class LoyaltyException extends RuntimeException
{
    protected $reason;
    protected $details;

    /** The stable code, like `insufficient_points`. */
    final public function getReason(): string {}

    /**
     * What is wrong or missing, by name: `field` and `expected` for a wrong argument, `missing` for too few points.
     *
     * @return array<string, mixed>
     */
    final public function getDetails(): array {}
}

/** An argument is wrong: `getDetails()['field']` names it. */
class LoyaltyInvalidException extends LoyaltyException {}

/** What an argument names does not exist. */
class LoyaltyNotFoundException extends LoyaltyException {}

/** The programme says no: `getReason()` says why. */
class LoyaltyRefusedException extends LoyaltyException {}

/** The same key or order was used before with other arguments. */
class LoyaltyConflictException extends LoyaltyException {}

/** The database cannot serve now: try again, or call the operator. */
class LoyaltyUnavailableException extends LoyaltyException {}

/**
 * Sets for the rest of this request what php.ini does not. What is null stays as it was.
 *
 * @param string|null $database `sqlite:/path/file.db`
 * @param string|null $program path of a programme file; '' for the compiled-in one
 * @param string|DateTimeInterface|null $now fixes the clock, for tests and replays
 * @throws LoyaltyInvalidException
 */
function loyalty_configure(?string $database = null, ?string $program = null, DateTimeInterface|string|null $now = null): void {}

/** The version of the extension. */
function loyalty_version(): string {}

/**
 * Makes a user a member of the programme.
 *
 * A user who is a member already stays as they are (`created` is false); `update_member` changes personal data.
 *
 * @param int $user_id The host's own id of the user.
 * @param string|null $name Name for greetings, up to 120 characters.
 * @param string|null $email E-mail address.
 * @param string|null $phone Telephone number.
 * @param string|DateTimeInterface|null $birth_date Birthday.
 * @param 'es-CL'|'en'|null $locale Language to be served in; default the programme's.
 * @param list<string>|null $consents Kinds of messages the user agrees to.
 * @param string|null $referral_code Code of the member who invited the user.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     user_id: int,
 *     user_name: string|null,
 *     current_points: int,
 *     pending_points: int,
 *     held_points: int,
 *     debt_points: int,
 *     total_points: int,
 *     current_tier: string,
 *     tier_name: string,
 *     progress_percentage: float,
 *     next_tier: string|null,
 *     next_tier_name: string|null,
 *     points_to_next_tier: int,
 *     current_benefits: list<string>,
 *     next_benefits: list<string>,
 *     discount_percent: float,
 *     points_multiplier: float,
 *     score: float,
 *     join_date: string,
 *     last_visit: string|null,
 *     total_visits: int,
 *     total_spent: numeric-string,
 *     rewards_redeemed: int,
 *     favorite_products: list<string>,
 *     referral_code: string,
 *     referred_by: int|null,
 *     points_expiry_date: string|null,
 *     expiring_points: int,
 *     currency: string,
 *     created: bool,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_enroll(
    int $user_id,
    ?string $name = null,
    ?string $email = null,
    ?string $phone = null,
    DateTimeInterface|string|null $birth_date = null,
    ?string $locale = null,
    ?array $consents = null,
    ?string $referral_code = null,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Changes a member's personal data. What is left out stays as it is.
 *
 * @param int $user_id The member.
 * @param string|null $name Name for greetings, up to 120 characters.
 * @param string|null $email E-mail address.
 * @param string|null $phone Telephone number.
 * @param string|DateTimeInterface|null $birth_date Birthday.
 * @param 'es-CL'|'en'|null $locale Language to be served in.
 * @param list<string>|null $consents Kinds of messages the member agrees to; the list replaces the old one, an empty one withdraws all.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     user_id: int,
 *     user_name: string|null,
 *     current_points: int,
 *     pending_points: int,
 *     held_points: int,
 *     debt_points: int,
 *     total_points: int,
 *     current_tier: string,
 *     tier_name: string,
 *     progress_percentage: float,
 *     next_tier: string|null,
 *     next_tier_name: string|null,
 *     points_to_next_tier: int,
 *     current_benefits: list<string>,
 *     next_benefits: list<string>,
 *     discount_percent: float,
 *     points_multiplier: float,
 *     score: float,
 *     join_date: string,
 *     last_visit: string|null,
 *     total_visits: int,
 *     total_spent: numeric-string,
 *     rewards_redeemed: int,
 *     favorite_products: list<string>,
 *     referral_code: string,
 *     referred_by: int|null,
 *     points_expiry_date: string|null,
 *     expiring_points: int,
 *     currency: string,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_update_member(
    int $user_id,
    ?string $name = null,
    ?string $email = null,
    ?string $phone = null,
    DateTimeInterface|string|null $birth_date = null,
    ?string $locale = null,
    ?array $consents = null,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Shows a member: points, tier, progress, score and habits.
 *
 * @param int $user_id The member.
 * @return array{
 *     user_id: int,
 *     user_name: string|null,
 *     current_points: int,
 *     pending_points: int,
 *     held_points: int,
 *     debt_points: int,
 *     total_points: int,
 *     current_tier: string,
 *     tier_name: string,
 *     progress_percentage: float,
 *     next_tier: string|null,
 *     next_tier_name: string|null,
 *     points_to_next_tier: int,
 *     current_benefits: list<string>,
 *     next_benefits: list<string>,
 *     discount_percent: float,
 *     points_multiplier: float,
 *     score: float,
 *     join_date: string,
 *     last_visit: string|null,
 *     total_visits: int,
 *     total_spent: numeric-string,
 *     rewards_redeemed: int,
 *     favorite_products: list<string>,
 *     referral_code: string,
 *     referred_by: int|null,
 *     points_expiry_date: string|null,
 *     expiring_points: int,
 *     currency: string,
 * }
 * @throws LoyaltyException
 */
function loyalty_profile(int $user_id): array {}

/**
 * Tells a member's points, now or at another moment.
 *
 * @param int $user_id The member.
 * @param string|DateTimeInterface|null $as_of At which moment, past or future; default now. For a future one, nothing is assumed to be earned or spent until then.
 * @return array{
 *     user_id: int,
 *     available: int,
 *     pending: int,
 *     held: int,
 *     debt: int,
 *     lifetime: int,
 *     next_expiry: array{
 *         points: int,
 *         date: string,
 *     }|null,
 * }
 * @throws LoyaltyException
 */
function loyalty_points(int $user_id, DateTimeInterface|string|null $as_of = null): array {}

/**
 * Lists a member's history, newest first.
 *
 * @param int $user_id The member.
 * @param int $limit Most entries, 1 to 200.
 * @param int|null $before_id Only entries before this one: `next_before_id` of the page before.
 * @param 'earn'|'redeem'|'expire'|'bonus'|'referral'|'adjustment'|'reversal'|'transfer'|null $transaction_type Only entries of this kind.
 * @param string|DateTimeInterface|null $from Only entries that occurred at or after this; a date stands for its whole local day.
 * @param string|DateTimeInterface|null $until Only entries that occurred before this instant, or until the end of this local day.
 * @return array{
 *     items: list<array{
 *         id: int,
 *         user_id: int,
 *         transaction_type: string,
 *         points_amount: int,
 *         balance_before: int,
 *         balance_after: int,
 *         order_id: string|null,
 *         description: string,
 *         occurred_at: string,
 *         recorded_at: string,
 *         expires_at: string|null,
 *         reverses_id: int|null,
 *     }>,
 *     next_before_id: int|null,
 * }
 * @throws LoyaltyException
 */
function loyalty_transactions(
    int $user_id,
    int $limit = 20,
    ?int $before_id = null,
    ?string $transaction_type = null,
    DateTimeInterface|string|null $from = null,
    DateTimeInterface|string|null $until = null,
): array {}

/**
 * Says what a purchase would earn, and books nothing.
 *
 * It gives exactly what `earn_points` would at this moment, by the same rules.
 *
 * @param int $user_id User who would pay.
 * @param int|float|string $amount Amount, in major units of the programme's currency.
 * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What would be bought.
 * @param string|DateTimeInterface|null $at When; default now.
 * @param string|null $shop Shop or till where it would be paid.
 * @param int|float|string|null $tax Tax inside the amount; default that of the items.
 * @param int|float|string|null $points_paid Part of the amount that would be paid with points.
 * @param int|float|string|null $gift_card_paid Part of the amount that would be paid with gift cards.
 * @return array{
 *     points: int,
 *     because: list<array{
 *         rule: string,
 *         points: int,
 *         why: string,
 *     }>,
 *     missed: list<array{
 *         rule: string,
 *         missing: string,
 *     }>,
 * }
 * @throws LoyaltyException
 */
function loyalty_quote_points(
    int $user_id,
    int|float|string $amount,
    array $items = [],
    DateTimeInterface|string|null $at = null,
    ?string $shop = null,
    int|float|string|null $tax = null,
    int|float|string|null $points_paid = null,
    int|float|string|null $gift_card_paid = null,
): array {}

/**
 * Credits points for a paid order.
 *
 * The points follow the tier held before this purchase. A repeat with the same order returns the first receipt
 * and changes nothing; the same order with other arguments is a conflict. An unknown user becomes a member when the
 * programme says so.
 *
 * @param int $user_id User who paid: the host's own id.
 * @param int|float|string $amount Amount paid, in major units of the programme's currency.
 * @param string|null $order_id Order the points are for. It is the idempotency key when no other is given.
 * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What was bought: counts for variety and favourite products, and for rules about products.
 * @param string|null $shop Shop or till where it was paid, for rules about shops.
 * @param int|float|string|null $tax Tax inside the amount; default that of the items.
 * @param int|float|string|null $points_paid Part of the amount that was paid with points; it earns none unless the programme says so.
 * @param int|float|string|null $gift_card_paid Part of the amount that was paid with gift cards; it earns unless the programme says otherwise.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     transaction_id: int,
 *     points_earned: int,
 *     balance: int,
 *     tier_before: string,
 *     tier: string,
 *     tier_changed: bool,
 *     points_to_next_tier: int,
 *     expires_at: string|null,
 *     because: list<array{
 *         rule: string,
 *         points: int,
 *         why: string,
 *     }>,
 *     redemptions: list<int>,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_earn_points(
    int $user_id,
    int|float|string $amount,
    ?string $order_id = null,
    array $items = [],
    ?string $shop = null,
    int|float|string|null $tax = null,
    int|float|string|null $points_paid = null,
    int|float|string|null $gift_card_paid = null,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Takes back the points of a refunded order, in proportion to the money.
 *
 * Partial refunds add up: refunding in parts reverses exactly what refunding at once does. Points that were spent
 * already are owed and repaid by later points, or forgiven, as the programme says.
 *
 * @param string $order_id The order.
 * @param int|float|string|null $amount Amount refunded now; default all that is left, or the sum of `items` when these have amounts.
 * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items Lines that were returned.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     transaction_id: int,
 *     points_reversed: int,
 *     balance: int,
 *     debt: int,
 *     tier: string,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_refund_order(
    string $order_id,
    int|float|string|null $amount = null,
    array $items = [],
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Corrects the amount of an order, and books only the difference.
 *
 * The order ends with the points that the new amount gives by the rules of its own time: its tier and its
 * programme. It also brings a refunded order back, when it was completed after all.
 *
 * @param string $order_id The order.
 * @param int|float|string $amount What the guest pays for what is kept, above zero. `refund_order` cancels a whole order.
 * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items The lines that the order has now; default those it had.
 * @param int|float|string|null $tax Tax inside the amount; default what the order had.
 * @param int|float|string|null $points_paid Part of the amount that is paid with points; default what the order had.
 * @param int|float|string|null $gift_card_paid Part of the amount that is paid with gift cards; default what the order had.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     transaction_id: int|null,
 *     points_difference: int,
 *     points: int,
 *     balance: int,
 *     debt: int,
 *     tier: string,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_amend_order(
    string $order_id,
    int|float|string $amount,
    array $items = [],
    int|float|string|null $tax = null,
    int|float|string|null $points_paid = null,
    int|float|string|null $gift_card_paid = null,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Reports something that a member did besides buying, and credits what the programme gives for it.
 *
 * The programme's rules with `when.event` say what an event earns: a review, a survey, an account that was created.
 * An event that no rule is for is kept all the same and earns nothing. `account_created` and `first_purchase` earn
 * once in a member's life; for all others a repeat is another event unless it has the same key. Joining raises the
 * event `enrolled` by itself. An unknown user becomes a member when the programme says so.
 *
 * @param int $user_id The member.
 * @param string $event Name of the event, like `review_written`.
 * @param array|null $properties What the programme's rules may ask about it: texts, numbers, true or false, by name; at most 20.
 * @param string|null $shop Shop where it happened, for rules about shops.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     transaction_id: int|null,
 *     points_earned: int,
 *     balance: int,
 *     tier: string,
 *     because: list<array{
 *         rule: string,
 *         points: int,
 *         why: string,
 *     }>,
 *     missed: list<array{
 *         rule: string,
 *         missing: string,
 *     }>,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_record_event(
    int $user_id,
    string $event,
    ?array $properties = null,
    ?string $shop = null,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Books points by hand: a bonus, or a correction either way.
 *
 * For staff. A correction below zero takes points as a redemption does, soonest expiry first, and is refused
 * when the balance does not cover it.
 *
 * @param int $user_id The member.
 * @param 'bonus'|'adjustment' $transaction_type What it is.
 * @param int $points Points: above zero for a bonus, either way but not zero for an adjustment.
 * @param string $description Why, as the member reads it in the history.
 * @param string|DateTimeInterface|null $expires_at When added points end; default by the programme. A date stands for its whole local day.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     transaction_id: int,
 *     balance: int,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_record_transaction(
    int $user_id,
    string $transaction_type,
    int $points,
    string $description,
    DateTimeInterface|string|null $expires_at = null,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Books points past their end as expired, member by member, soonest first.
 *
 * A sweep for the night: answers of all other operations are the same whether it ever runs. Call it again while
 * `more` is true; each call is one transaction.
 *
 * @param int $limit Most members in one call, 1 to 10000.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     members: int,
 *     lots: int,
 *     points: int,
 *     more: bool,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_expire_points(
    int $limit = 1000,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Explains a ledger entry: every part of its points, each rule that did not apply, and the lots it moved.
 *
 * @param int $transaction_id The entry.
 * @return array{
 *     transaction_id: int,
 *     user_id: int,
 *     transaction_type: string,
 *     points_amount: int,
 *     description: string,
 *     occurred_at: string,
 *     actor: string|null,
 *     because: list<array{
 *         rule: string,
 *         points: int,
 *         why: string,
 *     }>,
 *     missed: list<array{
 *         rule: string,
 *         missing: string,
 *     }>,
 *     lots: list<array{
 *         transaction_id: int,
 *         points: int,
 *         expires_at: string|null,
 *     }>,
 *     program: string,
 * }
 * @throws LoyaltyException
 */
function loyalty_explain(int $transaction_id): array {}

/**
 * Lists the rewards by cost; with a user also which of them the user can have now, and what is missing.
 *
 * @param int|null $user_id The member who asks.
 * @param bool $include_inactive For staff: lists rewards that are switched off too, and what each costs the shop.
 * @return array{
 *     items: list<array{
 *         id: int,
 *         name: string,
 *         description: string,
 *         points_cost: int,
 *         discount_type: 'percent'|'fixed'|'free_item'|'free_delivery',
 *         discount_percent: float,
 *         max_discount: numeric-string|null,
 *         tier_required: string,
 *         price: numeric-string,
 *         cost: numeric-string|null,
 *         max_uses: int|null,
 *         used: int,
 *         max_uses_per_user: int|null,
 *         max_uses_per_user_per_day: int|null,
 *         max_uses_per_user_per_week: int|null,
 *         max_uses_per_user_per_month: int|null,
 *         max_uses_per_user_per_year: int|null,
 *         stock: int|null,
 *         active: bool,
 *         starts_at: string|null,
 *         expiry_date: string|null,
 *         available: bool|null,
 *         because: string|null,
 *         missing: array<string, mixed>|null,
 *     }>,
 * }
 * @throws LoyaltyException
 */
function loyalty_rewards(?int $user_id = null, bool $include_inactive = false): array {}

/**
 * Adds a reward, or replaces the one with the given id as a whole.
 *
 * For staff. Redemptions made before keep what they were promised.
 *
 * @param string $name Name for guests, up to 120 characters.
 * @param int $points_cost Price in points.
 * @param int|null $id The reward to replace; a new one without.
 * @param string $description Text for guests, up to 500 characters.
 * @param 'percent'|'fixed'|'free_item'|'free_delivery' $discount_type What its coupon takes off.
 * @param int|float $discount_percent Discount in percent; 100 for a free item.
 * @param int|float|string|null $max_discount Highest discount in money, in major units.
 * @param string|null $tier_required Id of the lowest tier that may have it; default the first.
 * @param int|float|string|null $price Money that a piece costs besides the points, in major units; default 0.
 * @param int|float|string|null $cost Money that a piece costs the shop, in major units; default 0. Each redemption keeps it as it was.
 * @param int|null $max_uses How often all users together may have it.
 * @param int|null $max_uses_per_user How often one user may have it.
 * @param int|null $max_uses_per_user_per_day How often one user may have it in a local day.
 * @param int|null $max_uses_per_user_per_week How often one user may have it in a local week, from Monday.
 * @param int|null $max_uses_per_user_per_month How often one user may have it in a local month.
 * @param int|null $max_uses_per_user_per_year How often one user may have it in a local year.
 * @param int|null $stock Pieces in stock; not counted when left out.
 * @param bool $active Whether it is switched on.
 * @param string|DateTimeInterface|null $starts_at From when it can be had; a date means from its start.
 * @param string|DateTimeInterface|null $expiry_date Until when it can be had; a date means to the end of that local day.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     id: int,
 *     name: string,
 *     description: string,
 *     points_cost: int,
 *     discount_type: 'percent'|'fixed'|'free_item'|'free_delivery',
 *     discount_percent: float,
 *     max_discount: numeric-string|null,
 *     tier_required: string,
 *     price: numeric-string,
 *     cost: numeric-string|null,
 *     max_uses: int|null,
 *     used: int,
 *     max_uses_per_user: int|null,
 *     max_uses_per_user_per_day: int|null,
 *     max_uses_per_user_per_week: int|null,
 *     max_uses_per_user_per_month: int|null,
 *     max_uses_per_user_per_year: int|null,
 *     stock: int|null,
 *     active: bool,
 *     starts_at: string|null,
 *     expiry_date: string|null,
 *     available: bool|null,
 *     because: string|null,
 *     missing: array<string, mixed>|null,
 *     created: bool,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_save_reward(
    string $name,
    int $points_cost,
    ?int $id = null,
    string $description = '',
    string $discount_type = 'percent',
    int|float $discount_percent = 0.0,
    int|float|string|null $max_discount = null,
    ?string $tier_required = null,
    int|float|string|null $price = null,
    int|float|string|null $cost = null,
    ?int $max_uses = null,
    ?int $max_uses_per_user = null,
    ?int $max_uses_per_user_per_day = null,
    ?int $max_uses_per_user_per_week = null,
    ?int $max_uses_per_user_per_month = null,
    ?int $max_uses_per_user_per_year = null,
    ?int $stock = null,
    bool $active = true,
    DateTimeInterface|string|null $starts_at = null,
    DateTimeInterface|string|null $expiry_date = null,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Takes a reward for points, and issues its coupon.
 *
 * Refusals are told apart and say what is missing. Two calls for the last points, the last piece or the last
 * allowed use never both succeed. A reward may cost money besides: the reply says how much is due at the till.
 *
 * @param int $user_id The member who pays with points.
 * @param int $reward_id The reward.
 * @param int|null $quantity How many pieces; default 1. The price and every limit count each of them, and the coupon can be used as often.
 * @param string|null $order_id The order it is claimed for: `cancel_order` then undoes it. Several rewards may name one order.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     redemption_id: int,
 *     quantity: int,
 *     points_spent: int,
 *     money_due: numeric-string,
 *     balance: int,
 *     coupon: array{
 *         id: int,
 *         code: string,
 *         user_id: int|null,
 *         discount_type: 'percent'|'fixed'|'free_item'|'free_delivery',
 *         discount_value: numeric-string,
 *         max_discount: numeric-string|null,
 *         min_order_amount: numeric-string,
 *         max_uses: int,
 *         used_count: int,
 *         valid_from: string,
 *         valid_until: string,
 *         stackable: bool,
 *         active: bool,
 *     },
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_redeem_reward(
    int $user_id,
    int $reward_id,
    ?int $quantity = null,
    ?string $order_id = null,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Undoes a redemption whose coupon is unused.
 *
 * The very points go back into the accruals they came from, and keep their own end: points whose time is over by
 * now expire at once. A repeat returns the first answer.
 *
 * @param int $redemption_id The redemption.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     transaction_id: int,
 *     points_restored: int,
 *     balance: int,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_cancel_redemption(
    int $redemption_id,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Gives a member the reward of `[auto_redeem]` when the points are there.
 *
 * `earn_points` does this by itself; this is for points that became spendable by the clock, for a nightly job. A
 * reward that the member cannot have is left, and the points stay.
 *
 * @param int $user_id The member.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     redemptions: list<int>,
 *     balance: int,
 *     tier: string,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_auto_redeem(
    int $user_id,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Tells how much of a bill a member can pay with points, and what that leaves; changes nothing.
 *
 * It gives exactly what `pay_with_points` would: never more points than the bill is worth.
 *
 * @param int $user_id The member who would pay.
 * @param int|float|string|null $amount The bill, in major units; without one the points are valued alone.
 * @param int|null $points Points to pay with; default as many as are of use.
 * @param bool $clamp Whether too many points are cut to what is allowed, rather than refused.
 * @return array{
 *     allowed: bool,
 *     points_used: int,
 *     discount: numeric-string,
 *     payable: numeric-string|null,
 *     maximum_points: int,
 *     available: int,
 *     because: string|null,
 *     missing: array<string, mixed>|null,
 * }
 * @throws LoyaltyException
 */
function loyalty_quote_payment(
    int $user_id,
    int|float|string|null $amount = null,
    ?int $points = null,
    bool $clamp = false,
): array {}

/**
 * Pays a part of an order with points.
 *
 * The points are worth what the programme says, and never pay more than the bill: the fewest points that cover it
 * are taken. What they pay and the ledger entry are one: neither is ever there without the other. The order is the
 * idempotency key. `release_payment` gives the points back.
 *
 * @param int $user_id The member who pays.
 * @param string $order_id The order that is paid. It is the idempotency key when no other is given.
 * @param int|float|string $amount The bill, in major units.
 * @param int|null $points Points to pay with; default as many as are of use.
 * @param bool $clamp Whether too many points are cut to what is allowed, rather than refused.
 * @param bool $reopened Pays an order again whose payment was released: without this such a call is refused, for it may be a late repeat.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     transaction_id: int,
 *     points_used: int,
 *     discount: numeric-string,
 *     payable: numeric-string,
 *     balance: int,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_pay_with_points(
    int $user_id,
    string $order_id,
    int|float|string $amount,
    ?int $points = null,
    bool $clamp = false,
    bool $reopened = false,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Gives back the points that paid a part of an order.
 *
 * The very points go back into the accruals they came from, and keep their own end. They are given back once,
 * however often it is asked for.
 *
 * @param string $order_id The order.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     transaction_id: int,
 *     points_restored: int,
 *     balance: int,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_release_payment(
    string $order_id,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Cancels an order as a whole, in one step: all or nothing.
 *
 * What it earned is taken back as by `refund_order`, the points that paid a part of it are given back as by
 * `release_payment`, and the rewards that were claimed for it are undone as by `cancel_redemption`. It is refused
 * when the coupon of such a reward was used; `release_coupon` gives that use back first. A repeat
 * finds nothing left and changes nothing.
 *
 * @param string $order_id The order.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     points_reversed: int,
 *     points_restored: int,
 *     redemptions: list<int>,
 *     balance: int,
 *     debt: int,
 *     tier: string,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_cancel_order(
    string $order_id,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Gives a member's code to invite friends with: the one that is good, or a new one.
 *
 * A member has one code at a time. When it has ended, or on `renew`, a new one takes its place, and the old one
 * can no longer be used.
 *
 * @param int $user_id The member who invites.
 * @param bool $renew Whether the code is changed although it is still good.
 * @param string|null $network What the host knows of the member's network, like an IP address. Only a digest is kept, to tell odd referrals.
 * @param string|null $device What the host knows of the member's device, like a cookie of its own. Only a digest is kept.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     code: string,
 *     expires_at: string,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_generate_referral(
    int $user_id,
    bool $renew = false,
    ?string $network = null,
    ?string $device = null,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Says that a member was invited by another, whose code was typed.
 *
 * Possible before the first purchase and once in a lifetime; not with one's own code, by whatever identifier two
 * members are one, and not in a circle. Both get their points with the first paid purchase. How odd it looks is said,
 * with the signs; a programme with `referral.review_risk` lets staff look at it first.
 *
 * @param int $user_id The member who was invited.
 * @param string $code The code of the member who invited.
 * @param string|null $network What the host knows of the network, like an IP address. Only a digest is kept. Alone it never blocks anybody.
 * @param string|null $device What the host knows of the device, like a cookie of its own. Only a digest is kept.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     status: 'pending'|'review'|'successful'|'expired'|'rejected'|'reversed',
 *     referrer_id: int,
 *     expires_at: string,
 *     risk: int,
 *     because: list<'shared_network'|'shared_device'|'device_of_another_friend'|'many_in_a_day'|'same_name'|'same_birth_date'|'similar_phone'|'similar_email'>,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_use_referral(
    int $user_id,
    string $code,
    ?string $network = null,
    ?string $device = null,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Lists the friends that a member brought, newest first, and what came of it.
 *
 * @param int $user_id The member who invites.
 * @param int $limit Most friends that are listed, 1 to 200. The sums are always over all.
 * @return array{
 *     my_code: string,
 *     code_expires_at: string,
 *     code_active: bool,
 *     referrals: list<array{
 *         user_id: int,
 *         status: 'pending'|'review'|'successful'|'expired'|'rejected'|'reversed',
 *         created_at: string,
 *         expires_at: string,
 *         completed_at: string|null,
 *         points: int,
 *         risk: int,
 *         because: list<'shared_network'|'shared_device'|'device_of_another_friend'|'many_in_a_day'|'same_name'|'same_birth_date'|'similar_phone'|'similar_email'>,
 *     }>,
 *     total_referrals: int,
 *     active_referrals: int,
 *     successful_referrals: int,
 *     total_points_earned: int,
 *     conversion_rate: float,
 * }
 * @throws LoyaltyException
 */
function loyalty_referrals(int $user_id, int $limit = 20): array {}

/**
 * Decides about a referral that waits for staff, since it looked odd.
 *
 * Accepted, it goes on as any other: when the friend has bought meanwhile, both get their points now. Who decides must
 * be named as `actor`.
 *
 * @param int $user_id The friend who was invited.
 * @param bool $accept Whether it is in order.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     status: 'pending'|'review'|'successful'|'expired'|'rejected'|'reversed',
 *     referrer_id: int,
 *     points: int,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_resolve_referral(
    int $user_id,
    bool $accept,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Lists the tiers of the programme, lowest first.
 *
 * @return array{
 *     metric: 'lifetime_points'|'window_points'|'window_spend'|'score',
 *     items: list<array{
 *         id: string,
 *         name: string,
 *         threshold: int,
 *         points_multiplier: float,
 *         discount_percent: float,
 *         benefits: list<string>,
 *     }>,
 * }
 * @throws LoyaltyException
 */
function loyalty_tiers(): array {}

/**
 * Tells what a tier gives.
 *
 * @param string $tier Id of the tier.
 * @param 'es-CL'|'en'|null $locale Language of the texts; default the programme's.
 * @return array{
 *     tier: string,
 *     tier_name: string,
 *     points_multiplier: float,
 *     discount_percent: float,
 *     birthday_discount_percent: float,
 *     special_offers: bool,
 *     free_delivery: bool,
 *     priority_support: bool,
 *     early_access: bool,
 *     benefits: list<string>,
 * }
 * @throws LoyaltyException
 */
function loyalty_tier_benefits(string $tier, ?string $locale = null): array {}

/**
 * Tells which tier a number of points gives. Needs no database.
 *
 * @param int $points Points, or another value of the programme's metric.
 * @return array{
 *     tier: string,
 *     tier_name: string,
 * }
 * @throws LoyaltyException
 */
function loyalty_tier_for(int $points): array {}

/**
 * Tells how far a number of points is from the next tier. Needs no database.
 *
 * @param int $points Points, or another value of the programme's metric.
 * @return array{
 *     current_tier: string,
 *     next_tier: string|null,
 *     points_needed: int,
 *     progress_percentage: float,
 * }
 * @throws LoyaltyException
 */
function loyalty_tier_progress(int $points): array {}

/**
 * Brings a member's tier up to date.
 *
 * An upgrade happens at once. The periodic review, when it is due, may also lower the tier, as the programme says;
 * then `upgraded` is false and the two tiers differ.
 *
 * @param int $user_id The member.
 * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
 * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
 * @param string|null $actor Who did it, for the audit.
 * @return array{
 *     tier_before: string,
 *     tier: string,
 *     upgraded: bool,
 *     points_to_next_tier: int,
 *     replayed: bool,
 * }
 * @throws LoyaltyException
 */
function loyalty_check_tier_upgrade(
    int $user_id,
    DateTimeInterface|string|null $at = null,
    ?string $key = null,
    ?string $actor = null,
): array {}

/**
 * Calculates a score from given numbers. Needs no database.
 *
 * @param int $visits_90_days Visits in the last 90 days (the programme's frequency window).
 * @param int|float|string $spent_365_days Money spent in the last 365 days (the programme's amount window), in major units.
 * @param int $distinct_products Different products bought.
 * @param int $successful_referrals Referrals that ended in a purchase.
 * @param int|null $days_since_last_visit Whole local days since the last visit; null for a user who never came.
 * @return array{
 *     score: float,
 *     frequency: float,
 *     amount: float,
 *     recency: float,
 *     variety: float,
 *     referral: float,
 * }
 * @throws LoyaltyException
 */
function loyalty_calculate_score(
    int $visits_90_days,
    int|float|string $spent_365_days,
    int $distinct_products,
    int $successful_referrals,
    ?int $days_since_last_visit = null,
): array {}

/**
 * Calculates a member's score, with the numbers it comes from.
 *
 * @param int $user_id The member.
 * @param string|DateTimeInterface|null $as_of For which moment; default now. Products and referrals count as they are now.
 * @return array{
 *     user_id: int,
 *     score: float,
 *     frequency: float,
 *     amount: float,
 *     recency: float,
 *     variety: float,
 *     referral: float,
 *     visits_90_days: int,
 *     spent_365_days: numeric-string,
 *     days_since_last_visit: int|null,
 *     distinct_products: int,
 *     successful_referrals: int,
 * }
 * @throws LoyaltyException
 */
function loyalty_user_score(int $user_id, DateTimeInterface|string|null $as_of = null): array {}

/**
 * Makes a random code. Needs no database, and so does not know which codes are taken.
 *
 * @param int $length Random symbols, 6 to 24; each carries 5 bits.
 * @param string $prefix Up to 8 letters and digits in front, none of them U.
 * @param bool $check Whether a check symbol ends the code.
 * @return array{
 *     code: string,
 * }
 * @throws LoyaltyException
 */
function loyalty_generate_code(int $length = 8, string $prefix = '', bool $check = true): array {}

/**
 * Checks the check symbol of a code that somebody typed. Needs no database, and so does not know whether it exists.
 *
 * @param string $code The code as typed: case, hyphens and spaces do not matter, O reads as 0, I and L as 1.
 * @return array{
 *     valid: bool,
 *     normalized: string|null,
 * }
 * @throws LoyaltyException
 */
function loyalty_check_code(string $code): array {}

/**
 * Recomputes every sum from the ledger and compares: balances, chains of entries, lots, uses, counters.
 *
 * It reads all of a member's rows, or of all members without one. Nothing is changed.
 *
 * @param int|null $user_id Only this member.
 * @return array{
 *     ok: bool,
 *     members: int,
 *     entries: int,
 *     problems: list<array{
 *         user_id: int,
 *         what: string,
 *         expected: string,
 *         found: string,
 *     }>,
 * }
 * @throws LoyaltyException
 */
function loyalty_verify(?int $user_id = null): array {}

/**
 * Tells whether the engine can serve: database, schema, programme, clock.
 *
 * @return array{
 *     status: 'ok'|'degraded'|'failed',
 *     version: string,
 *     checks: list<array{
 *         name: string,
 *         status: 'ok'|'degraded'|'failed',
 *         value: string,
 *     }>,
 * }
 * @throws LoyaltyException
 */
function loyalty_health(): array {}
