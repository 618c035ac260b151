<?php

declare(strict_types=1);

// Generated from the engine's own table of operations; `make docs` writes it again.

namespace Loyalty;

use DateTimeInterface;
use LoyaltyException;

/**
 * Every operation of the engine as a method, for applications that inject what they call and put another in its place in
 * their tests. A method takes and answers exactly what the function of its operation does: `earnPoints` is
 * `loyalty_earn_points`. Nothing is converted on the way, so the parameters have no types of PHP's, which would turn 7.5
 * into 7 in a file without `strict_types`.
 */
interface ClientInterface
{
    /**
     * Makes a user a member of the programme.
     *
     * A user who is already a member stays unchanged (`created` is false); use `update_member` to change personal data.
     *
     * @param int $user_id The host's own id of the user.
     * @param string|null $name Name for greetings, up to 120 characters.
     * @param string|null $email E-mail address.
     * @param string|null $phone Telephone number. A telephone number or an e-mail address belongs to one member only (`find_member`).
     * @param string|null $card Number of a card that identifies the member: letters and digits. It is added to the member's other cards.
     * @param string|DateTimeInterface|null $birth_date Birthday.
     * @param 'es-CL'|'en'|null $locale Preferred language; default the language of the programme.
     * @param list<string>|null $consents Kinds of messages the user agrees to.
     * @param array|null $attributes What else is known of the user, by name: up to 20 values that are texts of up to 64 characters, integers, or true and false. Names have up to 32 small letters, digits and `_`. Segments may ask for them.
     * @param string|null $referral_code Code of the member who invited the user. If it cannot be used, the call is refused and nobody is enrolled.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
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
     *     blocked: bool,
     *     referral_code: string,
     *     referred_by: int|null,
     *     points_expiry_date: string|null,
     *     expiring_points: int,
     *     currency: string,
     *     attributes: array<string, mixed>|null,
     *     created: bool,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function enroll(
        mixed $user_id,
        mixed $name = null,
        mixed $email = null,
        mixed $phone = null,
        mixed $card = null,
        mixed $birth_date = null,
        mixed $locale = null,
        ?array $consents = null,
        ?array $attributes = null,
        mixed $referral_code = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Changes a member's personal data, or blocks the member. A field that is null or left out stays as it is; `remove`
     * deletes fields.
     *
     * A blocked member neither earns nor spends: such calls are refused with `member_blocked`. The points stay and end as
     * usual. Refunds, corrections by staff and top-ups of gift cards remain possible.
     *
     * @param int $user_id The member.
     * @param string|null $name Name for greetings, up to 120 characters.
     * @param string|null $email E-mail address.
     * @param string|null $phone Telephone number. A telephone number or an e-mail address belongs to one member only (`find_member`).
     * @param string|null $card Number of a card that identifies the member: letters and digits. It is added to the member's other cards.
     * @param string|null $remove_card Number of a card that no longer identifies the member, because it was lost or belongs to somebody else.
     * @param string|DateTimeInterface|null $birth_date Birthday.
     * @param 'es-CL'|'en'|null $locale Preferred language.
     * @param list<string>|null $consents Kinds of messages the member agrees to. The list replaces the old one; an empty list withdraws all.
     * @param array|null $attributes What else is known of the member, by name: up to 20 values that are texts of up to 64 characters, integers, or true and false; null removes one. Names have up to 32 small letters, digits and `_`. Segments may ask for them.
     * @param list<'name'|'email'|'phone'|'cards'|'birth_date'|'locale'> $remove Fields to delete: a list of `name`, `email`, `phone`, `cards`, `birth_date`, `locale`. The rightful owner of the telephone number, address or card can register it afterwards.
     * @param bool|null $blocked For staff: whether the member is blocked.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
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
     *     blocked: bool,
     *     referral_code: string,
     *     referred_by: int|null,
     *     points_expiry_date: string|null,
     *     expiring_points: int,
     *     currency: string,
     *     attributes: array<string, mixed>|null,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function updateMember(
        mixed $user_id,
        mixed $name = null,
        mixed $email = null,
        mixed $phone = null,
        mixed $card = null,
        mixed $remove_card = null,
        mixed $birth_date = null,
        mixed $locale = null,
        ?array $consents = null,
        ?array $attributes = null,
        array $remove = [],
        mixed $blocked = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

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
     *     blocked: bool,
     *     referral_code: string,
     *     referred_by: int|null,
     *     points_expiry_date: string|null,
     *     expiring_points: int,
     *     currency: string,
     *     attributes: array<string, mixed>|null,
     * }
     * @throws LoyaltyException
     */
    public function profile(mixed $user_id): array;

    /**
     * Finds a member by telephone number, card, e-mail address or code, in any spelling.
     *
     * Each of these belongs to one member of the programme; those of a merged member find the member who took that one
     * over. If the programme names the country (`identity.calling_code`), a telephone number without the country code
     * equals the one with it.
     *
     * @param 'phone'|'card'|'email'|'code' $kind What is given: `phone`, `card`, `email` or `code` (the member's referral code).
     * @param string $value Its value.
     * @return array{
     *     user_id: int,
     *     user_name: string|null,
     * }
     * @throws LoyaltyException
     */
    public function findMember(mixed $kind, mixed $value): array;

    /**
     * Merges two members: everything of the second moves to the first, and the second's id then stands for the first.
     *
     * Points keep their beginning and end. Visits, money, products, orders, coupons, redemptions, referrals and debts are
     * joined. What may happen only once counts if either member did it. The tier is the higher of the two, or the one that
     * the joined history gives. A repeat changes nothing.
     *
     * @param int $into_user_id The member who stays.
     * @param int $from_user_id The member who is merged into the other.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     user_id: int,
     *     merged: bool,
     *     points_moved: int,
     *     balance: int,
     *     tier: string,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function mergeMembers(
        mixed $into_user_id,
        mixed $from_user_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Imports a member from another system: the balance, the points earned in a lifetime, tier, visits, orders and
     * redemptions.
     *
     * For staff, when a shop moves to this engine; `loyalty adopt` does it for a whole database. A user is imported once
     * from each `source`; case and surrounding blanks do not matter (`ore` and ` ORE ` are the same). An existing member
     * keeps their personal data and points, and the imported ones are added.
     *
     * The points earned in a lifetime become one entry. It begins now, and its points end as if they were earned now. A
     * second entry takes off what was spent. The entries of `history` are booked separately with their own dates: the
     * newest ones that fit into these sums; their points end like the rest. A balance below zero is owed. The member keeps
     * the tier, or gets the tier that the metric now gives if that is higher; there are no gifts for reaching it. Each
     * open redemption becomes a redemption here, with a coupon. The engine then knows the orders: they never earn again,
     * and they can be refunded.
     *
     * @param int $user_id The host's own id of the user.
     * @param string $source Name of the other system, up to 25 characters; members read it in their history.
     * @param int $balance Spendable points in the other system; below zero for points owed.
     * @param string|null $reference A mark of the caller, up to 40 characters, that the reply repeats.
     * @param int|null $lifetime_points Points earned there in a lifetime, refunds subtracted; default the balance plus the points of open redemptions.
     * @param string|null $tier Id of the tier that the member held there.
     * @param string|null $name Name for greetings, up to 120 characters.
     * @param string|null $email E-mail address.
     * @param string|null $phone Telephone number.
     * @param string|DateTimeInterface|null $birth_date Birthday.
     * @param string|DateTimeInterface|null $joined_at When the user joined there; default now.
     * @param string|DateTimeInterface|null $last_visit_at The last purchase; default the last one of `orders`.
     * @param int|null $total_visits Total number of purchases; those that are not in `orders` count on the day of the last visit. Default the number of `orders`.
     * @param int|float|string|null $total_spent Total money spent, in major units, in the same way.
     * @param list<array{order_id: string, amount: int|float|string, points: int, paid_at: DateTimeInterface|string}> $orders Orders that earned points there. An order that is already known here is left out, and its points are subtracted.
     * @param list<array{reward_id: int, points: int, redeemed_at: DateTimeInterface|string}> $redemptions Rewards that were redeemed there but not used yet.
     * @param list<array{points: int, happened_at: DateTimeInterface|string, description?: string}> $history Entries in the other system, at most 2000, without those of `redemptions`. They are ignored when an order is already known here.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     created: bool,
     *     transaction_id: int,
     *     reference: string|null,
     *     imported: int,
     *     points_known: int,
     *     balance: int,
     *     tier: string,
     *     orders: int,
     *     orders_known: int,
     *     redemptions: list<array{
     *         redemption_id: int,
     *         reward_id: int,
     *         code: string,
     *     }>,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function importMember(
        mixed $user_id,
        mixed $source,
        mixed $balance,
        mixed $reference = null,
        mixed $lifetime_points = null,
        mixed $tier = null,
        mixed $name = null,
        mixed $email = null,
        mixed $phone = null,
        mixed $birth_date = null,
        mixed $joined_at = null,
        mixed $last_visit_at = null,
        mixed $total_visits = null,
        mixed $total_spent = null,
        array $orders = [],
        array $redemptions = [],
        array $history = [],
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Returns a member's points, now or at another moment.
     *
     * @param int $user_id The member.
     * @param string|DateTimeInterface|null $as_of The moment, past or future; default now. For a future moment, the answer assumes that nothing is earned or spent until then.
     * @param string|DateTimeInterface|null $earned_since Also return the points earned from this moment on (`earned`).
     * @return array{
     *     user_id: int,
     *     available: int,
     *     pending: int,
     *     held: int,
     *     debt: int,
     *     lifetime: int,
     *     earned: int|null,
     *     next_expiry: array{
     *         points: int,
     *         date: string,
     *     }|null,
     * }
     * @throws LoyaltyException
     */
    public function points(mixed $user_id, mixed $as_of = null, mixed $earned_since = null): array;

    /**
     * Lists a member's history, newest first, including the earlier history of members who were merged into the member.
     *
     * The entries of one member are in the order in which they were booked, so each balance follows from the one below it.
     * After a merge, the entries of all merged members are in the order in which they happened; when several happened at
     * the same moment, the higher id comes first.
     *
     * @param int $user_id The member.
     * @param int $limit Most entries, 1 to 200.
     * @param int|null $before_id Only entries before this one: the `next_before_id` of the previous page.
     * @param 'earn'|'redeem'|'expire'|'bonus'|'referral'|'adjustment'|'reversal'|'transfer'|null $transaction_type Only entries of this kind.
     * @param string|DateTimeInterface|null $from Only entries that happened at or after this moment; a date means from the start of that local day.
     * @param string|DateTimeInterface|null $until Only entries that happened before this moment, or until the end of this local day.
     * @param int|null $page The number of the page, with `limit` entries each, from 1 on; use it instead of `before_id`. The reply then gives the total number of entries. An entry that is booked meanwhile shifts all pages by one; `before_id` avoids that.
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
     *     total: int|null,
     *     pages: int|null,
     *     archived: int,
     * }
     * @throws LoyaltyException
     */
    public function transactions(
        mixed $user_id,
        mixed $limit = 20,
        mixed $before_id = null,
        mixed $transaction_type = null,
        mixed $from = null,
        mixed $until = null,
        mixed $page = null,
    ): array;

    /**
     * Returns what a purchase would earn; books nothing.
     *
     * The answer is exactly what `earn_points` would give at this moment, by the same rules.
     *
     * @param int $user_id The user who would pay.
     * @param int|float|string|null $amount Amount, in major units of the programme's currency. It may be below zero when the lines show that more was returned than bought: then nothing is earned. It may be left out when `points` is given, and is then 0.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What would be bought.
     * @param string|DateTimeInterface|null $at When; default now.
     * @param string|null $shop Shop or till where it would be paid.
     * @param int|float|string|null $tax Tax inside the amount; default the sum of the tax of the items.
     * @param int|float|string|null $points_paid Part of the amount that would be paid with points.
     * @param int|float|string|null $gift_card_paid Part of the amount that would be paid with gift cards.
     * @param int|null $points Points of the purchase, when the host has calculated them: the reply says what the programme's caps leave of them.
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
    public function quotePoints(
        mixed $user_id,
        mixed $amount = null,
        array $items = [],
        mixed $at = null,
        mixed $shop = null,
        mixed $tax = null,
        mixed $points_paid = null,
        mixed $gift_card_paid = null,
        mixed $points = null,
    ): array;

    /**
     * Credits points for a paid order.
     *
     * The points depend on the tier that the member held before this purchase. A repeat with the same order returns the
     * first receipt and changes nothing; the same order with other arguments is a conflict. An unknown user becomes a
     * member if the programme says so.
     *
     * @param int $user_id The user who paid: the host's own id.
     * @param int|float|string|null $amount Amount paid, in major units of the programme's currency. It may be left out when `points` is given, and is then 0. It may be below zero when the lines show that more was returned than bought: then nothing is earned, and the order counts as one of 0.
     * @param string|null $order_id The order that the points are for. It is the idempotency key when no other is given.
     * @param string|DateTimeInterface|null $available_at When the points can first be spent; default by the programme. A date means the start of that local day.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What was bought. It counts for variety and favourite products, and for rules about products.
     * @param string|null $shop Shop or till where it was paid, for rules about shops.
     * @param int|float|string|null $tax Tax inside the amount; default the sum of the tax of the items.
     * @param int|float|string|null $points_paid Part of the amount that was paid with points; it earns none unless the programme says so.
     * @param int|float|string|null $gift_card_paid Part of the amount that was paid with gift cards; it earns unless the programme says otherwise.
     * @param int|null $points Points of the purchase, 0 or more, when the host has calculated them: then the base rate, tier and rules give none. They count as earned points, and the programme's caps apply. A refund takes back their share in proportion to the money.
     * @param string|null $description What the member reads in the history; default a text with the order, in the programme's language.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
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
    public function earnPoints(
        mixed $user_id,
        mixed $amount = null,
        mixed $order_id = null,
        mixed $available_at = null,
        array $items = [],
        mixed $shop = null,
        mixed $tax = null,
        mixed $points_paid = null,
        mixed $gift_card_paid = null,
        mixed $points = null,
        mixed $description = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Returns what is due to the member when a part of an order is returned; changes nothing.
     *
     * `[refund]` of the programme decides what happens to discounts. With `discounts = "keep"`, the returned lines are
     * worth what was paid for them. With `"rejudge"`, the coupons must apply to the rest of the order alone: if a minimum
     * no longer holds, or the partner of a free article is returned, the member loses that discount. The money goes back
     * in the order of `tenders`. `refund_order` with `pay_back` does exactly this.
     *
     * @param string $order_id The order.
     * @param int|float|string|null $amount Money that goes back, whatever is returned for it; default what is due for the lines, or all that is left.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items Returned lines, or parts of them; default all that is left of the order.
     * @return array{
     *     allowed: bool,
     *     due: numeric-string,
     *     money: numeric-string,
     *     points: int,
     *     points_amount: numeric-string,
     *     gift_cards: list<array{
     *         code: string,
     *         amount: numeric-string,
     *     }>,
     *     coupons: list<array{
     *         code: string,
     *         discount: numeric-string,
     *         discount_left: numeric-string,
     *         because: string|null,
     *         missing: array<string, mixed>|null,
     *     }>,
     *     points_reversed: int,
     *     amount_left: numeric-string,
     *     gift_cards_stopped: list<array{
     *         code: string,
     *         sold: numeric-string,
     *         taken: numeric-string,
     *         spent: numeric-string,
     *         balance: numeric-string,
     *     }>,
     *     because: string|null,
     *     missing: array<string, mixed>|null,
     * }
     * @throws LoyaltyException
     */
    public function quoteRefund(mixed $order_id, mixed $amount = null, array $items = []): array;

    /**
     * Takes back the points of a refunded order: those that the returned lines earned, or without lines, in proportion to
     * the money.
     *
     * The rest of the order keeps what it earns alone, judged as `amend_order` judges it: by the rules of the order's own
     * time. So the return of an article that earned five-fold takes five-fold points back, and an article that earned
     * nothing takes none. Partial refunds add up: refunds in parts, in any order, take back exactly what one refund of the
     * whole does. Points that were already spent are owed and repaid by later points, or written off, or the refund is
     * refused, as the programme says. When nothing is left, the order is cancelled: it no longer counts as a visit or a
     * first purchase, even if it cost nothing.
     *
     * @param string $order_id The order.
     * @param int|float|string|null $amount Amount refunded now; default all that is left, or the sum of `items` when they have amounts.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items Lines that were returned, or parts of them. They must be lines of the order, if it has any. For an order without lines, they only give the amount.
     * @param int|float|string|null $points_back Part of the amount that goes back as points; it reduces what points paid for the order.
     * @param int|float|string|null $gift_card_back Part of the amount that goes back to gift cards; it reduces what gift cards paid for the order.
     * @param int|float|string|null $fee Part of the price of the returned lines that does not go back and pays for nothing that is left, like a fee; it earns no points. Default what was spent from the gift cards among the lines.
     * @param bool $pay_back Also pays back what `quote_refund` returns, in the same step. When no amount is given, it is what is due for the lines. Points and gift cards get back what they had paid of it.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     transaction_id: int,
     *     points_reversed: int,
     *     points_written_off: int,
     *     balance: int,
     *     debt: int,
     *     tier: string,
     *     gift_cards_stopped: list<array{
     *         code: string,
     *         sold: numeric-string,
     *         taken: numeric-string,
     *         spent: numeric-string,
     *         balance: numeric-string,
     *     }>,
     *     paid_back: array{
     *         due: numeric-string,
     *         money: numeric-string,
     *         points: int,
     *         points_amount: numeric-string,
     *         gift_cards: list<array{
     *             code: string,
     *             amount: numeric-string,
     *         }>,
     *         coupons: list<array{
     *             code: string,
     *             discount: numeric-string,
     *             discount_left: numeric-string,
     *             because: string|null,
     *             missing: array<string, mixed>|null,
     *         }>,
     *     }|null,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function refundOrder(
        mixed $order_id,
        mixed $amount = null,
        array $items = [],
        mixed $points_back = null,
        mixed $gift_card_back = null,
        mixed $fee = null,
        mixed $pay_back = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Corrects the amount of an order and books only the difference.
     *
     * Afterwards the order has the points that the new amount gives under the rules of the order's own time: its tier and
     * its programme. The call also restores a cancelled order that was completed after all.
     *
     * @param string $order_id The order.
     * @param int|float|string $amount What the member pays for what is kept; 0 for an order that became free but stands. To take a whole order back, use `refund_order` or `cancel_order`.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items The lines that the order has now; default its previous lines.
     * @param int|float|string|null $tax Tax inside the amount; default the previous one.
     * @param int|float|string|null $points_paid Part of the amount that is paid with points; default the previous one.
     * @param int|float|string|null $gift_card_paid Part of the amount that is paid with gift cards; default the previous one.
     * @param int|null $points Points for what is kept, when the host has calculated them. Default: if the host gave the order's points, the same points in proportion to the amount; otherwise by the rules.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     transaction_id: int|null,
     *     points_difference: int,
     *     points_written_off: int,
     *     points: int,
     *     balance: int,
     *     debt: int,
     *     tier: string,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function amendOrder(
        mixed $order_id,
        mixed $amount,
        array $items = [],
        mixed $tax = null,
        mixed $points_paid = null,
        mixed $gift_card_paid = null,
        mixed $points = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Earns and cancels the purchases that the shop's own tables recorded in `loyalty_outbox`, oldest first.
     *
     * `loyalty adopt --outbox` creates the triggers that write this table; a shop may also write it with its own triggers.
     * A completed purchase earns as by `earn_points`, at the time of the purchase. If the order is already known with
     * another amount, it is amended as by `amend_order`; this also restores a cancelled order. A cancelled purchase is
     * cancelled as by `cancel_order`, and one that is open again is refunded as by `refund_order`. The order always ends
     * in the state that the row gives, so each purchase earns once, however often it was recorded and even if
     * `earn_points` was called for it. A purchase without a user earns nothing.
     *
     * One call processes at most `limit` rows in one transaction: call it until nothing waits, from as many processes as
     * you like. A row that fails does not stop the others. It stays with its error until a retry succeeds, a later row of
     * its order is drained, or staff delete it. `health` reports failed rows. The command line drains all rows and exits
     * with 1 if any failed.
     *
     * @param int|null $limit Most rows of this call, from 1 to 1000; default 50.
     * @param bool $retry Whether to retry rows that failed, before those that wait.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     earned: int,
     *     amended: int,
     *     cancelled: int,
     *     unchanged: int,
     *     points: int,
     *     failed_now: int,
     *     failed: int,
     *     failures: list<array{
     *         id: int,
     *         order_id: string,
     *         user_id: int|null,
     *         tries: int,
     *         code: string,
     *         message: string,
     *     }>,
     *     waiting: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function drain(
        mixed $limit = null,
        mixed $retry = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Records something that a member did other than buying, and credits what the programme gives for it.
     *
     * The programme's rules with `when.event` say what an event earns: a review, a survey, a new account. An event without
     * a rule is stored and earns nothing. `account_created` and `first_purchase` earn once in a member's life; every other
     * call is a new event unless it has the same key. Joining raises the event `enrolled` automatically. An unknown user
     * becomes a member if the programme says so.
     *
     * @param int $user_id The member.
     * @param string $event Name of the event, like `review_written`.
     * @param array|null $properties Data that the programme's rules may test: texts, numbers, true or false, by name; at most 20.
     * @param string|null $shop Shop where it happened, for rules about shops.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
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
    public function recordEvent(
        mixed $user_id,
        mixed $event,
        ?array $properties = null,
        mixed $shop = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Books points by hand: a bonus, or a correction up or down.
     *
     * For staff. A correction below zero takes points as a redemption does: those that end soonest first. When the balance
     * does not cover it, the rest is owed up to the programme's limit (`adjustment.debt_limit`, 0 by default); above the
     * limit the call is refused.
     *
     * @param int $user_id The member.
     * @param 'bonus'|'adjustment' $transaction_type What kind of booking it is.
     * @param int $points Points: above zero for a bonus; above or below zero, but not zero, for an adjustment.
     * @param string $description The reason, as the member reads it in the history.
     * @param string|DateTimeInterface|null $available_at When added points can first be spent; default at once. A date means the start of that local day.
     * @param string|DateTimeInterface|null $expires_at When added points end; default by the programme. A date includes its whole local day.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     transaction_id: int,
     *     points_cut: int,
     *     balance: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function recordTransaction(
        mixed $user_id,
        mixed $transaction_type,
        mixed $points,
        mixed $description,
        mixed $available_at = null,
        mixed $expires_at = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Moves spendable points from one member to another.
     *
     * They keep their end, those that end soonest first, unless the programme gives transferred points a new end. Pending
     * and ended points cannot be moved. A transfer changes nobody's tier: the points were earned once.
     *
     * @param int $from_user_id The member who gives.
     * @param int $to_user_id The member who receives.
     * @param int $points How many points, above zero.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     transaction_id: int,
     *     received_ids: list<int>,
     *     points: int,
     *     from_balance: int,
     *     to_balance: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function transferPoints(
        mixed $from_user_id,
        mixed $to_user_id,
        mixed $points,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Sets points aside for an open bill until they are captured or voided, or until the time runs out.
     *
     * The points leave the spendable balance at once, those that end soonest first, and nothing else can take them. Points
     * that end while they are held can still be captured until the hold ends. A hold ends by the clock. Points that it
     * gives back keep their end.
     *
     * @param int $user_id The member.
     * @param int $points How many points, above zero.
     * @param int $ttl_seconds For how many seconds, 1 to 2592000 (30 days).
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     hold_id: int,
     *     points: int,
     *     ends_at: string,
     *     balance: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function holdPoints(
        mixed $user_id,
        mixed $points,
        mixed $ttl_seconds,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Takes held points for good: all of them, or fewer; the rest goes back.
     *
     * A hold ends only once. A second capture or void is refused with `hold_closed`, or with `hold_expired` after the
     * hold's time has run out.
     *
     * @param int $hold_id The hold.
     * @param int|null $points How many points to take, above zero; default all that are held.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     hold_id: int,
     *     transaction_id: int|null,
     *     points_captured: int,
     *     points_returned: int,
     *     balance: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function captureHold(
        mixed $hold_id,
        mixed $points = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Gives held points back to the accruals that they came from; they keep their end.
     *
     * Points whose end has passed expire at once. A hold ends only once: a second end is refused.
     *
     * @param int $hold_id The hold.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     hold_id: int,
     *     transaction_id: int,
     *     points_returned: int,
     *     balance: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function voidHold(
        mixed $hold_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Makes the pending points of an order spendable, for example when it was delivered or the time for returns is over.
     *
     * Points that are already spendable stay as they are; a repeat finds nothing more to release.
     *
     * @param string $order_id The order.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     user_id: int,
     *     points_released: int,
     *     balance: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function releasePoints(
        mixed $order_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Gives a member's points a later end: the points of one accrual, or all that end sooner.
     *
     * For staff. Held points follow their accrual, and points that go back to an accrual end with it. The call never moves
     * an end to an earlier time, and it does not bring back expired points; use `reinstate_points` for that.
     *
     * @param int $user_id The member.
     * @param string|DateTimeInterface $expires_at The new end. A date includes its whole local day.
     * @param int|null $transaction_id Only the points that this entry gave; default all.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     transaction_id: int|null,
     *     lots: int,
     *     points: int,
     *     expires_at: string,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function extendPoints(
        mixed $user_id,
        mixed $expires_at,
        mixed $transaction_id = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Brings expired points back if their last day lies within the programme's window (`expiry.reinstate_days`).
     *
     * They go back to the accruals that they came from, with a new end. Debts are repaid from them. A repeat finds nothing
     * more to bring back.
     *
     * Points that expired early because a clock was ahead always come back and keep their end.
     *
     * @param int $user_id The member.
     * @param string|DateTimeInterface|null $expires_at Their new end; default by the programme, as if earned now. A date includes its whole local day.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     lots: int,
     *     points_reinstated: int,
     *     expires_at: string|null,
     *     balance: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function reinstatePoints(
        mixed $user_id,
        mixed $expires_at = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Lists which points of a member will end and when, if none are spent before.
     *
     * Pending points are included; held points are not.
     *
     * @param int $user_id The member.
     * @param string|DateTimeInterface|null $until Only points that end by then; default all that ever end. A date includes its whole local day.
     * @return array{
     *     user_id: int,
     *     items: list<array{
     *         points: int,
     *         date: string,
     *     }>,
     *     points: int,
     * }
     * @throws LoyaltyException
     */
    public function expiringPoints(mixed $user_id, mixed $until = null): array;

    /**
     * Books expired points: points past their end, member by member, soonest first, and points that ended holds give back.
     *
     * It also deletes failed look-ups of codes that no longer slow anybody down. Run it at night; the answers of all other
     * operations do not depend on it. Call it again while `more` is true; each call is one transaction. On the command
     * line, `loyalty sweep` runs this and `review_tiers` until nothing is left.
     *
     * @param int $limit Most members in one call, 1 to 10000.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     members: int,
     *     lots: int,
     *     points: int,
     *     more: bool,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function expirePoints(
        mixed $limit = 1000,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

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
    public function explain(mixed $transaction_id): array;

    /**
     * Lists the rewards by cost; with a user, also which of them the user can get now, and what is missing for the others.
     *
     * @param int|null $user_id The member who asks.
     * @param bool $include_inactive For staff: also lists rewards that are switched off, and what each costs the shop.
     * @return array{
     *     items: list<array{
     *         id: int,
     *         name: string,
     *         description: string,
     *         points_cost: int,
     *         discount_type: 'percent'|'fixed'|'free_item'|'free_delivery',
     *         discount_percent: float,
     *         max_discount: numeric-string|null,
     *         discount_value: numeric-string|null,
     *         min_order_amount: numeric-string,
     *         products: list<string>,
     *         categories: list<string>,
     *         target: 'order'|'cheapest_item',
     *         stackable: bool,
     *         not_on_granting_order: bool,
     *         coupon_days: int|null,
     *         coupon_wait_days: int,
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
     *         created_at: string,
     *         starts_at: string|null,
     *         expiry_date: string|null,
     *         last_day: string|null,
     *         available: bool|null,
     *         because: string|null,
     *         missing: array<string, mixed>|null,
     *     }>,
     * }
     * @throws LoyaltyException
     */
    public function rewards(mixed $user_id = null, mixed $include_inactive = false): array;

    /**
     * Adds a reward, or replaces the whole reward that has the given id.
     *
     * For staff. Earlier redemptions keep what they were promised.
     *
     * @param string $name Name for members, up to 120 characters.
     * @param int $points_cost Price in points.
     * @param int|null $id The reward to replace; without one, a new reward is added.
     * @param string $description Text for members, up to 500 characters.
     * @param 'percent'|'fixed'|'free_item'|'free_delivery' $discount_type What its coupon takes off.
     * @param int|float $discount_percent Discount in percent; 100 for a free item.
     * @param int|float|string|null $discount_value The discount: for `fixed`, money in major units, which is required; for `free_item`, the number of items, default 1.
     * @param int|float|string|null $max_discount Highest discount in money, in major units.
     * @param int|float|string|null $min_order_amount Smallest order that its coupon can be used for, in major units.
     * @param list<string> $products Articles that its coupon is for: the discount applies to their lines only.
     * @param list<string> $categories Categories that its coupon is for, in the same way.
     * @param 'order'|'cheapest_item'|null $target What a percentage applies to: the order, or one unit of the cheapest line that it is for. Default the order.
     * @param bool|null $stackable Whether its coupon can be combined with others; default no.
     * @param bool|null $not_on_granting_order Whether its coupon is for later orders only: then it cannot be used on the order for which it was redeemed, or whose points `[auto_redeem]` took for it. Default no.
     * @param int|null $coupon_days For how many local days its coupon is good after the first day; default the programme's `redemption.coupon_days`.
     * @param int|null $coupon_wait_days After how many local days its coupon can first be used; default at once.
     * @param string|null $tier_required Id of the lowest tier that may get it; default the first.
     * @param int|float|string|null $price Money that a piece costs in addition to the points, in major units; default 0.
     * @param int|float|string|null $cost Money that a piece costs the shop, in major units; default 0. Each redemption keeps the cost of its time.
     * @param int|null $max_uses How often all users together may get it.
     * @param int|null $max_uses_per_user How often one user may get it.
     * @param int|null $max_uses_per_user_per_day How often one user may get it in a local day.
     * @param int|null $max_uses_per_user_per_week How often one user may get it in a local week, from Monday.
     * @param int|null $max_uses_per_user_per_month How often one user may get it in a local month.
     * @param int|null $max_uses_per_user_per_year How often one user may get it in a local year.
     * @param int|null $stock Pieces in stock; when left out, they are not counted.
     * @param bool $active Whether it is switched on.
     * @param string|DateTimeInterface|null $starts_at From when it is available; a date means from the start of that local day.
     * @param string|DateTimeInterface|null $expiry_date Until when it is available; a date means until the end of that local day.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     id: int,
     *     name: string,
     *     description: string,
     *     points_cost: int,
     *     discount_type: 'percent'|'fixed'|'free_item'|'free_delivery',
     *     discount_percent: float,
     *     max_discount: numeric-string|null,
     *     discount_value: numeric-string|null,
     *     min_order_amount: numeric-string,
     *     products: list<string>,
     *     categories: list<string>,
     *     target: 'order'|'cheapest_item',
     *     stackable: bool,
     *     not_on_granting_order: bool,
     *     coupon_days: int|null,
     *     coupon_wait_days: int,
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
     *     created_at: string,
     *     starts_at: string|null,
     *     expiry_date: string|null,
     *     last_day: string|null,
     *     available: bool|null,
     *     because: string|null,
     *     missing: array<string, mixed>|null,
     *     created: bool,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function saveReward(
        mixed $name,
        mixed $points_cost,
        mixed $id = null,
        mixed $description = '',
        mixed $discount_type = 'percent',
        mixed $discount_percent = 0.0,
        mixed $discount_value = null,
        mixed $max_discount = null,
        mixed $min_order_amount = null,
        array $products = [],
        array $categories = [],
        mixed $target = null,
        mixed $stackable = null,
        mixed $not_on_granting_order = null,
        mixed $coupon_days = null,
        mixed $coupon_wait_days = null,
        mixed $tier_required = null,
        mixed $price = null,
        mixed $cost = null,
        mixed $max_uses = null,
        mixed $max_uses_per_user = null,
        mixed $max_uses_per_user_per_day = null,
        mixed $max_uses_per_user_per_week = null,
        mixed $max_uses_per_user_per_month = null,
        mixed $max_uses_per_user_per_year = null,
        mixed $stock = null,
        mixed $active = true,
        mixed $starts_at = null,
        mixed $expiry_date = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Exchanges points for a reward and issues its coupon.
     *
     * Each refusal has its own code and says what is missing. Of two simultaneous calls for the last points, the last
     * piece or the last allowed use, only one succeeds. A reward may also cost money: the reply says how much is due at
     * the till.
     *
     * @param int $user_id The member who pays with points.
     * @param int $reward_id The reward.
     * @param int|null $quantity How many pieces; default 1. The price and every limit count each piece, and the coupon can be used that many times.
     * @param int|null $reservation_id The reservation from `reserve_reward` to redeem: it uses what the reservation keeps, and checks nothing again.
     * @param string|null $order_id The order it is redeemed for; it must not belong to another member. `cancel_order` undoes the redemption with the order. Several rewards may name one order.
     * @param bool $reopened Redeems it again for an order whose redemption of this reward was undone. Without this, such a call is refused, because it may be a late retry.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
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
     *         max_uses_per_user: int|null,
     *         used_count: int,
     *         held_count: int,
     *         valid_from: string,
     *         valid_until: string|null,
     *         last_day: string|null,
     *         products: list<string>,
     *         categories: list<string>,
     *         labels: list<string>,
     *         weekdays: list<'mon'|'tue'|'wed'|'thu'|'fri'|'sat'|'sun'>,
     *         hours_from: string|null,
     *         hours_until: string|null,
     *         tier_required: string|null,
     *         segment: string|null,
     *         first_order_only: bool,
     *         min_order_basis: 'left'|'initial',
     *         min_order_tax: 'included'|'excluded',
     *         max_order_amount: numeric-string|null,
     *         target: 'order'|'cheapest_item',
     *         item_percent: numeric-string|null,
     *         buy_quantity: int|null,
     *         buy_products: list<string>,
     *         group: string|null,
     *         budget: numeric-string|null,
     *         budget_day: numeric-string|null,
     *         budget_month: numeric-string|null,
     *         stackable: bool,
     *         active: bool,
     *         batch_id: int|null,
     *         not_on_order: string|null,
     *         own_code: bool,
     *     },
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function redeemReward(
        mixed $user_id,
        mixed $reward_id,
        mixed $quantity = null,
        mixed $reservation_id = null,
        mixed $order_id = null,
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Reserves a reward for a member for some time: the points, the pieces in stock and the uses, all or none.
     *
     * It makes the same checks as `redeem_reward`, and an open reservation counts against every limit. `redeem_reward`
     * with its id then cannot be refused for lack of points or pieces, even if the reward is switched off meanwhile. The
     * reservation ends with `redeem_reward`, with `release_reward`, or by the clock.
     *
     * @param int $user_id The member.
     * @param int $reward_id The reward.
     * @param int $ttl_seconds For how many seconds, 1 to 2592000 (30 days).
     * @param int|null $quantity How many pieces; default 1.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     reservation_id: int,
     *     quantity: int,
     *     points_held: int,
     *     money_due: numeric-string,
     *     ends_at: string,
     *     balance: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function reserveReward(
        mixed $user_id,
        mixed $reward_id,
        mixed $ttl_seconds,
        mixed $quantity = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Cancels a reservation: points, pieces and uses go back at once.
     *
     * The points go back to the accruals that they came from and keep their end. A repeat returns the first answer. A
     * reservation that was redeemed is refused with `hold_closed`, and one that ended by the clock with `hold_expired`.
     *
     * @param int $reservation_id The reservation.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     reservation_id: int,
     *     quantity: int,
     *     points_returned: int,
     *     balance: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function releaseReward(
        mixed $reservation_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Undoes a redemption whose coupon is unused, even if the coupon was switched off or has ended.
     *
     * The points go back to the accruals that they came from and keep their end; points whose end has passed expire at
     * once. A repeat returns the first answer.
     *
     * @param int $redemption_id The redemption.
     * @param int|null $quantity Undo only this many unused pieces; the others stay and can be used. Default all pieces, and then none may have been used.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     transaction_id: int,
     *     quantity: int,
     *     quantity_left: int,
     *     points_restored: int,
     *     points_reversed: int,
     *     balance: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function cancelRedemption(
        mixed $redemption_id,
        mixed $quantity = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Gives a member the reward of `[auto_redeem]` when the points suffice.
     *
     * `earn_points` does this automatically; this call is for a nightly job, for points that became spendable since. A
     * reward that the member cannot get is skipped, and the points stay. The redemption belongs to the order whose points
     * it takes last, if they come from one: `cancel_order` undoes it with that order.
     *
     * @param int $user_id The member.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     redemptions: list<int>,
     *     balance: int,
     *     tier: string,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function autoRedeem(
        mixed $user_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Returns how much of a bill a member can pay with points, and what is left; changes nothing.
     *
     * The answer is exactly what `pay_with_points` would do, and never more points than the bill is worth.
     *
     * @param int $user_id The member who would pay.
     * @param int|float|string|null $amount The bill, in major units; without one, the reply gives the value of the points.
     * @param int|null $points Points to pay with; default as many as can pay for the bill.
     * @param bool $clamp Whether too many points are reduced to what is allowed instead of refused.
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
    public function quotePayment(
        mixed $user_id,
        mixed $amount = null,
        mixed $points = null,
        mixed $clamp = false,
    ): array;

    /**
     * Pays a part of an order with points.
     *
     * The programme sets the value of a point. The call takes the fewest points that cover the bill, and never more than
     * the bill is worth. The payment and its ledger entry are written together or not at all. The order is the idempotency
     * key. `release_payment` gives the points back.
     *
     * @param int $user_id The member who pays.
     * @param string $order_id The order to pay; it must not belong to another member. It is the idempotency key when no other is given.
     * @param int|float|string $amount The bill, in major units.
     * @param int|null $points Points to pay with; default as many as can pay for the bill.
     * @param bool $clamp Whether too many points are reduced to what is allowed instead of refused.
     * @param bool $reopened Pays again an order whose payment was released. Without this, such a call is refused, because it may be a late retry.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
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
    public function payWithPoints(
        mixed $user_id,
        mixed $order_id,
        mixed $amount,
        mixed $points = null,
        mixed $clamp = false,
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Gives back the points that paid a part of an order, all or some of them.
     *
     * The points go back to the accruals that they came from and keep their end. When only some go back, those that end
     * last go first, so that several parts add up to the whole. Never more goes back than was taken: once all are back, a
     * call returns the first answer.
     *
     * @param string $order_id The order.
     * @param int|null $points Points to give back now, above zero; default all that are left.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     transaction_id: int,
     *     points_restored: int,
     *     points_reversed: int,
     *     points_left: int,
     *     balance: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function releasePayment(
        mixed $order_id,
        mixed $points = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Cancels an order as a whole, in one step: all or nothing.
     *
     * Each part is undone as by its own operation: what the order earned, with its visit, referral, tier gift and uses of
     * limited rules (`refund_order`); the points that paid a part of it (`release_payment`); the rewards that were
     * redeemed for it or granted by it (`cancel_redemption`); coupon uses and holds (`release_coupon`); gift card payments
     * (`release_gift_card`); gift cards that it sold; its stamps, and the free units that it used. An order may have only
     * some of these parts. Parts that were undone before stay as they are, so a repeat finds nothing left and changes
     * nothing.
     *
     * A reward that `[auto_redeem]` granted stays if its coupon was used for another order, or if this order used the
     * coupon and the coupon has since ended. If a reward that was redeemed by hand was used for another order, the whole
     * call is refused with `already_used`.
     *
     * @param string $order_id The order.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     user_id: int|null,
     *     points_reversed: int,
     *     points_restored: int,
     *     points_written_off: int,
     *     redemptions: list<int>,
     *     redemptions_kept: list<array{
     *         redemption_id: int,
     *         because: string,
     *     }>,
     *     coupons: list<string>,
     *     coupon_discount: numeric-string,
     *     coupons_kept: list<array{
     *         code: string,
     *         because: string,
     *     }>,
     *     gift_cards: list<array{
     *         code: string,
     *         amount: numeric-string,
     *         balance: numeric-string,
     *     }>,
     *     gift_card_amount: numeric-string,
     *     gift_cards_stopped: list<array{
     *         code: string,
     *         sold: numeric-string,
     *         taken: numeric-string,
     *         spent: numeric-string,
     *         balance: numeric-string,
     *     }>,
     *     stamps: list<array{
     *         card: string,
     *         stamps: int,
     *         rewards: int,
     *     }>,
     *     referral_reversed: bool,
     *     tier_gifts: list<string>,
     *     rules: list<string>,
     *     balance: int,
     *     debt: int,
     *     tier: string|null,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function cancelOrder(
        mixed $order_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Returns a member's code for inviting friends: the current one if it is still good, or a new one.
     *
     * A member has one code at a time. When it has ended, or with `renew`, a new one replaces it, and the old one can no
     * longer be used.
     *
     * @param int $user_id The member who invites.
     * @param bool $renew Whether to replace the code even though it is still good.
     * @param string|null $network What the host knows of the member's network, like an IP address. Only a digest is stored, to detect suspicious referrals.
     * @param string|null $device What the host knows of the member's device, like a cookie of its own. Only a digest is stored.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     code: string,
     *     expires_at: string,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function generateReferral(
        mixed $user_id,
        mixed $renew = false,
        mixed $network = null,
        mixed $device = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Records that another member, whose code was typed, invited this one.
     *
     * This is possible before the first purchase and once in a lifetime. A member cannot use their own code, even under
     * another identifier, and referrals cannot form a circle. A member who types wrong codes is slowed down as with
     * coupons (`[guessing]`). Both members get their points with the first paid purchase. The reply says how suspicious
     * the referral looks and why; with `referral.review_risk`, the programme lets staff decide first.
     *
     * @param int $user_id The member who was invited.
     * @param string $code The code of the member who invited.
     * @param string|null $network What the host knows of the network, like an IP address. Only a digest is stored. The network alone never blocks anybody.
     * @param string|null $device What the host knows of the device, like a cookie of its own. Only a digest is stored.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
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
    public function useReferral(
        mixed $user_id,
        mixed $code,
        mixed $network = null,
        mixed $device = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Lists the friends that a member referred, newest first, with the state of each referral.
     *
     * @param int $user_id The member who invites.
     * @param int $limit Most friends to list, 1 to 200. The totals always cover all of them.
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
    public function referrals(mixed $user_id, mixed $limit = 20): array;

    /**
     * Decides a referral that looked suspicious and waits for staff.
     *
     * An accepted referral continues like any other: if the friend has bought meanwhile, both get their points now.
     * `actor` must name the person who decides.
     *
     * @param int $user_id The friend who was invited.
     * @param bool $accept Whether to accept the referral.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     status: 'pending'|'review'|'successful'|'expired'|'rejected'|'reversed',
     *     referrer_id: int,
     *     points: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function resolveReferral(
        mixed $user_id,
        mixed $accept,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Makes a coupon with its own code, for one member or for anyone.
     *
     * The code is either random or chosen by the shop. A random code is unique and long enough to be hard to guess
     * (`codes.minimum_bits`).
     *
     * @param 'percent'|'fixed'|'free_item'|'free_delivery' $discount_type What it takes off.
     * @param int|null $user_id The member who may use it; without one, anyone may.
     * @param string|null $not_on_order An order on which it cannot be used, such as the order that it was given for.
     * @param string|null $code A code chosen by the shop, like `WELCOME10` or `AÑO-NUEVO`: 4 to 24 letters and digits. It is public: anyone may type it, so only `max_uses`, `max_uses_per_user` and the budgets limit it. Case, separators, look-alikes and accents do not matter, so no two codes may differ only in these.
     * @param int|float|string|null $discount_value How much: percent, or money in major units; for free items, how many, default 1.
     * @param int|float|string|null $max_discount Highest discount in money, in major units.
     * @param int|float|string $min_order_amount Smallest order it can be used for, in major units; an order of exactly this amount is large enough.
     * @param int $max_uses How often it can be used in total.
     * @param int|null $max_uses_per_user How often one user can use it.
     * @param string|DateTimeInterface|null $valid_from From when it is good; a date means from the start of that day. Default now.
     * @param string|DateTimeInterface|null $valid_until Until when it is good; a date means until the end of that local day. Without one, it has no end.
     * @param list<string> $products Articles that it is for: the order must have one of them, and the discount applies to their lines only.
     * @param list<string> $categories Categories that it is for, in the same way.
     * @param list<string> $labels Labels of lines that it is for, in the same way: a whole label, or the part after its colon.
     * @param bool $stackable Whether it can be combined with other coupons. If not, it must be used alone.
     * @param string|null $prefix Up to 8 letters and digits in front of the code, but no `U`; default the prefix of the programme.
     * @param int|null $length Random symbols of the code. Default the length of the programme, or more when so many codes exist that a shorter one could be guessed; too short a length is refused.
     * @param list<'mon'|'tue'|'wed'|'thu'|'fri'|'sat'|'sun'> $weekdays Local days of the week on which it is good.
     * @param string|null $hours_from Local time of the day from which it is good, like `08:30`.
     * @param string|null $hours_until Local time of the day until which it is good. If it is earlier than `hours_from`, the coupon is good past midnight: the night belongs to the weekday on which it began.
     * @param string|null $tier_required Id of the lowest tier that may use it.
     * @param string|null $segment Id of a segment of the programme: it is for members who are in it when they use it.
     * @param bool $first_order_only Whether it is only for a user who has bought nothing yet.
     * @param 'left'|'initial' $min_order_basis The amount that must reach `min_order_amount`: what earlier coupons left, or the initial amount of the order.
     * @param 'included'|'excluded' $min_order_tax Whether that amount is compared with or without tax.
     * @param int|float|string|null $max_order_amount Largest order it can be used for, before any coupon, in major units.
     * @param 'order'|'cheapest_item' $target What a percentage applies to: the order, or one unit of the cheapest line that it is for.
     * @param int|null $buy_quantity How many units must be bought. For free items: how many must be bought for each set of free ones.
     * @param list<string> $buy_products Articles of which `buy_quantity` must be bought; default those that it is for. Articles that may themselves be free do not count.
     * @param string|null $group A group of coupons; an order can use only one coupon of a group.
     * @param int|float|string|null $budget Most money that one code takes off in total, in major units.
     * @param int|float|string|null $budget_day Most money that one code takes off in a local day, in major units.
     * @param int|float|string|null $budget_month Most money that one code takes off in a local month, in major units.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     id: int,
     *     code: string,
     *     user_id: int|null,
     *     discount_type: 'percent'|'fixed'|'free_item'|'free_delivery',
     *     discount_value: numeric-string,
     *     max_discount: numeric-string|null,
     *     min_order_amount: numeric-string,
     *     max_uses: int,
     *     max_uses_per_user: int|null,
     *     used_count: int,
     *     held_count: int,
     *     valid_from: string,
     *     valid_until: string|null,
     *     last_day: string|null,
     *     products: list<string>,
     *     categories: list<string>,
     *     labels: list<string>,
     *     weekdays: list<'mon'|'tue'|'wed'|'thu'|'fri'|'sat'|'sun'>,
     *     hours_from: string|null,
     *     hours_until: string|null,
     *     tier_required: string|null,
     *     segment: string|null,
     *     first_order_only: bool,
     *     min_order_basis: 'left'|'initial',
     *     min_order_tax: 'included'|'excluded',
     *     max_order_amount: numeric-string|null,
     *     target: 'order'|'cheapest_item',
     *     item_percent: numeric-string|null,
     *     buy_quantity: int|null,
     *     buy_products: list<string>,
     *     group: string|null,
     *     budget: numeric-string|null,
     *     budget_day: numeric-string|null,
     *     budget_month: numeric-string|null,
     *     stackable: bool,
     *     active: bool,
     *     batch_id: int|null,
     *     not_on_order: string|null,
     *     own_code: bool,
     *     guess_chance_bits: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function generateDiscountCode(
        mixed $discount_type,
        mixed $user_id = null,
        mixed $not_on_order = null,
        mixed $code = null,
        mixed $discount_value = null,
        mixed $max_discount = null,
        mixed $min_order_amount = '0',
        mixed $max_uses = 1,
        mixed $max_uses_per_user = null,
        mixed $valid_from = null,
        mixed $valid_until = null,
        array $products = [],
        array $categories = [],
        array $labels = [],
        mixed $stackable = false,
        mixed $prefix = null,
        mixed $length = null,
        array $weekdays = [],
        mixed $hours_from = null,
        mixed $hours_until = null,
        mixed $tier_required = null,
        mixed $segment = null,
        mixed $first_order_only = false,
        mixed $min_order_basis = 'left',
        mixed $min_order_tax = 'included',
        mixed $max_order_amount = null,
        mixed $target = 'order',
        mixed $buy_quantity = null,
        array $buy_products = [],
        mixed $group = null,
        mixed $budget = null,
        mixed $budget_day = null,
        mixed $budget_month = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Makes many coupons at once, each with its own code: all of them, or none.
     *
     * The name of the batch is its key; case and surrounding blanks do not matter. A repeat returns the first answer.
     * `coupon_batch` lists the codes page by page. The limits of uses and the budgets apply to each code.
     *
     * @param int $count How many, 1 to 10 000 000.
     * @param string $batch Name of the batch, up to 120 characters; it must be unique.
     * @param 'percent'|'fixed'|'free_item'|'free_delivery' $discount_type What it takes off.
     * @param int|float|string|null $discount_value How much: percent, or money in major units; for free items, how many, default 1.
     * @param int|float|string|null $max_discount Highest discount in money, in major units.
     * @param int|float|string $min_order_amount Smallest order it can be used for, in major units; an order of exactly this amount is large enough.
     * @param int $max_uses How often it can be used in total.
     * @param int|null $max_uses_per_user How often one user can use it.
     * @param string|DateTimeInterface|null $valid_from From when it is good; a date means from the start of that day. Default now.
     * @param string|DateTimeInterface|null $valid_until Until when it is good; a date means until the end of that local day. Without one, it has no end.
     * @param list<string> $products Articles that it is for: the order must have one of them, and the discount applies to their lines only.
     * @param list<string> $categories Categories that it is for, in the same way.
     * @param list<string> $labels Labels of lines that it is for, in the same way: a whole label, or the part after its colon.
     * @param bool $stackable Whether it can be combined with other coupons. If not, it must be used alone.
     * @param string|null $prefix Up to 8 letters and digits in front of the code, but no `U`; default the prefix of the programme.
     * @param int|null $length Random symbols of the code. Default the length of the programme, or more when so many codes exist that a shorter one could be guessed; too short a length is refused.
     * @param list<'mon'|'tue'|'wed'|'thu'|'fri'|'sat'|'sun'> $weekdays Local days of the week on which it is good.
     * @param string|null $hours_from Local time of the day from which it is good, like `08:30`.
     * @param string|null $hours_until Local time of the day until which it is good. If it is earlier than `hours_from`, the coupon is good past midnight: the night belongs to the weekday on which it began.
     * @param string|null $tier_required Id of the lowest tier that may use it.
     * @param string|null $segment Id of a segment of the programme: it is for members who are in it when they use it.
     * @param bool $first_order_only Whether it is only for a user who has bought nothing yet.
     * @param 'left'|'initial' $min_order_basis The amount that must reach `min_order_amount`: what earlier coupons left, or the initial amount of the order.
     * @param 'included'|'excluded' $min_order_tax Whether that amount is compared with or without tax.
     * @param int|float|string|null $max_order_amount Largest order it can be used for, before any coupon, in major units.
     * @param 'order'|'cheapest_item' $target What a percentage applies to: the order, or one unit of the cheapest line that it is for.
     * @param int|null $buy_quantity How many units must be bought. For free items: how many must be bought for each set of free ones.
     * @param list<string> $buy_products Articles of which `buy_quantity` must be bought; default those that it is for. Articles that may themselves be free do not count.
     * @param string|null $group A group of coupons; an order can use only one coupon of a group.
     * @param int|float|string|null $budget Most money that one code takes off in total, in major units.
     * @param int|float|string|null $budget_day Most money that one code takes off in a local day, in major units.
     * @param int|float|string|null $budget_month Most money that one code takes off in a local month, in major units.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     batch_id: int,
     *     count: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function generateCoupons(
        mixed $count,
        mixed $batch,
        mixed $discount_type,
        mixed $discount_value = null,
        mixed $max_discount = null,
        mixed $min_order_amount = '0',
        mixed $max_uses = 1,
        mixed $max_uses_per_user = null,
        mixed $valid_from = null,
        mixed $valid_until = null,
        array $products = [],
        array $categories = [],
        array $labels = [],
        mixed $stackable = false,
        mixed $prefix = null,
        mixed $length = null,
        array $weekdays = [],
        mixed $hours_from = null,
        mixed $hours_until = null,
        mixed $tier_required = null,
        mixed $segment = null,
        mixed $first_order_only = false,
        mixed $min_order_basis = 'left',
        mixed $min_order_tax = 'included',
        mixed $max_order_amount = null,
        mixed $target = 'order',
        mixed $buy_quantity = null,
        array $buy_products = [],
        mixed $group = null,
        mixed $budget = null,
        mixed $budget_day = null,
        mixed $budget_month = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Lists the codes of a batch, page by page, in the order in which they were made. For staff.
     *
     * @param int $batch_id The batch.
     * @param int $limit Most codes to list, 1 to 10 000.
     * @param int $after Where the previous page ended: its `next_after`.
     * @return array{
     *     items: list<array{
     *         id: int,
     *         code: string,
     *         used_count: int,
     *         active: bool,
     *     }>,
     *     next_after: int|null,
     * }
     * @throws LoyaltyException
     */
    public function couponBatch(mixed $batch_id, mixed $limit = 200, mixed $after = 0): array;

    /**
     * Lists the coupons that are bound to a member, in the order in which they were made.
     *
     * Without `include_used`, it leaves out coupons that can no longer be used: used up, ended, or switched off.
     *
     * @param int $user_id The member.
     * @param bool $include_used Whether coupons that can no longer be used are listed too.
     * @param int $limit Most coupons to list, 1 to 200.
     * @param int $after Where the previous page ended: its `next_after`.
     * @return array{
     *     items: list<array{
     *         id: int,
     *         code: string,
     *         user_id: int|null,
     *         discount_type: 'percent'|'fixed'|'free_item'|'free_delivery',
     *         discount_value: numeric-string,
     *         max_discount: numeric-string|null,
     *         min_order_amount: numeric-string,
     *         max_uses: int,
     *         max_uses_per_user: int|null,
     *         used_count: int,
     *         held_count: int,
     *         valid_from: string,
     *         valid_until: string|null,
     *         last_day: string|null,
     *         products: list<string>,
     *         categories: list<string>,
     *         labels: list<string>,
     *         weekdays: list<'mon'|'tue'|'wed'|'thu'|'fri'|'sat'|'sun'>,
     *         hours_from: string|null,
     *         hours_until: string|null,
     *         tier_required: string|null,
     *         segment: string|null,
     *         first_order_only: bool,
     *         min_order_basis: 'left'|'initial',
     *         min_order_tax: 'included'|'excluded',
     *         max_order_amount: numeric-string|null,
     *         target: 'order'|'cheapest_item',
     *         item_percent: numeric-string|null,
     *         buy_quantity: int|null,
     *         buy_products: list<string>,
     *         group: string|null,
     *         budget: numeric-string|null,
     *         budget_day: numeric-string|null,
     *         budget_month: numeric-string|null,
     *         stackable: bool,
     *         active: bool,
     *         batch_id: int|null,
     *         not_on_order: string|null,
     *         own_code: bool,
     *     }>,
     *     next_after: int|null,
     * }
     * @throws LoyaltyException
     */
    public function coupons(
        mixed $user_id,
        mixed $include_used = false,
        mixed $limit = 200,
        mixed $after = 0,
    ): array;

    /**
     * Reports whether a code can be used for an order and what it would take off; nothing is used.
     *
     * The rules are those of `use_coupon`. A caller without a `user_id` gets the same answer, `not_usable`, for a code
     * that does not exist, has ended, is used up, is switched off or belongs to a member. After too many failed look-ups
     * by one user or `actor`, the answer is `too_many_tries` for some time.
     *
     * @param string $code The code, as typed.
     * @param int|float|string $amount Amount of the order before any coupon, delivery and tax included, in major units.
     * @param int|null $user_id Who would use it.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What would be bought.
     * @param int|float|string $delivery The part of the amount that is for the delivery.
     * @param int|float|string|null $tax The tax inside the amount; default the sum of the tax of the lines.
     * @param int|null $quantity How many pieces of the coupon would be used, 1 to 100; default 1. Each piece applies to what the earlier pieces left to pay: with `quantity` 3, a coupon for three muffins takes three off the bill.
     * @param string|null $order_id The order: coupons that it already uses count.
     * @param string|null $actor Who asks: a network address or a till. Failed look-ups are counted for each.
     * @param string|DateTimeInterface|null $at When; default now.
     * @return array{
     *     allowed: bool,
     *     discount: numeric-string,
     *     amount_left: numeric-string,
     *     lines: list<array{
     *         line: int|null,
     *         sku: string|null,
     *         discount: numeric-string,
     *     }>,
     *     delivery_discount: numeric-string,
     *     because: string|null,
     *     missing: array<string, mixed>|null,
     * }
     * @throws LoyaltyException
     */
    public function validateCoupon(
        mixed $code,
        mixed $amount,
        mixed $user_id = null,
        array $items = [],
        mixed $delivery = '0',
        mixed $tax = null,
        mixed $quantity = null,
        mixed $order_id = null,
        mixed $actor = null,
        mixed $at = null,
    ): array;

    /**
     * Uses a code for an order.
     *
     * The order and the code are the key: a repeat returns the first answer. The call judges again everything that
     * `validate_coupon` judges, in the same transaction, so two tills can never both get the last use. A coupon that the
     * order holds is used under its hold. An order may use several codes, one call after the other; always give the
     * `amount` from before any coupon.
     *
     * @param string $code The code, as typed.
     * @param string $order_id The order.
     * @param int|float|string $amount Amount of the order before any coupon, delivery and tax included, in major units.
     * @param int|null $user_id Who uses it.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What is bought.
     * @param int|float|string $delivery The part of the amount that is for the delivery.
     * @param int|float|string|null $tax The tax inside the amount; default the sum of the tax of the lines.
     * @param int|null $quantity How many pieces of the coupon are used, 1 to 100; default 1. Each piece applies to what the earlier pieces left to pay: with `quantity` 3, a coupon for three muffins takes three off the bill.
     * @param bool $reopened Uses the code again for an order that gave it back. Without this, a repeat of a call that was undone is refused, because it may be a late retry.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     discount: numeric-string,
     *     amount_left: numeric-string,
     *     lines: list<array{
     *         line: int|null,
     *         sku: string|null,
     *         discount: numeric-string,
     *     }>,
     *     delivery_discount: numeric-string,
     *     coupon: array{
     *         id: int,
     *         code: string,
     *         user_id: int|null,
     *         discount_type: 'percent'|'fixed'|'free_item'|'free_delivery',
     *         discount_value: numeric-string,
     *         max_discount: numeric-string|null,
     *         min_order_amount: numeric-string,
     *         max_uses: int,
     *         max_uses_per_user: int|null,
     *         used_count: int,
     *         held_count: int,
     *         valid_from: string,
     *         valid_until: string|null,
     *         last_day: string|null,
     *         products: list<string>,
     *         categories: list<string>,
     *         labels: list<string>,
     *         weekdays: list<'mon'|'tue'|'wed'|'thu'|'fri'|'sat'|'sun'>,
     *         hours_from: string|null,
     *         hours_until: string|null,
     *         tier_required: string|null,
     *         segment: string|null,
     *         first_order_only: bool,
     *         min_order_basis: 'left'|'initial',
     *         min_order_tax: 'included'|'excluded',
     *         max_order_amount: numeric-string|null,
     *         target: 'order'|'cheapest_item',
     *         item_percent: numeric-string|null,
     *         buy_quantity: int|null,
     *         buy_products: list<string>,
     *         group: string|null,
     *         budget: numeric-string|null,
     *         budget_day: numeric-string|null,
     *         budget_month: numeric-string|null,
     *         stackable: bool,
     *         active: bool,
     *         batch_id: int|null,
     *         not_on_order: string|null,
     *         own_code: bool,
     *     },
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function useCoupon(
        mixed $code,
        mixed $order_id,
        mixed $amount,
        mixed $user_id = null,
        array $items = [],
        mixed $delivery = '0',
        mixed $tax = null,
        mixed $quantity = null,
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Reports what several codes together would take off one order; nothing is used.
     *
     * The codes are judged in the given order, each on what the earlier codes left to pay. A code that is not stackable
     * must be used alone. With the policy `partial`, the codes that can be used are used; with `all`, one code that cannot
     * be used rejects all.
     *
     * @param list<string> $codes The codes, 1 to 20, as typed, in the order in which they are to be used.
     * @param int|float|string $amount Amount of the order before any coupon, delivery and tax included, in major units.
     * @param int|null $user_id Who would use them.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What would be bought.
     * @param int|float|string $delivery The part of the amount that is for the delivery.
     * @param int|float|string|null $tax The tax inside the amount; default the sum of the tax of the lines.
     * @param 'partial'|'all' $policy What happens to the other codes when one is refused.
     * @param string|null $order_id The order: coupons that it already uses count.
     * @param string|null $actor Who asks: a network address or a till. Failed look-ups are counted for each.
     * @param string|DateTimeInterface|null $at When; default now.
     * @return array{
     *     allowed: bool,
     *     discount: numeric-string,
     *     amount_left: numeric-string,
     *     applied: list<array{
     *         code: string,
     *         discount: numeric-string,
     *     }>,
     *     rejected: list<array{
     *         code: string,
     *         because: string,
     *         missing: array<string, mixed>,
     *     }>,
     *     lines: list<array{
     *         line: int|null,
     *         sku: string|null,
     *         discount: numeric-string,
     *     }>,
     *     delivery_discount: numeric-string,
     * }
     * @throws LoyaltyException
     */
    public function validateCoupons(
        array $codes,
        mixed $amount,
        mixed $user_id = null,
        array $items = [],
        mixed $delivery = '0',
        mixed $tax = null,
        mixed $policy = 'partial',
        mixed $order_id = null,
        mixed $actor = null,
        mixed $at = null,
    ): array;

    /**
     * Uses several codes for one order, judged as by `validate_coupons`: in one step, or not at all.
     *
     * When none of the codes can be used, the call is refused with the reason for the first code that fails.
     *
     * @param list<string> $codes The codes, 1 to 20, as typed, in the order in which they are used.
     * @param string $order_id The order.
     * @param int|float|string $amount Amount of the order before any coupon, delivery and tax included, in major units.
     * @param int|null $user_id Who uses them.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What is bought.
     * @param int|float|string $delivery The part of the amount that is for the delivery.
     * @param int|float|string|null $tax The tax inside the amount; default the sum of the tax of the lines.
     * @param 'partial'|'all' $policy What happens to the other codes when one is refused.
     * @param bool $reopened Uses the codes again for an order that gave one of them back. Without this, a repeat of a call that was undone is refused, because it may be a late retry.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     allowed: bool,
     *     discount: numeric-string,
     *     amount_left: numeric-string,
     *     applied: list<array{
     *         code: string,
     *         discount: numeric-string,
     *     }>,
     *     rejected: list<array{
     *         code: string,
     *         because: string,
     *         missing: array<string, mixed>,
     *     }>,
     *     lines: list<array{
     *         line: int|null,
     *         sku: string|null,
     *         discount: numeric-string,
     *     }>,
     *     delivery_discount: numeric-string,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function useCoupons(
        array $codes,
        mixed $order_id,
        mixed $amount,
        mixed $user_id = null,
        array $items = [],
        mixed $delivery = '0',
        mixed $tax = null,
        mixed $policy = 'partial',
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Holds a code for an order that is not paid yet.
     *
     * An open hold counts against every limit and budget. It stays valid even if the coupon ends meanwhile. It ends by the
     * clock, when `use_coupon` uses it for the same order, or by `release_coupon`.
     *
     * The same call again is a repeat and returns the first answer. A call with another basket for the same order changes
     * the hold: the code is judged again without giving up the hold, and is held for the new amount and time. If the code
     * does not apply to the new basket, the call is refused and the hold stays as it was; the refusal says when it ends
     * (`hold_ends`).
     *
     * @param string $code The code, as typed.
     * @param string $order_id The order.
     * @param int|float|string $amount Amount of the order before any coupon, delivery and tax included, in major units.
     * @param int $ttl_seconds For how long, 1 second to 31 days.
     * @param int|null $user_id Who will use it.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What is to be bought.
     * @param int|float|string $delivery The part of the amount that is for the delivery.
     * @param int|float|string|null $tax The tax inside the amount; default the sum of the tax of the lines.
     * @param int|null $quantity How many pieces of the coupon are held, 1 to 100; default 1. Each piece applies to what the earlier pieces left to pay: with `quantity` 3, a coupon for three muffins takes three off the bill.
     * @param bool $reopened Holds the code again for an order that gave it back. Without this, a repeat of a call that was undone is refused, because it may be a late retry.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     discount: numeric-string,
     *     amount_left: numeric-string,
     *     lines: list<array{
     *         line: int|null,
     *         sku: string|null,
     *         discount: numeric-string,
     *     }>,
     *     hold_ends: string,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function holdCoupon(
        mixed $code,
        mixed $order_id,
        mixed $amount,
        mixed $ttl_seconds,
        mixed $user_id = null,
        array $items = [],
        mixed $delivery = '0',
        mixed $tax = null,
        mixed $quantity = null,
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Gives the coupon uses of a cancelled order back, once: to the code, to the user and to the budgets.
     *
     * A use of a coupon that has since ended stays, unless the programme says otherwise (`coupons.release_after_end`). A
     * repeat gives nothing more back.
     *
     * @param string $order_id The order.
     * @param string|null $code Only this code of the order; default all.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     released: int,
     *     discount: numeric-string,
     *     codes: list<string>,
     *     kept: list<array{
     *         code: string,
     *         because: string,
     *     }>,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function releaseCoupon(
        mixed $order_id,
        mixed $code = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Switches a coupon off: it can no longer be used. Earlier uses stay. For staff.
     *
     * @param string $code The code, as typed.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     id: int,
     *     code: string,
     *     user_id: int|null,
     *     discount_type: 'percent'|'fixed'|'free_item'|'free_delivery',
     *     discount_value: numeric-string,
     *     max_discount: numeric-string|null,
     *     min_order_amount: numeric-string,
     *     max_uses: int,
     *     max_uses_per_user: int|null,
     *     used_count: int,
     *     held_count: int,
     *     valid_from: string,
     *     valid_until: string|null,
     *     last_day: string|null,
     *     products: list<string>,
     *     categories: list<string>,
     *     labels: list<string>,
     *     weekdays: list<'mon'|'tue'|'wed'|'thu'|'fri'|'sat'|'sun'>,
     *     hours_from: string|null,
     *     hours_until: string|null,
     *     tier_required: string|null,
     *     segment: string|null,
     *     first_order_only: bool,
     *     min_order_basis: 'left'|'initial',
     *     min_order_tax: 'included'|'excluded',
     *     max_order_amount: numeric-string|null,
     *     target: 'order'|'cheapest_item',
     *     item_percent: numeric-string|null,
     *     buy_quantity: int|null,
     *     buy_products: list<string>,
     *     group: string|null,
     *     budget: numeric-string|null,
     *     budget_day: numeric-string|null,
     *     budget_month: numeric-string|null,
     *     stackable: bool,
     *     active: bool,
     *     batch_id: int|null,
     *     not_on_order: string|null,
     *     own_code: bool,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function deactivateCoupon(mixed $code, mixed $at = null, mixed $key = null, mixed $actor = null): array;

    /**
     * Finds what a member should use on an order: the allowed combination of coupons, rewards and tier discount with which
     * the member pays least. It considers the member's coupons and the rewards that the member has the points for.
     *
     * Nothing is used. Each combination is judged as `use_coupons` would judge it, in the order of the list. For a reward,
     * it judges one coupon of the kind that `redeem_reward` would issue. When combinations cost the same, it chooses the
     * one that uses fewer points. The programme says whether the tier discount combines with coupons
     * (`coupons.tier_discount`).
     *
     * `exact` is true when no other combination is better. With up to six coupons and rewards it is always true, and
     * usually with more. With very many, the search stops after codes were judged 10 000 times and returns the best
     * combination that it found. That result is the same on every call, and no single offer can be added to it.
     *
     * @param int $user_id The member.
     * @param int|float|string $amount Amount of the order before any discount, delivery and tax included, in major units.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What would be bought.
     * @param int|float|string $delivery The part of the amount that is for the delivery.
     * @param int|float|string|null $tax The tax inside the amount; default the sum of the tax of the lines.
     * @param string|null $order_id The order, if it already has a number; it must not belong to another member. Coupons that this order granted for the next one are left out.
     * @return array{
     *     discount: numeric-string,
     *     amount_left: numeric-string,
     *     money_due: numeric-string,
     *     to_pay: numeric-string,
     *     points_used: int,
     *     exact: bool,
     *     offers: list<array{
     *         kind: 'coupon'|'reward'|'tier',
     *         code: string|null,
     *         reward_id: int|null,
     *         tier: string|null,
     *         name: string|null,
     *         discount: numeric-string,
     *         points: int,
     *         price: numeric-string,
     *     }>,
     *     left_out: list<array{
     *         kind: 'coupon'|'reward'|'tier',
     *         code: string|null,
     *         reward_id: int|null,
     *         tier: string|null,
     *         name: string|null,
     *         alone: numeric-string|null,
     *         because: string,
     *         missing: array<string, mixed>,
     *     }>,
     * }
     * @throws LoyaltyException
     */
    public function bestOffers(
        mixed $user_id,
        mixed $amount,
        array $items = [],
        mixed $delivery = '0',
        mixed $tax = null,
        mixed $order_id = null,
    ): array;

    /**
     * Makes a gift card: money under a code that pays an order, in part or in full.
     *
     * A gift card is a payment, not a discount: use it after all coupons, and pass what it paid to `earn_points` as
     * `gift_card_paid`. A card with a member is that member's wallet; without one, it belongs to whoever has the code. A
     * card that names the order that sold it is emptied, as far as it was not spent, when that order is refunded or
     * cancelled. One order may sell several cards. Give each call a `key`, so that a repeat makes no second card.
     *
     * @param int|float|string $amount The initial balance, in major units; 0 for a card that is topped up later.
     * @param int|null $user_id The member who may use it; without one, anyone who has the code may.
     * @param string|DateTimeInterface|null $valid_until Until when it is good; a date means until the end of that local day. Without one, it has no end.
     * @param string|null $prefix Up to 8 letters and digits in front of the code, but no `U`; default the prefix of the programme.
     * @param string|null $sold_by_order The order that sold it. The card cannot pay that order, and it is emptied when that order is returned.
     * @param string|null $sold_as The article as which that order sold it: the card is also emptied when only that line is returned.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     code: string,
     *     balance: numeric-string,
     *     user_id: int|null,
     *     valid_until: string|null,
     *     last_day: string|null,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function createGiftCard(
        mixed $amount,
        mixed $user_id = null,
        mixed $valid_until = null,
        mixed $prefix = null,
        mixed $sold_by_order = null,
        mixed $sold_as = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Returns the balance of a gift card, its changes, and what it would pay of a bill.
     *
     * A caller without a `user_id` gets the same answer, `not_usable`, for a code that does not exist, has ended, is empty
     * or belongs to a member. After too many failed look-ups by one user or `actor`, the answer is `too_many_tries` for
     * some time.
     *
     * @param string $code The code, as typed.
     * @param int|null $user_id Who would pay with it.
     * @param int|float|string|null $amount A bill, in major units: the reply says how much of it the card would pay.
     * @param string|null $actor Who asks: a network address or a till. Failed look-ups are counted for each.
     * @param string|DateTimeInterface|null $at When; default now.
     * @return array{
     *     allowed: bool,
     *     balance: numeric-string,
     *     pays: numeric-string|null,
     *     amount_left: numeric-string|null,
     *     user_id: int|null,
     *     valid_until: string|null,
     *     stopped_at: string|null,
     *     last_day: string|null,
     *     entries: list<array{
     *         kind: 'issue'|'top_up'|'use'|'release'|'stop',
     *         amount: numeric-string,
     *         balance_after: numeric-string,
     *         order_id: string|null,
     *         occurred_at: string,
     *     }>,
     *     because: string|null,
     *     missing: array<string, mixed>|null,
     * }
     * @throws LoyaltyException
     */
    public function giftCard(
        mixed $code,
        mixed $user_id = null,
        mixed $amount = null,
        mixed $actor = null,
        mixed $at = null,
    ): array;

    /**
     * Pays with a gift card: as much of the amount as the balance covers.
     *
     * The order and the code are the key: a repeat returns the first answer. Several cards may pay one order, one call
     * after the other, each with the amount still to pay. A card cannot pay an order with money that the order itself
     * sold. Two simultaneous calls never take more than the balance.
     *
     * @param string $code The code, as typed.
     * @param string $order_id The order that is paid.
     * @param int|float|string $amount What is still to pay, above zero, in major units: after coupons and other cards.
     * @param int|null $user_id Who pays.
     * @param bool $reopened Pays again an order to which this card's payment was given back. Without this, such a call is refused, because it may be a late retry.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     paid: numeric-string,
     *     amount_left: numeric-string,
     *     balance: numeric-string,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function useGiftCard(
        mixed $code,
        mixed $order_id,
        mixed $amount,
        mixed $user_id = null,
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Gives back what gift cards paid of an order, in full or in part: to the same cards, and never more than each paid.
     *
     * A card that has ended gets its money too. Money that the order added to a card stays on it. Without an amount, all
     * that is left goes back, and a repeat gives nothing more back. When you give it back in parts, give each part a
     * `key`, so that a repeat does nothing. Of several cards, the one that paid last gets its money first.
     *
     * @param string $order_id The order.
     * @param string|null $code Only this card; default all that paid the order.
     * @param int|float|string|null $amount How much goes back now, above zero, in major units; default all that is left of what the cards paid.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     released: int,
     *     amount: numeric-string,
     *     amount_left: numeric-string,
     *     cards: list<array{
     *         code: string,
     *         amount: numeric-string,
     *         balance: numeric-string,
     *     }>,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function releaseGiftCard(
        mixed $order_id,
        mixed $code = null,
        mixed $amount = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Puts money on a gift card. For staff.
     *
     * If the order that sold the top-up is named, it is the key together with the code: a repeat returns the first answer.
     * A card cannot pay an order with money that the order itself added.
     *
     * @param string $code The code, as typed.
     * @param int|float|string $amount How much, above zero, in major units.
     * @param string|null $order_id The order that sold the top-up. When that order is returned, the money is taken off the card again, as far as it is still there.
     * @param string|null $sold_as The article as which that order sold it: the money is also taken off when only that line is returned.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     code: string,
     *     balance: numeric-string,
     *     user_id: int|null,
     *     valid_until: string|null,
     *     last_day: string|null,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function topUpGiftCard(
        mixed $code,
        mixed $amount,
        mixed $order_id = null,
        mixed $sold_as = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Stops a gift card: the rest of its balance is taken off, and it can no longer pay. For staff.
     *
     * With an amount, only that much is taken off, for example when too much was put on the card; the card stays good.
     * Payments that the card made before stand. If such a payment comes back later, its money is on the card again, and
     * another call takes it off. `gift_card` lists what was taken off as `stop`.
     *
     * @param string $code The code, as typed.
     * @param int|float|string|null $amount How much is taken off, above zero and at most the balance, in major units. Default the whole balance, and the card is stopped.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     taken: numeric-string,
     *     stopped_at: string|null,
     *     code: string,
     *     balance: numeric-string,
     *     user_id: int|null,
     *     valid_until: string|null,
     *     last_day: string|null,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function stopGiftCard(
        mixed $code,
        mixed $amount = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Stamps a member's card: by hand, for an order, or by scanning a signed stamp.
     *
     * A stamp shown by staff is good for one scan by one member. A stamp on a receipt is too, until its own end. A stamp
     * on the wall is good for each member once on a local day. Stamps beyond the card's daily limit are cut, and the
     * card's cooldown prevents the same cup from being stamped twice. An order stamps a card once: a repeat changes
     * nothing.
     *
     * @param int $user_id The member.
     * @param string|null $card The card; a signed stamp names its own.
     * @param int|null $quantity How many stamps, 1 to 100; a signed stamp has its own number.
     * @param string|null $order_id The order that is stamped; it must not belong to another member. When it is returned, the stamps are taken back.
     * @param string|null $token A signed stamp, as `sign_stamp` makes it.
     * @param bool $reopened Stamps an order again whose stamps were taken back when it was returned. Without this, such a call is refused, because it may be a late retry.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     stamped: int,
     *     card: array{
     *         card: string,
     *         name: string,
     *         per: 'unit'|'visit',
     *         stamps: int,
     *         stamps_needed: int,
     *         missing: int,
     *         full_cards: int,
     *         reward: 'free_item'|'points'|'coupon',
     *         free_units: int,
     *         rewards_used: int,
     *         owed: int,
     *         last_stamped_at: string|null,
     *     },
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function stamp(
        mixed $user_id,
        mixed $card = null,
        mixed $quantity = null,
        mixed $order_id = null,
        mixed $token = null,
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Lists the stamp cards of a member: those of the programme, with the stamps on each.
     *
     * @param int $user_id The member.
     * @return array{
     *     items: list<array{
     *         card: string,
     *         name: string,
     *         per: 'unit'|'visit',
     *         stamps: int,
     *         stamps_needed: int,
     *         missing: int,
     *         full_cards: int,
     *         reward: 'free_item'|'points'|'coupon',
     *         free_units: int,
     *         rewards_used: int,
     *         owed: int,
     *         last_stamped_at: string|null,
     *     }>,
     *     gone: list<array{
     *         card: string,
     *         stamps: int,
     *         rewards_used: int,
     *     }>,
     * }
     * @throws LoyaltyException
     */
    public function stampCards(mixed $user_id): array;

    /**
     * Uses the reward of full stamp cards: free units, points, or a coupon.
     *
     * A free unit goes on the bill as a line of kind `gift`, which earns neither points nor stamps. With an order, a
     * repeat changes nothing, and the free units come back when the whole order is returned.
     *
     * @param int $user_id The member.
     * @param string $card The card.
     * @param int $quantity How many full cards, 1 to 100.
     * @param string|null $order_id The order whose bill has the free units; it must not belong to another member. It is the idempotency key when no other is given.
     * @param bool $reopened Uses it again for an order whose free units came back when it was returned. Without this, such a call is refused, because it may be a late retry.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     free_units: int,
     *     points: int,
     *     points_cut: int,
     *     transaction_id: int|null,
     *     coupons: list<string>,
     *     card: array{
     *         card: string,
     *         name: string,
     *         per: 'unit'|'visit',
     *         stamps: int,
     *         stamps_needed: int,
     *         missing: int,
     *         full_cards: int,
     *         reward: 'free_item'|'points'|'coupon',
     *         free_units: int,
     *         rewards_used: int,
     *         owed: int,
     *         last_stamped_at: string|null,
     *     },
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function useStampReward(
        mixed $user_id,
        mixed $card,
        mixed $quantity = 1,
        mixed $order_id = null,
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Makes a signed stamp to be shown as a QR code: by staff for one scan within a minute, on the wall, or on a receipt
     * for one use by the first member who brings it.
     *
     * Needs the setting `signing_key` and no database, so a till without a network can show one.
     *
     * @param string $card The card.
     * @param 'counter'|'poster'|'receipt' $kind Shown by staff, on the wall, or printed on a receipt.
     * @param int $quantity How many stamps, 1 to 100.
     * @param string|DateTimeInterface|null $valid_until Until when a stamp on the wall or on a receipt is good. A date includes its whole local day. Default: a stamp on a receipt is good for 30 days; one on the wall has no end.
     * @return array{
     *     token: string,
     *     id: string,
     *     valid_until: string|null,
     *     last_day: string|null,
     * }
     * @throws LoyaltyException
     */
    public function signStamp(
        mixed $card,
        mixed $kind = 'counter',
        mixed $quantity = 1,
        mixed $valid_until = null,
    ): array;

    /**
     * Lists the tiers of the programme, lowest first.
     *
     * @return array{
     *     metric: 'lifetime_points'|'window_points'|'lifetime_spend'|'window_spend'|'lifetime_visits'|'window_visits'|'score'|'balance',
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
    public function tiers(): array;

    /**
     * Returns what a tier gives, and what its discount takes off an amount: the same money that `best_offers` takes off.
     *
     * @param string $tier Id of the tier.
     * @param 'es-CL'|'en'|null $locale Language of the texts; default the programme's.
     * @param int|float|string|null $amount A bill to compute the discount for, in major units.
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
     *     discount: numeric-string|null,
     *     amount_left: numeric-string|null,
     * }
     * @throws LoyaltyException
     */
    public function tierBenefits(mixed $tier, mixed $locale = null, mixed $amount = null): array;

    /**
     * Returns the tier that a number of points gives. Needs no database.
     *
     * @param int $points Points, or another value of the programme's metric.
     * @return array{
     *     tier: string,
     *     tier_name: string,
     * }
     * @throws LoyaltyException
     */
    public function tierFor(mixed $points): array;

    /**
     * Returns how far a number of points is from the next tier. Needs no database.
     *
     * @param int $points Points, or another value of the programme's metric.
     * @return array{
     *     current_tier: string,
     *     next_tier: string|null,
     *     points_to_next_tier: int,
     *     points_needed: int,
     *     progress_percentage: float,
     * }
     * @throws LoyaltyException
     */
    public function tierProgress(mixed $points): array;

    /**
     * Brings a member's tier up to date.
     *
     * An upgrade takes effect at once. A review that was due but not yet booked may also have lowered the tier, as the
     * programme says; then `upgraded` is false and the two tiers differ. The call is never needed: every read shows, and
     * every write books, what the clock has done.
     *
     * @param int $user_id The member.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     tier_before: string,
     *     tier: string,
     *     upgraded: bool,
     *     points_to_next_tier: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function checkTierUpgrade(
        mixed $user_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Returns whether a member keeps the tier, until when, and what is missing to keep it.
     *
     * It looks ahead to the next review, or to the day on which the tier is lost, applies the rules that will decide then,
     * and assumes that nothing else happens. `text` says the same for the member.
     *
     * @param int $user_id The member.
     * @param 'es-CL'|'en'|null $locale Language of the text; default the member's.
     * @return array{
     *     user_id: int,
     *     tier: string,
     *     tier_name: string,
     *     keeps: bool,
     *     tier_after: string,
     *     tier_after_name: string,
     *     falls_at: string|null,
     *     review_date: string|null,
     *     given_until: string|null,
     *     points_needed: int|null,
     *     amount_needed: numeric-string|null,
     *     visits_needed: int|null,
     *     text: string,
     * }
     * @throws LoyaltyException
     */
    public function tierOutlook(mixed $user_id, mixed $locale = null): array;

    /**
     * Lists how a member's tier changed, including the changes of members who were merged into the member, and which tier
     * was held at a moment.
     *
     * The answer includes what the clock has done, whether or not a write has booked it yet.
     *
     * @param int $user_id The member.
     * @param string|DateTimeInterface|null $as_of The moment up to which the history is listed, past or future; default now. For a future moment, the answer assumes that nothing but time passes until then.
     * @param int $limit Most changes to list, 1 to 200.
     * @return array{
     *     user_id: int,
     *     tier: string,
     *     tier_name: string,
     *     since: string,
     *     items: list<array{
     *         user_id: int,
     *         tier_before: string,
     *         tier: string,
     *         tier_name: string,
     *         at: string,
     *         cause: 'earn'|'refund'|'review'|'hand'|'merge',
     *         actor: string|null,
     *         reason: string|null,
     *     }>,
     * }
     * @throws LoyaltyException
     */
    public function tierHistory(mixed $user_id, mixed $as_of = null, mixed $limit = 20): array;

    /**
     * Gives a member a tier by hand, or takes such a tier back.
     *
     * For staff. With the default mode, a floor, the member never falls below the tier while it stands, but can still
     * rise. A fixed tier replaces the one that the metric gives. When the tier given by hand ends by the clock, the member
     * has the tier that the metric gives.
     *
     * @param int $user_id The member.
     * @param string|null $tier Id of the tier; null takes back the one that was given by hand.
     * @param string|DateTimeInterface|null $until Until when; default without an end. A date includes its whole local day.
     * @param 'floor'|'fixed' $mode What the tier given by hand does to the one that the metric gives.
     * @param string|null $reason The reason, for the history.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     tier_before: string,
     *     tier: string,
     *     upgraded: bool,
     *     points_to_next_tier: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function setTier(
        mixed $user_id,
        mixed $tier = null,
        mixed $until = null,
        mixed $mode = 'floor',
        mixed $reason = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Books what the clock has done to tiers: reviews that were due, and tiers given by hand that ended.
     *
     * Run it at night; the answers of all other operations do not depend on it. It goes through the members in the order
     * of their numbers. Repeat the call with `after` set to `next_after` until that is null. Each call is one transaction.
     *
     * @param int $limit Most members to check in one call, 1 to 10000.
     * @param int $after Where the previous call ended; 0 to begin.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     members: int,
     *     raised: int,
     *     lowered: int,
     *     next_after: int|null,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function reviewTiers(
        mixed $limit = 1000,
        mixed $after = 0,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Calculates a score from given numbers. Needs no database.
     *
     * @param int $visits_90_days Visits in the last 90 days (the programme's frequency window).
     * @param int|float|string $spent_365_days Money spent in the last 365 days (the programme's amount window), in major units.
     * @param int $distinct_products Different products bought.
     * @param int $successful_referrals Referrals that led to a purchase.
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
    public function calculateScore(
        mixed $visits_90_days,
        mixed $spent_365_days,
        mixed $distinct_products,
        mixed $successful_referrals,
        mixed $days_since_last_visit = null,
    ): array;

    /**
     * Calculates a member's score, and returns the numbers that it comes from.
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
    public function userScore(mixed $user_id, mixed $as_of = null): array;

    /**
     * Makes a random code. It needs no database, so it cannot know which codes are taken.
     *
     * @param int $length Random symbols, 6 to 24; each carries 5 bits.
     * @param string $prefix Up to 8 letters and digits in front, but no `U`.
     * @param bool $check Whether the code ends with a check symbol.
     * @return array{
     *     code: string,
     * }
     * @throws LoyaltyException
     */
    public function generateCode(mixed $length = 8, mixed $prefix = '', mixed $check = true): array;

    /**
     * Checks the check symbol of a typed code. It needs no database, so it cannot know whether the code exists.
     *
     * @param string $code The code as typed: case, hyphens and spaces do not matter; O is read as 0, I and L as 1.
     * @return array{
     *     valid: bool,
     *     normalized: string|null,
     * }
     * @throws LoyaltyException
     */
    public function checkCode(mixed $code): array;

    /**
     * Draws the QR code of a coupon, a stamp, a referral or a member's card.
     *
     * `read_qr` interprets what a scanner reads.
     *
     * @param 'coupon'|'stamp'|'referral'|'member' $kind What it is for.
     * @param string|null $value For a coupon or a stamp: its code, plain or signed.
     * @param int|null $user_id For a referral or a member's card: the member.
     * @param string|null $url For a referral: the address in front of the code, like `https://cafe.example/r/`. Without one the code stands alone.
     * @param 'svg'|'png' $format The kind of image.
     * @param int $scale Pixels of one square, 1 to 40, for a PNG.
     * @return array{
     *     image: string,
     *     media_type: string,
     *     payload: string,
     *     side: int,
     * }
     * @throws LoyaltyException
     */
    public function qrCode(
        mixed $kind,
        mixed $value = null,
        mixed $user_id = null,
        mixed $url = null,
        mixed $format = 'svg',
        mixed $scale = 8,
    ): array;

    /**
     * Recognises what a scanner read: a member's card, a referral code, a signed coupon or stamp, or a code to look up.
     *
     * The answer proves nothing about the person who shows it. An address in front of a code is skipped.
     *
     * @param string $payload What was scanned, or typed.
     * @return array{
     *     kind: 'member'|'referral'|'signed_coupon'|'signed_stamp'|'code'|'unknown',
     *     user_id: int|null,
     *     code: string|null,
     * }
     * @throws LoyaltyException
     */
    public function readQr(mixed $payload): array;

    /**
     * Makes a pair of keys for signed codes. Needs no database, and stores nothing.
     *
     * Write `signing_key` into a file that only the server can read and name it in the setting `signing_key`. Put
     * `public_key` into the programme (`signing.public_keys`), where every till finds it.
     *
     * @return array{
     *     signing_key: string,
     *     public_key: string,
     * }
     * @throws LoyaltyException
     */
    public function generateSigningKey(): array;

    /**
     * Lists the public keys whose codes are good, and the denied ids: what a till needs to check codes offline.
     *
     * @return array{
     *     public_key: string|null,
     *     public_keys: list<string>,
     *     denied: list<string>,
     * }
     * @throws LoyaltyException
     */
    public function publicKeys(): array;

    /**
     * Makes a coupon that carries its own data: a signed code, short enough for a QR code, that a till checks without a
     * network.
     *
     * Needs the setting `signing_key` and no database. Nothing is stored: to stop such a coupon before its end, put its id
     * on the deny list.
     *
     * @param string $campaign Campaign it belongs to, up to 24 bytes.
     * @param 'percent'|'fixed'|'free_item'|'free_delivery' $discount_type What it takes off.
     * @param int|float|string $discount_value How much: percent, money in major units, or 1 for a free item.
     * @param int|float|string|null $max_discount Highest discount in money, for a percentage.
     * @param int|float|string|null $min_order_amount Smallest order it can be used for.
     * @param int $max_uses Uses in total, 1 to 1 000 000. A till without a network can count only its own.
     * @param int|null $user_id The only member who may use it.
     * @param string|DateTimeInterface|null $valid_from From when it is good; default now. A date stands for the start of its local day.
     * @param string|DateTimeInterface|null $valid_until Until when it is good; default the programme's `redemption.coupon_days`. A date stands for its whole local day.
     * @return array{
     *     token: string,
     *     id: string,
     *     campaign: string,
     *     discount_type: 'percent'|'fixed'|'free_item'|'free_delivery',
     *     discount_value: numeric-string,
     *     max_discount: numeric-string|null,
     *     min_order_amount: numeric-string,
     *     max_uses: int,
     *     user_id: int|null,
     *     valid_from: string,
     *     valid_until: string,
     *     last_day: string|null,
     * }
     * @throws LoyaltyException
     */
    public function signCoupon(
        mixed $campaign,
        mixed $discount_type,
        mixed $discount_value,
        mixed $max_discount = null,
        mixed $min_order_amount = null,
        mixed $max_uses = 1,
        mixed $user_id = null,
        mixed $valid_from = null,
        mixed $valid_until = null,
    ): array;

    /**
     * Checks a signed coupon with the public key alone: without a database and without a network.
     *
     * It cannot know whether the coupon was used before; only the place that counts uses can. A code that was altered in
     * any way is `not_usable`.
     *
     * @param string $token The code.
     * @param string|DateTimeInterface|null $at When; default now.
     * @param int|float|string|null $amount Amount of the order: its minimum is checked, and the reply gives the discount.
     * @param int|null $user_id Member who wants to use it.
     * @param string|null $public_key Public key, 64 hexadecimal digits; default the keys of the programme and of the setting `signing_key`.
     * @param list<string> $denied Ids that are no longer good, in addition to those of the programme (`signing.denied`).
     * @return array{
     *     allowed: bool,
     *     because: string|null,
     *     missing: array<string, mixed>|null,
     *     discount: numeric-string|null,
     *     coupon: array{
     *         token: string,
     *         id: string,
     *         campaign: string,
     *         discount_type: 'percent'|'fixed'|'free_item'|'free_delivery',
     *         discount_value: numeric-string,
     *         max_discount: numeric-string|null,
     *         min_order_amount: numeric-string,
     *         max_uses: int,
     *         user_id: int|null,
     *         valid_from: string,
     *         valid_until: string,
     *         last_day: string|null,
     *     }|null,
     * }
     * @throws LoyaltyException
     */
    public function checkSignedCoupon(
        mixed $token,
        mixed $at = null,
        mixed $amount = null,
        mixed $user_id = null,
        mixed $public_key = null,
        array $denied = [],
    ): array;

    /**
     * Returns what a member is told on their own pages, newest first, and how much of it is unread: a badge.
     *
     * Each thing is told once. Points that were earned since the member last looked are one notice, however many purchases
     * they come from. Texts are made when they are read, in the member's language; the programme's `notices.texts` replace
     * them. They are plain text: the page that shows them escapes them. Notices need no consent: they are on the member's
     * own pages. The programme's
     * `retention.notices_days` says how long they are kept.
     *
     * @param int $user_id The member.
     * @param bool $unread_only Whether to leave out what was read.
     * @param int $limit Most notices, 0 to 100; 0 for the badge alone.
     * @param 'es-CL'|'en'|null $locale Language of the texts; default the member's.
     * @return array{
     *     items: list<array{
     *         id: int,
     *         kind: string,
     *         title: string,
     *         text: string,
     *         at: string,
     *         read: bool,
     *         link: string,
     *         subject: string|null,
     *     }>,
     *     unread: int,
     * }
     * @throws LoyaltyException
     */
    public function notifications(
        mixed $user_id,
        mixed $unread_only = false,
        mixed $limit = 20,
        mixed $locale = null,
    ): array;

    /**
     * Marks notices of a member as read: those that are named, or all.
     *
     * @param int $user_id The member.
     * @param list<int>|null $ids Numbers of notices, at most 100; 0 for points that were earned.
     * @param bool $all Whether to mark all of them.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     unread: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function readNotifications(
        mixed $user_id,
        ?array $ids = null,
        mixed $all = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Returns what a member gets by e-mail, and what they have agreed to.
     *
     * @param int $user_id The member.
     * @return array{
     *     items: list<array{
     *         what: string,
     *         class: string,
     *         given: bool,
     *         since: string|null,
     *         source: string|null,
     *     }>,
     *     because: string|null,
     * }
     * @throws LoyaltyException
     */
    public function preferences(mixed $user_id): array;

    /**
     * Stores what a member agrees to get, and what no more, with a row for each change as its proof.
     *
     * Names are a class (`service`, `promotional`) or a kind of message (`birthday`); with `.email` behind, for e-mail
     * alone. What is named in neither list stays as it is.
     *
     * @param int $user_id The member.
     * @param list<string> $give What the member agrees to.
     * @param list<string> $take_back What the member takes back.
     * @param string|null $source Where it was said, as a proof: `profile_page`, `paper_form`. At most 64 characters.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     consents: list<string>,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function savePreferences(
        mixed $user_id,
        array $give = [],
        array $take_back = [],
        mixed $source = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Stops offers to the member of a link in an e-mail: nobody signs in for it, and it only takes away.
     *
     * Call it for a POST, never for a GET: programs that look for viruses fetch every link. Mailbox providers send the POST
     * of the header `List-Unsubscribe` with `List-Unsubscribe=One-Click`; answer it with 200 and no redirect. Twice is the
     * same as once. Messages of the service still come. A token that is cut or changed is `not_usable`.
     *
     * @param string $token The `t` of the link.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     stopped: string,
     *     changed: bool,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function unsubscribe(mixed $token, mixed $at = null, mixed $key = null, mixed $actor = null): array;

    /**
     * Hands messages that are due out to a worker, who sends them and says what became of each.
     *
     * A message is the worker's until the lease ends; then it is handed out again, five times at most. What may not go any
     * more is left out: too late, no consent, no address, an address that gets nothing. In the programme's quiet hours
     * nothing is handed out. Call `message_sent` or `message_failed` for each. The `message_id` stays the same on every try,
     * so that a mailbox shows a message once that was sent twice.
     *
     * The answer names persons: it is not kept under a key, and a repeat under one is empty.
     *
     * @param string $worker Name of the worker: another one for each process.
     * @param string $channel The channel: `email`.
     * @param int $limit Most messages, 1 to 100.
     * @param int $lease_seconds How long the worker has for them, 10 to 3600 seconds.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     items: list<array{
     *         id: int,
     *         kind: string,
     *         to: string,
     *         from: string,
     *         subject: string,
     *         text: string,
     *         html: string,
     *         headers: list<list<mixed>>,
     *         message_id: string,
     *         attempt: int,
     *         return_path_tag: string,
     *         unsubscribe_token: string|null,
     *     }>,
     *     left_out: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function nextMessages(
        mixed $worker,
        mixed $channel = 'email',
        mixed $limit = 20,
        mixed $lease_seconds = 300,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Says that a message was sent.
     *
     * Only the worker that has it may say so: if its lease went to another, `not_claimed` is refused.
     *
     * @param int $id The message.
     * @param string $worker The worker that has it.
     * @param string|null $receipt What the mail server said, at most 500 characters; it is not kept.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     state: string,
     *     next_at: string|null,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function messageSent(
        mixed $id,
        mixed $worker,
        mixed $receipt = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Says that a message could not be sent: it is tried again later and later, until it is no longer worth sending, or
     * never when the failure is `final`.
     *
     * The reason is a code of the worker, without an address or a name in it. `not_tried` gives a message back that was not
     * begun. After `unknown`, when the mail server's answer was lost, it is sent once more, under the same `message_id`, and
     * then given up.
     *
     * @param int $id The message.
     * @param string $worker The worker that has it.
     * @param string $reason A code, like `smtp_451`: letters, digits, `_`, `.` and `-`, at most 64.
     * @param bool $final Whether it is not tried again.
     * @param bool $suppress Whether nothing goes to this address any more, because it does not exist.
     * @param int|null $retry_after_seconds How many seconds to wait at least.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     state: string,
     *     next_at: string|null,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function messageFailed(
        mixed $id,
        mixed $worker,
        mixed $reason,
        mixed $final = false,
        mixed $suppress = false,
        mixed $retry_after_seconds = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Notes that a message came back, or that its reader complained.
     *
     * It must bring the tag of the message back: a forged report changes nothing. A `hard` bounce stops everything to the
     * address, a `complaint` stops offers to the member, a `soft` one changes nothing: the message was delivered late or
     * not. `loyalty bounces` reads reports from a mailbox and calls this.
     *
     * @param string $tag The `return_path_tag` of the message.
     * @param string $kind `hard`, `soft` or `complaint`.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     suppressed: bool,
     *     unsubscribed: bool,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function recordBounce(
        mixed $tag,
        mixed $kind,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Lets nothing go to an e-mail address any more, for staff: because it bounced, complained or asked. `lift` takes it back.
     *
     * The address is kept as a digest under the shop's key: nobody can read from it who it was.
     *
     * @param string $reason Why, in a word: `bounced`, `complained`, `asked`.
     * @param string|null $address The address.
     * @param int|null $user_id The member whose address it is, in its place.
     * @param string|DateTimeInterface|null $until Until when; without it for ever.
     * @param bool $lift Whether messages may go there again.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     suppressed: bool,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function suppress(
        mixed $reason,
        mixed $address = null,
        mixed $user_id = null,
        mixed $until = null,
        mixed $lift = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Shows a message as it would go out, with sample values: for who changes its template.
     *
     * @param string $kind The kind, like `tier_upgraded`.
     * @param 'es-CL'|'en'|null $locale Language; default the programme's.
     * @param bool $least Whether to leave out all that a message may do without.
     * @return array{
     *     subject: string,
     *     preheader: string,
     *     text: string,
     *     html: string,
     *     problems: list<string>,
     * }
     * @throws LoyaltyException
     */
    public function previewMessage(mixed $kind, mixed $locale = null, mixed $least = false): array;

    /**
     * Does the regular work of the shop: what is due today, this week and this month, each step once.
     *
     * The steps are `expiry` (points past their end), `tier_reviews` (what the clock does to tiers), `reminders` (notices to
     * members of what they should know before it is too late), `campaigns` (what the programme's `[[campaigns]]` say and give)
     * and `retention` (what is no longer kept is deleted). Each runs once for its local day or week; a day that was missed is
     * made good by the next run. Campaigns have their hours: they run when they are due, so call it each hour or more often.
     *
     * One call is one transaction over at most `limit` members: call it until `more` is false, from as many machines as you
     * like; what was done stays done, and no member is worked on twice. A step that fails stops no other; the next call
     * tries it again. If the clock is behind the last run, a step is refused and says so. On the command line, `loyalty
     * run-tasks` calls it until nothing is left, and `--every SECONDS` does so again and again.
     *
     * @param 'due'|'daily'|'weekly'|'monthly' $period Which steps: those that are `due`, or only `daily`, `weekly` or `monthly` ones; default `due`.
     * @param int|null $limit Most members of this call, 1 to 10000; default 200.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     steps: list<array{
     *         name: string,
     *         period: string,
     *         state: string,
     *         members: int,
     *         changes: int,
     *         error: string|null,
     *     }>,
     *     more: bool,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function runTasks(
        mixed $period = 'due',
        mixed $limit = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Returns the last runs of the regular work: `run_tasks`.
     *
     * @param int $limit Most runs of each step, 1 to 100.
     * @return array{
     *     items: list<array{
     *         name: string,
     *         period: string,
     *         state: string,
     *         members: int,
     *         changes: int,
     *         calls: int,
     *         started_at: string,
     *         ended_at: string|null,
     *         error: string|null,
     *     }>,
     *     never: list<string>,
     * }
     * @throws LoyaltyException
     */
    public function tasks(mixed $limit = 1): array;

    /**
     * Returns what has changed, oldest first: an event for every change worth telling, numbered 1, 2, 3 … without a gap.
     *
     * A number is shown only when every lower one can be read, and what was shown never changes. So a reader that keeps
     * the last number it has seen misses nothing and sees nothing twice, however long a transaction of another process
     * stays open. A member's events are in the order of the member's changes.
     *
     * Give `after`, the `next_after` of the page before; or give the name of a `consumer` and keep its place with
     * `ack_events`. If a consumer stops between the two, it gets the same events again: let it act once for each number.
     * Without either, the page begins with the oldest event that is kept.
     *
     * An event has ids, numbers and words, and no name, address or code. The points of an entry are read from the ledger
     * when asked. Events older than the programme's `retention.events_days` are deleted by the daily task; what a consumer has
     * not seen yet is kept up to `retention.unseen_events_days`.
     *
     * On a server, events get their numbers when they are asked for, in a short transaction of its own; inside an open
     * transaction of the page only those with a number are returned.
     *
     * @param string|null $consumer Name of the reader: the page begins after what it has acknowledged.
     * @param int|null $after The page begins after this number.
     * @param int $limit Most events, 1 to 1000.
     * @param list<string>|null $kinds Only events of these kinds, like `points.earned`. `next_after` passes over the others.
     * @param int|null $epoch The `epoch` of an earlier page: in another database, the call is refused.
     * @return array{
     *     items: list<array{
     *         number: int,
     *         kind: string,
     *         user_id: int|null,
     *         transaction_id: int|null,
     *         at: string,
     *         recorded_at: string,
     *         data: array<string, mixed>,
     *     }>,
     *     next_after: int,
     *     more: bool,
     *     behind: int,
     *     epoch: int,
     * }
     * @throws LoyaltyException
     */
    public function events(
        mixed $consumer = null,
        mixed $after = null,
        mixed $limit = 100,
        ?array $kinds = null,
        mixed $epoch = null,
    ): array;

    /**
     * Keeps the place of a reader of the events: it has everything up to a number.
     *
     * A place only moves forward: an acknowledgement that comes late changes nothing. A new name begins to be known with
     * its first call; `upto` 0 makes it known before it has read anything, so that what it has not seen is kept for it.
     * `forget` removes a reader that is gone: nothing is kept for it any more, and `health` no longer waits for it.
     *
     * @param string $consumer Name of the reader: letters, digits, `_`, `-` and `.`, at most 40.
     * @param int $upto The number up to which it has everything.
     * @param int|null $epoch The `epoch` in which that number counts: in another database, the call is refused.
     * @param bool $forget Whether the reader is gone.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     acked: int|null,
     *     behind: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function ackEvents(
        mixed $consumer,
        mixed $upto,
        mixed $epoch = null,
        mixed $forget = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Adds a webhook, or replaces what is set of the one that has the given id.
     *
     * For staff. A new webhook is told of what happens from now on. Its secret is in the answer and is not shown again: the
     * receiver checks signatures with it. One that is switched on again goes on where it stopped.
     *
     * The URL begins with `https` and leads outside, on port 443. That is checked again at each attempt, with the addresses to
     * which its name leads then. A receiver in the shop's own network is taken with `inside`, if `loyalty deliver` is told of
     * it too, by `--allow`.
     *
     * @param string $url Where events are sent, like `https://example.com/hook`.
     * @param int|null $id The webhook to change; without one, a new webhook is added.
     * @param list<string>|null $kinds Only events of these kinds, like `points.earned`; all when left out.
     * @param bool $active Whether it is on.
     * @param bool $inside Whether the receiver lies in the shop's own network: then `http`, any port and a private address are taken.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     id: int,
     *     url: string,
     *     kinds: list<string>|null,
     *     state: string,
     *     created: bool,
     *     secret: string|null,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function saveWebhook(
        mixed $url,
        mixed $id = null,
        ?array $kinds = null,
        mixed $active = true,
        mixed $inside = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Returns the webhooks and how far each has come, without their secrets.
     *
     * @return array{
     *     items: list<array{
     *         id: int,
     *         url: string,
     *         kinds: list<string>|null,
     *         state: string,
     *         reason: string|null,
     *         behind: int,
     *         waiting: int,
     *         given_up: int,
     *         failing_since: string|null,
     *         last_status: int|null,
     *         last_reason: string|null,
     *         last_at: string|null,
     *         created_at: string,
     *     }>,
     * }
     * @throws LoyaltyException
     */
    public function webhooks(): array;

    /**
     * Gives a webhook a new secret; the old one still signs for 24 hours.
     *
     * Until then each event carries a signature by each of them, so the receiver can change over without losing any. The new
     * secret is in the answer and is not shown again.
     *
     * @param int $id The webhook.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     id: int,
     *     number: int,
     *     secret: string|null,
     *     old_until: string|null,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function rotateWebhookSecret(mixed $id, mixed $at = null, mixed $key = null, mixed $actor = null): array;

    /**
     * Sends a webhook an event of the kind `webhook.test`, in the same way as any other.
     *
     * Only this webhook gets it, whatever kinds it wants. `webhooks` tells what the receiver answered.
     *
     * @param int $id The webhook.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     id: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function testWebhook(mixed $id, mixed $at = null, mixed $key = null, mixed $actor = null): array;

    /**
     * Sends a webhook the events from a number on once more, with the same ids.
     *
     * For a receiver that has lost something. Numbers are those of `events`, and are in each id: `evt_EPOCH_NUMBER`.
     *
     * @param int $id The webhook.
     * @param int $from The number of the first event.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     id: int,
     *     from: int,
     *     behind: int,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function replayEvents(
        mixed $id,
        mixed $from,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Hands out events for webhooks that are due: each is this worker's until the lease ends.
     *
     * For `loyalty deliver`, or for a host that sends them itself: it sends each `body` as it is with the three headers of
     * [Standard Webhooks](https://www.standardwebhooks.com), and says with `delivery_done` what came of it. What a worker
     * does not say in time is handed out again, with the same id: so an event arrives at least once, and the receiver acts
     * once for each id. An event that fails stops no other. Several workers may call it at once: none gets what another has.
     *
     * The answer holds secrets. Its repeat under a `key` has the secrets of then only as far as they still sign.
     *
     * @param string $worker Who works: a name that no other process has at the same time.
     * @param int $limit Most deliveries, 1 to 100.
     * @param int $lease_seconds How long they are this worker's, in seconds, 1 to 3600.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     items: list<array{
     *         webhook_id: int,
     *         number: int,
     *         url: string,
     *         id: string,
     *         body: string,
     *         secrets: list<string>,
     *         attempt: int,
     *     }>,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function nextDeliveries(
        mixed $worker,
        mixed $limit = 20,
        mixed $lease_seconds = 300,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Says what came of a delivery that `next_deliveries` has handed out.
     *
     * Only a status from 200 to 299 is success. Anything else is tried again after 5 seconds, 5 and 30 minutes, 2, 5, 10, 14,
     * 20 and 24 hours, each up to a fifth longer by chance, and not before the time that the receiver has asked for. After
     * five attempts in a row without an answer, the webhook rests and one event at a time tries whether it answers again. A
     * 410, or five days in which nothing has arrived, switch it off; the event `webhook.disabled` and `health` tell of it.
     *
     * @param int $webhook_id The webhook.
     * @param int $number The event's number.
     * @param string $worker The worker that has it.
     * @param int|null $status The status that the receiver answered, 100 to 999; none if it did not answer.
     * @param string|null $reason Why it has not arrived, as a code: `timeout`, for example. `not_tried` gives it back without counting a try. Needed when there is no status.
     * @param int|null $retry_after_seconds How long the receiver wants to be left alone, 0 to 86400.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     delivered: bool,
     *     next_at: string|null,
     *     state: string,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function deliveryDone(
        mixed $webhook_id,
        mixed $number,
        mixed $worker,
        mixed $status = null,
        mixed $reason = null,
        mixed $retry_after_seconds = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Tells whether a webhook that was received comes from who has the secret, and is fresh.
     *
     * For a receiver. It must be as it came: of the body the very bytes, before anything has read it as JSON. A receiver that
     * has handled the `webhook-id` before answers 200 and does nothing: an event may come twice.
     *
     * @param list<string> $secrets The secrets that are known here, each as `whsec_…`: one is enough, and for a day after a change two.
     * @param array $headers The headers by their names, in any case: `webhook-id`, `webhook-timestamp` and `webhook-signature`.
     * @param string $body The body as it came.
     * @return array{
     *     valid: bool,
     *     because: string|null,
     * }
     * @throws LoyaltyException
     */
    public function verifyWebhook(array $secrets, array $headers, mixed $body): array;

    /**
     * Returns the text for the member that belongs to a refusal code: why something is not possible. Needs no database.
     *
     * For the codes that replies have in `because`. An error has the same text, in PHP as `getGuestMessage()`.
     *
     * @param string $code The code of a refusal, or `invalid`, `not_found`, `idempotency_conflict`, `identifier_taken` or `internal`.
     * @param array|null $missing What is missing, as the reply or the error has it: the text then names the number of missing points.
     * @param 'es-CL'|'en'|null $locale Language of the text; default that of the programme.
     * @return array{
     *     code: string,
     *     text: string,
     * }
     * @throws LoyaltyException
     */
    public function guestMessage(mixed $code, ?array $missing = null, mixed $locale = null): array;

    /**
     * Lists the members of a segment, counts them, and says why a member is in it or not.
     *
     * Name a segment of the programme, or give conditions in the same form: all that are named must hold. What is not known
     * of a member is neither at least nor at most anything. A member is judged by what is true now; blocked members are
     * listed too.
     *
     * No list is kept: each call goes through all members, in SQLite a second or two for a million, also for a page behind
     * `after`. On a server, ask at a quiet hour.
     *
     * @param string|null $name Id of a segment of the programme.
     * @param array|null $conditions Conditions, in place of a name: as `when` of a segment in the programme.
     * @param int $limit Most members to list, 1 to 200.
     * @param int|null $after Lists members with user ids above this one: `next_after` of the previous page.
     * @param int|null $user_id A member of whom to say why they are in it or not.
     * @return array{
     *     count: int,
     *     items: list<array{
     *         user_id: int,
     *     }>,
     *     next_after: int|null,
     *     member: array{
     *         user_id: int,
     *         in_it: bool,
     *         because: list<array{
     *             condition: string,
     *             met: bool,
     *             value: mixed|null,
     *             at_least: mixed|null,
     *             at_most: mixed|null,
     *             wanted: list<mixed>,
     *             why: string,
     *         }>,
     *     }|null,
     * }
     * @throws LoyaltyException
     */
    public function segment(
        mixed $name = null,
        ?array $conditions = null,
        mixed $limit = 20,
        mixed $after = null,
        mixed $user_id = null,
    ): array;

    /**
     * Lists the campaigns of the programme, the most important first: where each is in its life, how many members it has
     * chosen, and what that may cost.
     *
     * Members chosen are those who are compared with (`control`), those who were spoken to (`reached`) and those who were
     * left out. `cost` counts each coupon at the most that it can take off, used or not, and points at the value that they
     * have when they pay bills; what nothing bounds counts as nothing.
     *
     * @return array{
     *     items: list<array{
     *         id: string,
     *         name: string|null,
     *         state: string,
     *         in_progress: bool,
     *         last_run: string|null,
     *         chosen: int,
     *         control: int,
     *         reached: int,
     *         left_out: int,
     *         cost: numeric-string,
     *         budget: numeric-string|null,
     *     }>,
     * }
     * @throws LoyaltyException
     */
    public function campaigns(): array;

    /**
     * Says whom a campaign would choose if it ran, what they would get, and what that may cost at worst. Nothing is written.
     *
     * It goes through all members and judges each as a run does, also while the campaign is paused or over.
     *
     * @param string $id Id of a campaign of the programme.
     * @param string|DateTimeInterface|null $at As if it ran at this moment, by what is known now; default now.
     * @param int $sample Most members to show, 0 to 100.
     * @return array{
     *     chosen: int,
     *     control: int,
     *     reached: int,
     *     left_out: list<array{
     *         reason: string,
     *         members: int,
     *     }>,
     *     passed_over: list<array{
     *         reason: string,
     *         members: int,
     *     }>,
     *     worst_cost: numeric-string|null,
     *     samples: list<array{
     *         user_id: int,
     *         outcome: string,
     *         points: int|null,
     *         percent: numeric-string|null,
     *         money: numeric-string|null,
     *         until: string|null,
     *     }>,
     * }
     * @throws LoyaltyException
     */
    public function previewCampaign(mixed $id, mixed $at = null, mixed $sample = 5): array;

    /**
     * Runs a campaign now, whatever its hour, for a part of the members: call it until `more` is false. For staff.
     *
     * `run_tasks` does this by itself when a campaign is due. A member is chosen once for each period (`once_per`), however
     * often and by however many callers it is run; what a member gets and the note that they got it are one transaction. A
     * run that was begun goes on where it is.
     *
     * @param string $id Id of a campaign of the programme.
     * @param int|null $limit Most members to look at, 1 to 10000; default 200.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     members: int,
     *     chosen: int,
     *     control: int,
     *     reached: int,
     *     left_out: list<array{
     *         reason: string,
     *         members: int,
     *     }>,
     *     passed_over: list<array{
     *         reason: string,
     *         members: int,
     *     }>,
     *     cost: numeric-string,
     *     more: bool,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function runCampaign(
        mixed $id,
        mixed $limit = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Pauses a campaign, or lets it go on. For staff.
     *
     * Nobody is chosen after this call, also in the middle of a run; who was chosen keeps what they got. A run that was
     * begun goes on where it was.
     *
     * @param string $id Id of a campaign of the programme.
     * @param bool $paused Whether it waits; false to let it go on.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     id: string,
     *     name: string|null,
     *     state: string,
     *     in_progress: bool,
     *     last_run: string|null,
     *     chosen: int,
     *     control: int,
     *     reached: int,
     *     left_out: int,
     *     cost: numeric-string,
     *     budget: numeric-string|null,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function pauseCampaign(
        mixed $id,
        mixed $paused = true,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Ends a campaign for good: it chooses nobody any more. Who was chosen keeps what they got. For staff.
     *
     * To run something like it again, give it a new id in the programme: members are then chosen anew.
     *
     * @param string $id Id of a campaign of the programme.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and for tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit trail.
     * @return array{
     *     id: string,
     *     name: string|null,
     *     state: string,
     *     in_progress: bool,
     *     last_run: string|null,
     *     chosen: int,
     *     control: int,
     *     reached: int,
     *     left_out: int,
     *     cost: numeric-string,
     *     budget: numeric-string|null,
     *     replayed: bool,
     * }
     * @throws LoyaltyException
     */
    public function endCampaign(mixed $id, mixed $at = null, mixed $key = null, mixed $actor = null): array;

    /**
     * Divides the revenue of sales between the goods and the points that the sales gave, and returns what is still owed in
     * points.
     *
     * For the accounts, as IFRS 15 and ASC 606 require. The money paid is divided in proportion to what the goods and the
     * points cost on their own. Only points that are expected to be redeemed count. The share of the points becomes
     * revenue as they are redeemed; the rest is the liability. Amounts are rounded half up to the minor unit. Needs no
     * database.
     *
     * @param int|float|string $amount What was paid, in major units.
     * @param int $points How many of the points that the sales gave were expected to be redeemed at the time of the sale.
     * @param int|float|string|null $goods_price What the goods cost on their own, in major units; default the money paid.
     * @param int|float|string|null $point_value What a point is worth when it is redeemed; default the programme's `redemption.point_value`.
     * @param int $redeemed_points Points redeemed until now.
     * @param int|null $expected_points How many points are now expected to be redeemed in all; default `points`.
     * @param int|float|string $recognised_before Revenue from the points that was recognised in earlier periods, in major units.
     * @return array{
     *     points_price: numeric-string,
     *     goods: numeric-string,
     *     deferred: numeric-string,
     *     recognised_in_all: numeric-string,
     *     recognised: numeric-string,
     *     liability: numeric-string,
     * }
     * @throws LoyaltyException
     */
    public function allocateRevenue(
        mixed $amount,
        mixed $points,
        mixed $goods_price = null,
        mixed $point_value = null,
        mixed $redeemed_points = 0,
        mixed $expected_points = null,
        mixed $recognised_before = '0',
    ): array;

    /**
     * Looks for mistakes in a programme: rules that never apply, rules that others hide, and rules that give away more
     * than they should.
     *
     * With a database, it also checks the programme against the stored data: another currency; tiers, stamp cards and
     * rules that are gone but still held; rewards that nobody can get any more; codes that become valid again. Without a
     * database, it checks the programme alone. A programme that cannot be parsed is an error that names the key. Nothing
     * is changed.
     *
     * @param string|null $program Text of the programme file; default the programme in use.
     * @param int|float|null $margin_percent Highest share of the money paid that the points may be worth, in percent; when left out, nothing is computed.
     * @param int|float|string|null $point_value What a point is worth, in major units; default what the programme pays for a point.
     * @return array{
     *     ok: bool,
     *     findings: list<array{
     *         severity: 'error'|'warning'|'notice',
     *         rule: string|null,
     *         code: string,
     *         message: string,
     *     }>,
     * }
     * @throws LoyaltyException
     */
    public function lintProgram(
        mixed $program = null,
        mixed $margin_percent = null,
        mixed $point_value = null,
    ): array;

    /**
     * Returns what another programme would have given for the recorded history; changes nothing.
     *
     * The other programme judges every member's purchases, refunds, amendments and events again, one member after the
     * other, in a database in memory. Reviews, tier gifts, points for joining, expiry and merges follow from that.
     * Bookings by staff, redemptions (including those by `[auto_redeem]`), holds, payments, referrals, transfers, full
     * stamp cards and tiers by hand are replayed unchanged, as far as the member has the points. A member who was added by
     * `import_member` is imported again, with the tier held there. Under the programme in use, every entry stays the same.
     * A birthday is the one known now.
     *
     * @param string|null $program Text of the other programme file; default the programme in use.
     * @param string|DateTimeInterface|null $from Count purchases and events from this moment on; a date means from the start of that local day.
     * @param string|DateTimeInterface|null $until Count those before this moment; a date includes its whole local day.
     * @param int $limit Most members in each list of those who gain or lose most, 1 to 200.
     * @return array{
     *     program: string,
     *     members: int,
     *     purchases: int,
     *     unchanged: int,
     *     entries: int,
     *     entries_unchanged: int,
     *     points_recorded: int,
     *     points_simulated: int,
     *     points_difference: int,
     *     cost_difference: numeric-string|null,
     *     liability_recorded: int,
     *     liability_simulated: int,
     *     tier_moves: list<array{
     *         from: string,
     *         to: string,
     *         members: int,
     *     }>,
     *     gaining: int,
     *     losing: int,
     *     top_gaining: list<array{
     *         user_id: int,
     *         points_recorded: int,
     *         points_simulated: int,
     *         points_difference: int,
     *     }>,
     *     top_losing: list<array{
     *         user_id: int,
     *         points_recorded: int,
     *         points_simulated: int,
     *         points_difference: int,
     *     }>,
     *     left_out: int,
     * }
     * @throws LoyaltyException
     */
    public function simulate(
        mixed $program = null,
        mixed $from = null,
        mixed $until = null,
        mixed $limit = 10,
    ): array;

    /**
     * Recomputes every sum from the ledger and compares it with the stored one: balances, chains of entries, lots, uses
     * and counters. Without a member it also checks coupons, their budgets, and gift cards.
     *
     * It reads all rows of the member, or of all members when none is given; of a SQLite file it first asks SQLite whether
     * the pages and the indexes of each table are whole, and if they are not, says only that. Nothing is changed.
     *
     * @param int|null $user_id The member to check; default all members.
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
     *     archived: int,
     * }
     * @throws LoyaltyException
     */
    public function verify(mixed $user_id = null): array;

    /**
     * Reports whether the engine can serve: database, schema, programme, clock, and whether a command could write.
     *
     * The write check writes as a command does and rolls back. It finds a full disk, a file that cannot be written, and a
     * read-only server. Inside a transaction of the page it is skipped.
     *
     * It also reports what the current programme means for the stored data: tiers and stamp cards that members hold but
     * the programme no longer has, rewards that nobody can get, and the other findings of `lint_program` that need a
     * database. It reports purchases in the outbox that have waited long or failed, and triggers of the shop that write to
     * the engine's tables.
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
    public function health(): array;
}
