<?php

declare(strict_types=1);

// Generated from the engine's own table of operations; `make docs` writes it anew.

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
     * A user who is a member already stays as they are (`created` is false); `update_member` changes personal data.
     *
     * @param int $user_id The host's own id of the user.
     * @param string|null $name Name for greetings, up to 120 characters.
     * @param string|null $email E-mail address.
     * @param string|null $phone Telephone number. Like the e-mail address it belongs to one member (`find_member`).
     * @param string|null $card Number of a card that finds the member: letters and digits. It is added to those there are.
     * @param string|DateTimeInterface|null $birth_date Birthday.
     * @param 'es-CL'|'en'|null $locale Language to be served in; default the programme's.
     * @param list<string>|null $consents Kinds of messages the user agrees to.
     * @param string|null $referral_code Code of the member who invited the user. One that cannot be used is refused, and nobody is enrolled.
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
     *     blocked: bool,
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
    public function enroll(
        mixed $user_id,
        mixed $name = null,
        mixed $email = null,
        mixed $phone = null,
        mixed $card = null,
        mixed $birth_date = null,
        mixed $locale = null,
        ?array $consents = null,
        mixed $referral_code = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Changes a member's personal data, or blocks the member. What is left out, or null, stays as it is; `remove` takes away.
     *
     * Who is blocked neither earns nor spends: such calls are refused with `member_blocked`. What is there stays, and ends
     * when it ends; refunds, corrections by staff and money on gift cards go on as ever.
     *
     * @param int $user_id The member.
     * @param string|null $name Name for greetings, up to 120 characters.
     * @param string|null $email E-mail address.
     * @param string|null $phone Telephone number. Like the e-mail address it belongs to one member (`find_member`).
     * @param string|null $card Number of a card that finds the member: letters and digits. It is added to those there are.
     * @param string|null $remove_card Number of a card that finds the member no more: it was lost, or is somebody else's.
     * @param string|DateTimeInterface|null $birth_date Birthday.
     * @param 'es-CL'|'en'|null $locale Language to be served in.
     * @param list<string>|null $consents Kinds of messages the member agrees to; the list replaces the old one, an empty one withdraws all.
     * @param list<'name'|'email'|'phone'|'cards'|'birth_date'|'locale'> $remove What is taken away: a list of `name`, `email`, `phone`, `cards`, `birth_date`, `locale`. Whoever the telephone number, address or card truly belongs to can give it from then on.
     * @param bool|null $blocked For staff: whether the member is blocked.
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
     *     blocked: bool,
     *     referral_code: string,
     *     referred_by: int|null,
     *     points_expiry_date: string|null,
     *     expiring_points: int,
     *     currency: string,
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
     * }
     * @throws LoyaltyException
     */
    public function profile(mixed $user_id): array;

    /**
     * Finds a member by telephone, card, e-mail or code, however it is written.
     *
     * Each of them belongs to one member of the programme; those of a member who became a part of another find that one.
     * A telephone number without its country is the same as one with it when the programme names the country
     * (`identity.calling_code`).
     *
     * @param 'phone'|'card'|'email'|'code' $kind What is given: `phone`, `card`, `email` or `code` (the code to invite others with).
     * @param string $value Its value.
     * @return array{
     *     user_id: int,
     *     user_name: string|null,
     * }
     * @throws LoyaltyException
     */
    public function findMember(mixed $kind, mixed $value): array;

    /**
     * Makes two members one: all that the second has goes to the first, and the second's id means the first from then on.
     *
     * Points keep their beginning and end; visits, money, products, orders, coupons, redemptions, referrals and what is
     * owed are joined, and what may happen once counts for both. The tier is the higher of the two, or the one that the
     * joined history gives. A repeat changes nothing.
     *
     * @param int $into_user_id The member who stays.
     * @param int $from_user_id The member who becomes a part of the other.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Takes a member over from another system: the balance, the points of a lifetime, tier, visits, orders and redemptions.
     *
     * For staff, when a shop changes to this engine; `loyalty adopt` does it for a whole database. A user is taken over
     * once from each `source`, however the name is written: `ore` and ` ORE ` are one. Who is a member already keeps personal data and points, and gets what comes on top.
     *
     * The points earned ever come as one entry that begins now and ends as the programme says of points earned now; what
     * was spent of them is taken off again by a second one. Entries of `history` stand for themselves, with their own dates,
     * the newest that fit into these sums; they end as the rest does. A balance below zero is owed. The tier stays, or is the one
     * that the metric now gives if that is higher; gifts for reaching it are not given. Each open redemption becomes one
     * here, with a coupon. Orders are known from then on: they never earn again, and can be refunded.
     *
     * @param int $user_id The host's own id of the user.
     * @param string $source Name of the other system, up to 25 characters; members read it in their history.
     * @param int $balance Spendable points there; below zero for points owed.
     * @param string|null $reference A mark of the caller, up to 40 characters, that the reply has again.
     * @param int|null $lifetime_points Points earned there ever, refunds taken off; default what balance and open redemptions come to.
     * @param string|null $tier Id of the tier held there.
     * @param string|null $name Name for greetings, up to 120 characters.
     * @param string|null $email E-mail address.
     * @param string|null $phone Telephone number.
     * @param string|DateTimeInterface|null $birth_date Birthday.
     * @param string|DateTimeInterface|null $joined_at When the user joined there; default now.
     * @param string|DateTimeInterface|null $last_visit_at The last purchase; default the last of `orders`.
     * @param int|null $total_visits Purchases in all; those that are not among `orders` count on the day of the last visit. Default the orders.
     * @param int|float|string|null $total_spent Money spent in all, in major units, in the same way.
     * @param list<array{order_id: string, amount: int|float|string, points: int, paid_at: DateTimeInterface|string}> $orders Orders that earned there. One that is known here already is left out, and its points are taken off.
     * @param list<array{reward_id: int, points: int, redeemed_at: DateTimeInterface|string}> $redemptions Rewards that were redeemed there and not used yet.
     * @param list<array{points: int, happened_at: DateTimeInterface|string, description?: string}> $history Entries there, without those of `redemptions`; at most 2000. Left out when an order is known here already.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Tells a member's points, now or at another moment.
     *
     * @param int $user_id The member.
     * @param string|DateTimeInterface|null $as_of At which moment, past or future; default now. For a future one, nothing is assumed to be earned or spent until then.
     * @param string|DateTimeInterface|null $earned_since Also tell the points earned from this moment on (`earned`).
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
     * Lists a member's history, newest first, with what was before of members who became a part of it.
     *
     * One member's entries stand in the order in which they were booked, so that each balance follows from the one below it.
     * After a merge those of all who are one stand in the order in which they happened, and of those that happened together
     * the higher id comes first.
     *
     * @param int $user_id The member.
     * @param int $limit Most entries, 1 to 200.
     * @param int|null $before_id Only entries before this one: `next_before_id` of the page before.
     * @param 'earn'|'redeem'|'expire'|'bonus'|'referral'|'adjustment'|'reversal'|'transfer'|null $transaction_type Only entries of this kind.
     * @param string|DateTimeInterface|null $from Only entries that occurred at or after this; a date stands for its whole local day.
     * @param string|DateTimeInterface|null $until Only entries that occurred before this instant, or until the end of this local day.
     * @param int|null $page Which page of `limit` entries, from 1 on, in place of `before_id`: the reply then tells how many there are in all. An entry that is booked meanwhile moves all pages by one, which `before_id` does not.
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
     * Says what a purchase would earn, and books nothing.
     *
     * It gives exactly what `earn_points` would at this moment, by the same rules.
     *
     * @param int $user_id User who would pay.
     * @param int|float|string|null $amount Amount, in major units of the programme's currency; below zero, as its lines say, nothing is earned. It may be left out beside `points`, and is 0 then.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What would be bought.
     * @param string|DateTimeInterface|null $at When; default now.
     * @param string|null $shop Shop or till where it would be paid.
     * @param int|float|string|null $tax Tax inside the amount; default that of the items.
     * @param int|float|string|null $points_paid Part of the amount that would be paid with points.
     * @param int|float|string|null $gift_card_paid Part of the amount that would be paid with gift cards.
     * @param int|null $points Points of the purchase, when the host has calculated them: what the programme's caps leave of them is told.
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
     * The points follow the tier held before this purchase. A repeat with the same order returns the first receipt
     * and changes nothing; the same order with other arguments is a conflict. An unknown user becomes a member when the
     * programme says so.
     *
     * @param int $user_id User who paid: the host's own id.
     * @param int|float|string|null $amount Amount paid, in major units of the programme's currency; it may be left out beside `points`, and is 0 then. Below zero when its lines say that more came back than was bought: then nothing is earned, and the order counts as one of 0.
     * @param string|null $order_id Order the points are for. It is the idempotency key when no other is given.
     * @param string|DateTimeInterface|null $available_at When the points can first be spent; default by the programme. A date stands for its first moment.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What was bought: counts for variety and favourite products, and for rules about products.
     * @param string|null $shop Shop or till where it was paid, for rules about shops.
     * @param int|float|string|null $tax Tax inside the amount; default that of the items.
     * @param int|float|string|null $points_paid Part of the amount that was paid with points; it earns none unless the programme says so.
     * @param int|float|string|null $gift_card_paid Part of the amount that was paid with gift cards; it earns unless the programme says otherwise.
     * @param int|null $points Points of the purchase, from 0 on, when the host has calculated them: base, tier and rules give none then. They are earned as any others, and the programme's caps cut them. What comes back of the order takes its share of them by money.
     * @param string|null $description What the member reads in the history; default a text of the programme's language with the order.
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
     * Says what is due back to the guest for what comes back of an order, and changes nothing.
     *
     * What was taken off the order is kept, or judged again, as `[refund]` of the programme says: with `discounts = "keep"`
     * the returned lines are worth what was paid for them; with `"rejudge"` what is left must carry its coupons by itself, so
     * one whose minimum no longer holds, or a free article whose partner returns, costs the guest its discount. The money goes
     * back in the order of `tenders`. `refund_order` with `pay_back` does exactly this.
     *
     * @param string $order_id The order.
     * @param int|float|string|null $amount Money that goes back, whatever comes back for it; default what is due for the lines, or all that is left.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items Lines that come back, or parts of them; default all that is left of the order.
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
     * Takes back the points of a refunded order: what the returned lines earned, or without lines in proportion to the money.
     *
     * What is left of the order keeps what it earns by itself, judged as `amend_order` judges it: by the rules of the
     * order's own time. So an article that earned five-fold takes five-fold points back, and one that earned nothing takes
     * none. Partial refunds add up: refunding in parts, in any order, reverses exactly what refunding at once does. Points that were spent
     * already are owed and repaid by later points, written off, or the refund is refused, as the programme says. When
     * nothing is left, the order is cancelled: it is no visit and no first purchase any more, also one that cost nothing.
     *
     * @param string $order_id The order.
     * @param int|float|string|null $amount Amount refunded now; default all that is left, or the sum of `items` when these have amounts.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items Lines that were returned, or parts of them: they must be lines of the order, if it has any. Of an order without lines they only say the money.
     * @param int|float|string|null $points_back Part of the amount that goes back as points: what points paid of the order is less by it.
     * @param int|float|string|null $gift_card_back Part of the amount that goes back to gift cards: what these paid of the order is less by it.
     * @param int|float|string|null $fee Part of the price of the returned lines that does not go back and pays for nothing that is left, like a fee; it earns no points. Default what was spent of gift cards among the lines.
     * @param bool $pay_back Pays back in the same step what `quote_refund` says: the amount is what is due for the lines, when none is given, and points and gift cards get back what they had paid of it.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Corrects the amount of an order, and books only the difference.
     *
     * The order ends with the points that the new amount gives by the rules of its own time: its tier and its
     * programme. It also brings a cancelled order back, when it was completed after all.
     *
     * @param string $order_id The order.
     * @param int|float|string $amount What the guest pays for what is kept; 0 for an order that became free, and stands. `refund_order` and `cancel_order` take a whole order back.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items The lines that the order has now; default those it had.
     * @param int|float|string|null $tax Tax inside the amount; default what the order had.
     * @param int|float|string|null $points_paid Part of the amount that is paid with points; default what the order had.
     * @param int|float|string|null $gift_card_paid Part of the amount that is paid with gift cards; default what the order had.
     * @param int|null $points Points of what is kept, when the host has calculated them. Default for an order whose points were given: those, in proportion to the amount; for any other: by the rules.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Earns and cancels the purchases that the shop's own tables noted in `loyalty_outbox`, oldest first.
     *
     * `loyalty adopt --outbox` makes the triggers that write this table; a shop may write it by triggers of its own. A
     * completed purchase earns as by `earn_points`, at the time at which it was bought; with another amount it is amended
     * as by `amend_order`, which also brings a cancelled one back; a cancelled one is cancelled as by `cancel_order`, and
     * one that is open again as by `refund_order`. What a row says of its order is what holds, so that each purchase earns
     * once however often it was noted, also when `earn_points` was called for it. A purchase without a user earns nothing.
     *
     * One call takes at most `limit` rows in one transaction: call it until nothing waits, from as many processes as you
     * like. A row that fails stops no other. It stays with its error until it is tried again, a later row of its order is
     * drained, or staff delete it; `health` tells of it, and the command line drains all there is and exits with 1.
     *
     * @param int|null $limit Most rows of this call, from 1 to 1000; default 50.
     * @param bool $retry Whether rows that failed are tried again, before those that wait.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Books points by hand: a bonus, or a correction either way.
     *
     * For staff. A correction below zero takes points as a redemption does, soonest expiry first. When the balance does
     * not cover it, the rest is owed up to the programme's limit (`adjustment.debt_limit`, 0 by default), or it is refused.
     *
     * @param int $user_id The member.
     * @param 'bonus'|'adjustment' $transaction_type What it is.
     * @param int $points Points: above zero for a bonus, either way but not zero for an adjustment.
     * @param string $description Why, as the member reads it in the history.
     * @param string|DateTimeInterface|null $available_at When added points can first be spent; default at once. A date stands for its first moment.
     * @param string|DateTimeInterface|null $expires_at When added points end; default by the programme. A date stands for its whole local day.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * They keep the end they have, the soonest first, unless the programme gives moved points a new one. Pending and ended
     * points cannot be moved, and nobody's tier follows: the points were earned once.
     *
     * @param int $from_user_id The member who gives.
     * @param int $to_user_id The member who gets.
     * @param int $points How many points, above zero.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Sets points aside for an open bill, until they are captured, voided, or the time is over.
     *
     * They leave the spendable balance at once, the soonest to end first, and nothing else can take them: points that end
     * while they are held can still be captured until the hold's own end. A hold ends by the clock; what it gives back
     * keeps the end that it had.
     *
     * @param int $user_id The member.
     * @param int $points How many points, above zero.
     * @param int $ttl_seconds For how many seconds, 1 to 2592000 (30 days).
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Takes held points for good: all of them, or less, and the rest goes back.
     *
     * A hold ends once: a second capture or a void is refused with `hold_closed`, and `hold_expired` when its time is
     * over.
     *
     * @param int $hold_id The hold.
     * @param int|null $points How many points to take, above zero; default all that are held.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Gives held points back: into the very accruals they came from, with the end these have.
     *
     * Points whose time is over by now expire at once. A hold ends once: a second end is refused.
     *
     * @param int $hold_id The hold.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Makes the pending points of an order spendable: it was delivered, or its time for returns is over.
     *
     * Points that are spendable already stay as they are; a repeat finds nothing more to release.
     *
     * @param string $order_id The order.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Gives a member's points a later end: those of one accrual, or all that end sooner.
     *
     * For staff. Held points count as those of their accrual, and what comes back to an accrual ends with it. No end is ever
     * moved to an earlier time, and points that are gone stay gone: `reinstate_points` brings them back.
     *
     * @param int $user_id The member.
     * @param string|DateTimeInterface $expires_at The new end. A date stands for its whole local day.
     * @param int|null $transaction_id Only the points that this entry gave; default all.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Brings expired points back, when their last day lies within the programme's window (`expiry.reinstate_days`).
     *
     * They go back into the accruals they came from, with a new end. What is owed is repaid from them. A repeat finds
     * nothing more to bring back.
     *
     * Points that a clock ahead of the time has booked as expired, although their end has not come, always come back, and
     * keep their end.
     *
     * @param int $user_id The member.
     * @param string|DateTimeInterface|null $expires_at Their new end; default by the programme, as if earned now. A date stands for its whole local day.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Tells which points of a member will end when, if none are spent until then.
     *
     * Pending points count, held ones do not.
     *
     * @param int $user_id The member.
     * @param string|DateTimeInterface|null $until Only points that end by then; default all that ever end. A date stands for its whole local day.
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
     * Books points past their end as expired, member by member, soonest first, and what ended holds give back.
     *
     * Failed look-ups of codes that no longer slow anybody are forgotten. A sweep for the night: answers of all other
     * operations are the same whether it ever runs. Call it again while `more` is true; each call is one transaction.
     * On the command line `loyalty sweep` does this and `review_tiers`, to the end.
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
     * @param int|float|string|null $discount_value What the discount is: for `fixed` money in major units, which is then required; for `free_item` how many, 1 when left out.
     * @param int|float|string|null $max_discount Highest discount in money, in major units.
     * @param int|float|string|null $min_order_amount Smallest order that its coupon can be used for, in major units.
     * @param list<string> $products Articles that its coupon is for: it takes from their lines only.
     * @param list<string> $categories Categories that its coupon is for, in the same way.
     * @param 'order'|'cheapest_item'|null $target What a percentage is taken of: the order, or one unit of the cheapest line that it is for. Default the order.
     * @param bool|null $stackable Whether its coupon can be combined with others; default no.
     * @param bool|null $not_on_granting_order Whether its coupon is for later orders only: it cannot be used on the order for which it was redeemed, or whose points `[auto_redeem]` took for it. Default no.
     * @param int|null $coupon_days For how many local days its coupon is good, besides the first; default the programme's `redemption.coupon_days`.
     * @param int|null $coupon_wait_days After how many local days its coupon can first be used; default at once.
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
     * Takes a reward for points, and issues its coupon.
     *
     * Refusals are told apart and say what is missing. Two calls for the last points, the last piece or the last
     * allowed use never both succeed. A reward may cost money besides: the reply says how much is due at the till.
     *
     * @param int $user_id The member who pays with points.
     * @param int $reward_id The reward.
     * @param int|null $quantity How many pieces; default 1. The price and every limit count each of them, and the coupon can be used as often.
     * @param int|null $reservation_id A reservation of `reserve_reward` to be redeemed: what it keeps is taken, and nothing is checked again.
     * @param string|null $order_id The order it is claimed for, of no other member: `cancel_order` then undoes it. Several rewards may name one order.
     * @param bool $reopened Redeems it again for an order whose redemption of this reward was undone: without this such a call is refused, for it may be a late repeat.
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
     * Keeps a reward for a member for a time: the points, the pieces in stock and the uses, all or none.
     *
     * Everything is checked as by `redeem_reward`, and while it stands it counts against every limit. `redeem_reward` with
     * its id then cannot be refused for lack of points or pieces, also when the reward is switched off meanwhile. It ends
     * by `release_reward`, or by the clock.
     *
     * @param int $user_id The member.
     * @param int $reward_id The reward.
     * @param int $ttl_seconds For how many seconds, 1 to 2592000 (30 days).
     * @param int|null $quantity How many pieces; default 1.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Gives a reservation up: points, pieces and uses go back at once.
     *
     * The very points go back into the accruals they came from, with the end these have. A repeat returns the first
     * answer; one that was redeemed is refused with `hold_closed`, one that ended by the clock with `hold_expired`.
     *
     * @param int $reservation_id The reservation.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Undoes a redemption whose coupon is unused, also when it was switched off or has ended.
     *
     * The very points go back into the accruals they came from, and keep their own end: points whose time is over by
     * now expire at once. A repeat returns the first answer.
     *
     * @param int $redemption_id The redemption.
     * @param int|null $quantity Only so many pieces that were not used: the others stay, and can be used. Default all, of which none is used.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Gives a member the reward of `[auto_redeem]` when the points are there.
     *
     * `earn_points` does this by itself; this is for points that became spendable by the clock, for a nightly job. A
     * reward that the member cannot have is left, and the points stay. It belongs to the order whose points it takes last,
     * if they are of one: `cancel_order` undoes it with that order.
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
    public function autoRedeem(
        mixed $user_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

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
    public function quotePayment(
        mixed $user_id,
        mixed $amount = null,
        mixed $points = null,
        mixed $clamp = false,
    ): array;

    /**
     * Pays a part of an order with points.
     *
     * The points are worth what the programme says, and never pay more than the bill: the fewest points that cover it
     * are taken. What they pay and the ledger entry are one: neither is ever there without the other. The order is the
     * idempotency key. `release_payment` gives the points back.
     *
     * @param int $user_id The member who pays.
     * @param string $order_id The order that is paid: of no other member. It is the idempotency key when no other is given.
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
     * The very points go back into the accruals they came from, and keep their own end; of some, those that end last
     * go back first, so that parts add up to the whole. Never more goes back than was taken: once all are back, the first
     * answer is returned.
     *
     * @param string $order_id The order.
     * @param int|null $points Points to give back now, above zero; default all that are left.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Every part of it is undone as by the operation of its own: what it earned, with its visit, its referral, the gift of
     * a tier that it reached and the uses of limited rules (`refund_order`); the points that paid a part of it
     * (`release_payment`); the rewards that were claimed for it or given by it (`cancel_redemption`); uses and holds of
     * coupons (`release_coupon`); money of gift cards (`release_gift_card`); cards that it sold; its stamps, and the free units it had. An order
     * that has only some of these is cancelled as well, and parts that were undone before stay as they are: a repeat finds
     * nothing left and changes nothing.
     *
     * A reward that `[auto_redeem]` gave stays when its coupon was used elsewhere, and so does one whose coupon this order
     * used and that has ended since; one that was claimed by hand and used elsewhere refuses the whole with
     * `already_used`.
     *
     * @param string $order_id The order.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Says that a member was invited by another, whose code was typed.
     *
     * Possible before the first purchase and once in a lifetime; not with one's own code, by whatever identifier two
     * members are one, and not in a circle. Who types codes that are none is slowed as with coupons (`[guessing]`). Both
     * get their points with the first paid purchase. How odd it looks is said, with the signs; a programme with
     * `referral.review_risk` lets staff look at it first.
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
    public function referrals(mixed $user_id, mixed $limit = 20): array;

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
    public function resolveReferral(
        mixed $user_id,
        mixed $accept,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Makes a coupon with a code of its own, for a member or for anyone.
     *
     * The code is random, unique, and long enough for the programme's budget of guessing (`codes.minimum_bits`), or
     * one of the shop's own.
     *
     * @param 'percent'|'fixed'|'free_item'|'free_delivery' $discount_type What it takes off.
     * @param int|null $user_id The member it is bound to; anyone may use it without one.
     * @param string|null $not_on_order An order on which it cannot be used, such as the one that it was given for.
     * @param string|null $code A code of the shop's own, like `WELCOME10` or `AÑO-NUEVO`: 4 to 24 letters and digits. It is public: anyone may type it, and `max_uses`, `max_uses_per_user` and budgets are what bounds it. Read like every code, and accents do not matter either, so no two may read alike.
     * @param int|float|string|null $discount_value How much: percent, or money in major units; for free items how many, 1 when left out.
     * @param int|float|string|null $max_discount Highest discount in money, in major units.
     * @param int|float|string $min_order_amount Smallest order it can be used for, in major units; one of just this amount is large enough.
     * @param int $max_uses Uses in all.
     * @param int|null $max_uses_per_user Uses by one user.
     * @param string|DateTimeInterface|null $valid_from From when it is good; a date means from its start. Default now.
     * @param string|DateTimeInterface|null $valid_until Until when it is good; a date means to the end of that local day. Without one it has no end.
     * @param list<string> $products Articles that it is for: one of them must be bought, and it takes from their lines only.
     * @param list<string> $categories Categories that it is for, in the same way.
     * @param list<string> $labels Labels of lines that it is for, in the same way: a whole label, or the part after its colon.
     * @param bool $stackable Whether it can be combined with others. One that cannot goes alone.
     * @param string|null $prefix Up to 8 letters and digits in front of the code, none of them U; default that of the programme.
     * @param int|null $length Random symbols of the code. Default those of the programme, or more when so many codes exist that one could be guessed; too few are refused.
     * @param list<'mon'|'tue'|'wed'|'thu'|'fri'|'sat'|'sun'> $weekdays Local days of the week on which it is good.
     * @param string|null $hours_from Local time of the day from which it is good, like `08:30`.
     * @param string|null $hours_until Local time of the day until which it is good; over midnight when it is earlier than `hours_from`: the night belongs to the weekday on which it began.
     * @param string|null $tier_required Id of the lowest tier that may use it.
     * @param bool $first_order_only Whether it is only for a user who has bought nothing yet.
     * @param 'left'|'initial' $min_order_basis The amount that the smallest order is judged on: what earlier coupons left, or the initial order.
     * @param 'included'|'excluded' $min_order_tax Whether that amount is judged with the tax included or excluded.
     * @param int|float|string|null $max_order_amount Largest order it can be used for, before any coupon, in major units.
     * @param 'order'|'cheapest_item' $target What a percentage is taken of: the order, or one unit of the cheapest line that it is for.
     * @param int|null $buy_quantity How many units must be bought; for free items: for those that are free, each time anew.
     * @param list<string> $buy_products Articles of which `buy_quantity` are bought; default those that it is for. What may be free itself does not count.
     * @param string|null $group A group of coupons of which an order takes one.
     * @param int|float|string|null $budget Most money that one code takes off in all, in major units.
     * @param int|float|string|null $budget_day Most money that one code takes off in a local day, in major units.
     * @param int|float|string|null $budget_month Most money that one code takes off in a local month, in major units.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Makes many coupons at once, each with a code of its own: all of them, or none.
     *
     * The name of the batch is its key, in any case and with any blanks around it: a repeat gives the first answer. `coupon_batch` lists the codes page by page. The limits of uses and the budgets are those of each code.
     *
     * @param int $count How many, 1 to 10 000 000.
     * @param string $batch Name of the batch, up to 120 characters. No two have the same.
     * @param 'percent'|'fixed'|'free_item'|'free_delivery' $discount_type What it takes off.
     * @param int|float|string|null $discount_value How much: percent, or money in major units; for free items how many, 1 when left out.
     * @param int|float|string|null $max_discount Highest discount in money, in major units.
     * @param int|float|string $min_order_amount Smallest order it can be used for, in major units; one of just this amount is large enough.
     * @param int $max_uses Uses in all.
     * @param int|null $max_uses_per_user Uses by one user.
     * @param string|DateTimeInterface|null $valid_from From when it is good; a date means from its start. Default now.
     * @param string|DateTimeInterface|null $valid_until Until when it is good; a date means to the end of that local day. Without one it has no end.
     * @param list<string> $products Articles that it is for: one of them must be bought, and it takes from their lines only.
     * @param list<string> $categories Categories that it is for, in the same way.
     * @param list<string> $labels Labels of lines that it is for, in the same way: a whole label, or the part after its colon.
     * @param bool $stackable Whether it can be combined with others. One that cannot goes alone.
     * @param string|null $prefix Up to 8 letters and digits in front of the code, none of them U; default that of the programme.
     * @param int|null $length Random symbols of the code. Default those of the programme, or more when so many codes exist that one could be guessed; too few are refused.
     * @param list<'mon'|'tue'|'wed'|'thu'|'fri'|'sat'|'sun'> $weekdays Local days of the week on which it is good.
     * @param string|null $hours_from Local time of the day from which it is good, like `08:30`.
     * @param string|null $hours_until Local time of the day until which it is good; over midnight when it is earlier than `hours_from`: the night belongs to the weekday on which it began.
     * @param string|null $tier_required Id of the lowest tier that may use it.
     * @param bool $first_order_only Whether it is only for a user who has bought nothing yet.
     * @param 'left'|'initial' $min_order_basis The amount that the smallest order is judged on: what earlier coupons left, or the initial order.
     * @param 'included'|'excluded' $min_order_tax Whether that amount is judged with the tax included or excluded.
     * @param int|float|string|null $max_order_amount Largest order it can be used for, before any coupon, in major units.
     * @param 'order'|'cheapest_item' $target What a percentage is taken of: the order, or one unit of the cheapest line that it is for.
     * @param int|null $buy_quantity How many units must be bought; for free items: for those that are free, each time anew.
     * @param list<string> $buy_products Articles of which `buy_quantity` are bought; default those that it is for. What may be free itself does not count.
     * @param string|null $group A group of coupons of which an order takes one.
     * @param int|float|string|null $budget Most money that one code takes off in all, in major units.
     * @param int|float|string|null $budget_day Most money that one code takes off in a local day, in major units.
     * @param int|float|string|null $budget_month Most money that one code takes off in a local month, in major units.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * @param int $after Where the page before ended: its `next_after`.
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
     * Without `include_used` those are left out that can be used no more: used up, over, or switched off.
     *
     * @param int $user_id The member.
     * @param bool $include_used Whether those are listed too that can be used no more.
     * @param int $limit Most coupons to list, 1 to 200.
     * @param int $after Where the page before ended: its `next_after`.
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
     * Says whether a code can be used for an order and what it would take off; nothing is used.
     *
     * It is judged by the same rules as `use_coupon`. Somebody without a `user_id` gets one answer, `not_usable`, for a
     * code that does not exist, is over, is used up, is switched off or is somebody else's. After too many failed
     * look-ups by one user or `actor` the answer is `too_many_tries` for a time.
     *
     * @param string $code The code, as typed.
     * @param int|float|string $amount Amount of the order before any coupon, delivery and tax included, in major units.
     * @param int|null $user_id Who would use it.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What would be bought.
     * @param int|float|string $delivery The part of the amount that is for the delivery.
     * @param int|float|string|null $tax The part of the amount that is tax; default that of the lines.
     * @param int|null $quantity How many pieces of the coupon would be used, 1 to 100, each on what those before it left; default 1. One for three muffins takes three off the bill.
     * @param string|null $order_id The order: coupons that it uses already count.
     * @param string|null $actor Who asks: an address or a till. Failed look-ups are counted by it.
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
     * The order and the code are the key: a repeat gives the first answer. Everything that `validate_coupon` judges is
     * judged again in the same step, so that two tills never share the last use. A coupon that the order holds is used
     * under its hold. An order may use several codes, one call after the other; give `amount` as it was before any.
     *
     * @param string $code The code, as typed.
     * @param string $order_id The order.
     * @param int|float|string $amount Amount of the order before any coupon, delivery and tax included, in major units.
     * @param int|null $user_id Who uses it.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What is bought.
     * @param int|float|string $delivery The part of the amount that is for the delivery.
     * @param int|float|string|null $tax The part of the amount that is tax; default that of the lines.
     * @param int|null $quantity How many pieces of the coupon are used, 1 to 100, each on what those before it left; default 1. One for three muffins takes three off the bill.
     * @param bool $reopened Uses it again for an order that gave it back: without this the call that was undone is refused, for it may be a late repeat.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Says what several codes would take off one order together; nothing is used.
     *
     * The codes are judged in their order, each on what those before it left. One that is not stackable goes alone. Under
     * the policy `partial` the codes that are right are used, under `all` one that is wrong keeps out the others.
     *
     * @param list<string> $codes The codes, 1 to 20, as typed, in the order in which they are to be used.
     * @param int|float|string $amount Amount of the order before any coupon, delivery and tax included, in major units.
     * @param int|null $user_id Who would use them.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What would be bought.
     * @param int|float|string $delivery The part of the amount that is for the delivery.
     * @param int|float|string|null $tax The part of the amount that is tax; default that of the lines.
     * @param 'partial'|'all' $policy What becomes of the others when one code is refused.
     * @param string|null $order_id The order: coupons that it uses already count.
     * @param string|null $actor Who asks: an address or a till. Failed look-ups are counted by it.
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
     * Uses several codes for one order, as `validate_coupons` judges them: in one step, or not at all.
     *
     * When none of them can be used, it is refused with the reason of the first that is wrong.
     *
     * @param list<string> $codes The codes, 1 to 20, as typed, in the order in which they are used.
     * @param string $order_id The order.
     * @param int|float|string $amount Amount of the order before any coupon, delivery and tax included, in major units.
     * @param int|null $user_id Who uses them.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What is bought.
     * @param int|float|string $delivery The part of the amount that is for the delivery.
     * @param int|float|string|null $tax The part of the amount that is tax; default that of the lines.
     * @param 'partial'|'all' $policy What becomes of the others when one code is refused.
     * @param bool $reopened Uses codes again for an order that gave one of them back: without this the call that was undone is refused, for it may be a late repeat.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * An open hold counts against every limit and budget, and keeps its right even when the coupon ends meanwhile. It ends
     * by the clock, by `use_coupon` of the same order, or by `release_coupon`.
     *
     * The same call is a repeat and gives the first answer. For another basket of the same order the hold follows it: the
     * code is judged again under the hold's right, and held for the new amount and time. A basket that the code is not for
     * is refused, and the hold stays as it was: the refusal says until when (`hold_ends`).
     *
     * @param string $code The code, as typed.
     * @param string $order_id The order.
     * @param int|float|string $amount Amount of the order before any coupon, delivery and tax included, in major units.
     * @param int $ttl_seconds For how long, 1 second to 31 days.
     * @param int|null $user_id Who will use it.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What is to be bought.
     * @param int|float|string $delivery The part of the amount that is for the delivery.
     * @param int|float|string|null $tax The part of the amount that is tax; default that of the lines.
     * @param int|null $quantity How many pieces of the coupon are held, 1 to 100, each on what those before it left; default 1. One for three muffins takes three off the bill.
     * @param bool $reopened Holds it again for an order that gave it back: without this the call that was undone is refused, for it may be a late repeat.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Gives the uses of an order back when it is cancelled: to the code, to the user and to the budgets, once.
     *
     * A use of a coupon that has ended meanwhile stays, unless the programme says otherwise (`coupons.release_after_end`).
     * A repeat gives nothing back any more.
     *
     * @param string $order_id The order.
     * @param string|null $code Only this code of the order.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Switches a coupon off: it is used no more, and what was used stays used. For staff.
     *
     * @param string $code The code, as typed.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Finds what a member should use on an order: of the member's coupons, the rewards that the member has the points for and
     * the discount of the tier, the allowed combination with which the member pays least.
     *
     * Nothing is used. Every combination is judged as `use_coupons` would judge it, in the order in which it is listed; of a
     * reward it takes the coupon that `redeem_reward` would give, once. Of combinations that cost the same it is the one with
     * fewer points. Where the discount of the tier stands beside coupons, the programme says (`coupons.tier_discount`).
     *
     * `exact` says whether no other combination is better. It always is with up to six coupons and rewards, and mostly with
     * more. With very many the search ends when codes were judged 10 000 times, with the best that it has found: the same one
     * each time, and one to which nothing could just be added.
     *
     * @param int $user_id The member.
     * @param int|float|string $amount Amount of the order before any discount, delivery and tax included, in major units.
     * @param list<array{sku: string, quantity?: int, amount?: int|float|string, tax?: int|float|string, category?: string, labels?: array, kind?: 'sale'|'gift'|'discount'}> $items What would be bought.
     * @param int|float|string $delivery The part of the amount that is for the delivery.
     * @param int|float|string|null $tax The part of the amount that is tax; default that of the lines.
     * @param string|null $order_id The order, if it has a number by now, of no other member: coupons that it granted for the next one are left out.
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
     * Makes a gift card: money under a code that pays a part of an order, or all of it.
     *
     * A gift card is a payment and no discount: it comes after all coupons, and `earn_points` is told what it paid as
     * `gift_card_paid`. Without a member it belongs to whoever has the code; a card of a member is a wallet. A card that
     * names the order that sold it is emptied when that order is refunded or cancelled, as far as it was not spent; an order
     * may sell several. Give a `key` with each, so that a repeat makes no second card.
     *
     * @param int|float|string $amount What is on it at first, in major units; 0 for a card that is topped up later.
     * @param int|null $user_id The member it is bound to; anyone who has the code may use it without one.
     * @param string|DateTimeInterface|null $valid_until Until when it is good; a date means to the end of that local day. Without one it has no end.
     * @param string|null $prefix Up to 8 letters and digits in front of the code, none of them U; default that of the programme.
     * @param string|null $sold_by_order The order that sold it. It does not pay that order, and it is emptied when that order comes back.
     * @param string|null $sold_as The article as which that order sold it: when only that line comes back, the card is emptied, too.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Says what is on a gift card, what changed it, and what it would pay of a bill.
     *
     * Somebody without a `user_id` gets one answer, `not_usable`, for a code that does not exist, is over, has nothing left
     * or is somebody's. After too many failed look-ups by one user or `actor` the answer is `too_many_tries` for a time.
     *
     * @param string $code The code, as typed.
     * @param int|null $user_id Who would pay with it.
     * @param int|float|string|null $amount A bill, in major units: the reply says what the card would pay of it.
     * @param string|null $actor Who asks: an address or a till. Failed look-ups are counted by it.
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
     * Pays with a gift card: as much of the amount as is on it.
     *
     * The order and the code are the key: a repeat gives the first answer. An order may be paid with several cards, one call
     * after the other, each with what is still to pay. What an order sold of a card does not pay that order. Two tills at once never take more than is on the card.
     *
     * @param string $code The code, as typed.
     * @param string $order_id The order that is paid.
     * @param int|float|string $amount What is to pay, above zero, in major units: after coupons and other cards.
     * @param int|null $user_id Who pays.
     * @param bool $reopened Pays an order again whose payment with this card was given back: without this such a call is refused, for it may be a late repeat.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Gives back what gift cards paid of an order, all or some of it: to the very cards, never more than each paid.
     *
     * A card that is over gets its money too. What the order added to a card stays there. Without an amount all that is left
     * goes back, and a repeat gives nothing back any more; give a `key` with each part, so that a repeat of it does nothing.
     * Of several cards, the one that paid last gets its money first.
     *
     * @param string $order_id The order.
     * @param string|null $code Only this card.
     * @param int|float|string|null $amount How much goes back now, above zero, in major units; default all that is left of what the cards paid.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * The order that sold the top-up, if it is named, is the key together with the code: a repeat gives the first answer.
     * What an order adds does not pay that order.
     *
     * @param string $code The code, as typed.
     * @param int|float|string $amount How much, above zero, in major units.
     * @param string|null $order_id The order that sold it. When that order comes back, so much goes off the card again, as far as it is there.
     * @param string|null $sold_as The article as which that order sold it: when only that line comes back, the money does, too.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Stops a gift card: what is left on it goes off, and it pays nothing any more. For staff.
     *
     * With an amount only so much goes off, as when too much was put on it, and the card stays good. What the card paid
     * before stays paid; what comes back of it later is on the card again, and a further call takes it off. `gift_card` lists
     * what went off as `stop`.
     *
     * @param string $code The code, as typed.
     * @param int|float|string|null $amount How much goes off, above zero and at most what is on it, in major units; default all, and the card is stopped.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * A stamp shown by staff is good for one scan by one member, and so is one on a receipt, up to its own end; one on the
     * wall for each member once on a local day.
     * Stamps beyond the card's limit for a day are cut, and the card's cooldown keeps the same cup from being stamped
     * twice. An order stamps a card once: a repeat changes nothing.
     *
     * @param int $user_id The member.
     * @param string|null $card The card; a signed stamp names its own.
     * @param int|null $quantity How many stamps, 1 to 100; a signed stamp says it itself.
     * @param string|null $order_id The order that is stamped, of no other member. Its return takes the stamps back.
     * @param string|null $token A signed stamp, as `sign_stamp` makes it.
     * @param bool $reopened Stamps an order again whose stamps were taken back with its return: without this such a call is refused, for it may be a late repeat.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Shows the stamp cards of a member: those of the programme, with the stamps on each.
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
     * Uses the reward of full stamp cards: units free, points, or a coupon.
     *
     * A free unit goes on the bill as a line of kind `gift`, which earns neither points nor stamps. For an order, a repeat
     * changes nothing, and when the whole order is returned the free units come back.
     *
     * @param int $user_id The member.
     * @param string $card The card.
     * @param int $quantity How many full cards, 1 to 100.
     * @param string|null $order_id The order whose bill the free units are on, of no other member. It is the idempotency key when no other is given.
     * @param bool $reopened Uses it again for an order whose free units came back with its return: without this such a call is refused, for it may be a late repeat.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
     * Makes a signed stamp to be shown as a QR code: by staff for one scan within a minute, on the wall, or on a receipt for
     * one use by whoever brings it first.
     *
     * Needs the setting `signing_key` and no database, so that a till without a network can show one.
     *
     * @param string $card The card.
     * @param 'counter'|'poster'|'receipt' $kind Shown by staff, on the wall, or printed on a receipt.
     * @param int $quantity How many stamps, 1 to 100.
     * @param string|DateTimeInterface|null $valid_until For one on the wall or on a receipt: until when it is good. A date stands for its whole local day. One on a receipt is good for 30 days when nothing is said.
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
     * Tells what a tier gives, and what its discount takes off an amount: the very money that `best_offers` takes off.
     *
     * @param string $tier Id of the tier.
     * @param 'es-CL'|'en'|null $locale Language of the texts; default the programme's.
     * @param int|float|string|null $amount A bill of which the discount is to be told, in major units.
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
     * Tells which tier a number of points gives. Needs no database.
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
     * Tells how far a number of points is from the next tier. Needs no database.
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
     * An upgrade happens at once. A review that was due and that nothing has booked yet may also have lowered the tier, as
     * the programme says; then `upgraded` is false and the two tiers differ. Nobody needs to call it: every read shows, and
     * every write books, what the clock has done.
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
    public function checkTierUpgrade(
        mixed $user_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array;

    /**
     * Tells whether a member keeps the tier, until when, and what is missing to keep it.
     *
     * It looks ahead to the next review, or to the day on which the tier is lost, by the very rules that will decide then,
     * and assumes that nothing else happens. `text` says the same to the guest.
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
     * Tells how a member's tier changed, and that of members who became a part of it, and which one was held at a moment.
     *
     * What the clock has done is told whether or not anything has booked it.
     *
     * @param int $user_id The member.
     * @param string|DateTimeInterface|null $as_of The moment up to which it is told, past or future; default now. For a future one, nothing is assumed to happen until then but the passing of time.
     * @param int $limit Most changes that are listed, 1 to 200.
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
     * Gives a member a tier by hand, or takes the one given back.
     *
     * For staff. As a floor (the default) the member never falls below the tier while it stands, and still rises; fixed, it
     * stands instead of the tier that the metric gives. It ends by the clock, and the member then has the tier that the
     * metric gives.
     *
     * @param int $user_id The member.
     * @param string|null $tier Id of the tier; null takes back the one that was given by hand.
     * @param string|DateTimeInterface|null $until Until when; default for ever. A date stands for its whole local day.
     * @param 'floor'|'fixed' $mode What the tier given by hand does to the one that the metric gives.
     * @param string|null $reason Why, for the history.
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
     * A sweep for the night: answers of all other operations are the same whether it ever runs. It walks through the
     * members in the order of their numbers; call it again with `after` as `next_after` says until that is null. Each call
     * is one transaction.
     *
     * @param int $limit Most members looked at in one call, 1 to 10000.
     * @param int $after Where the call before ended; 0 begins.
     * @param string|DateTimeInterface|null $at When it happened; default now. Earlier moments are for imports and tills that were offline.
     * @param string|null $key Idempotency key: a repeat with the same key returns the first answer and changes nothing.
     * @param string|null $actor Who did it, for the audit.
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
    public function calculateScore(
        mixed $visits_90_days,
        mixed $spent_365_days,
        mixed $distinct_products,
        mixed $successful_referrals,
        mixed $days_since_last_visit = null,
    ): array;

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
    public function userScore(mixed $user_id, mixed $as_of = null): array;

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
    public function generateCode(mixed $length = 8, mixed $prefix = '', mixed $check = true): array;

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
    public function checkCode(mixed $code): array;

    /**
     * Draws the QR code of a coupon, a stamp, a referral or a member's card.
     *
     * `read_qr` says what a scanner read.
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
     * Says what a scanner read: a member's card, a referral, a signed coupon or stamp, or a code to look up.
     *
     * It proves nothing about who shows it. An address in front of a code is passed over.
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
     * Makes a pair of keys for signed codes. Needs no database, and nothing is kept.
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
     * Lists the public keys whose codes are good, and the ids that are denied: what a till needs to check codes offline.
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
     * Makes a coupon that is its own record: a signed code, short enough for a QR, that a till checks without a network.
     *
     * Needs the setting `signing_key` and no database. Nothing is kept: who must stop one before its end puts its id on
     * the deny list.
     *
     * @param string $campaign Campaign it belongs to, up to 24 bytes.
     * @param 'percent'|'fixed'|'free_item'|'free_delivery' $discount_type What it takes off.
     * @param int|float|string $discount_value How much: percent, money in major units, or 1 for what is free.
     * @param int|float|string|null $max_discount Highest discount in money, for a percentage.
     * @param int|float|string|null $min_order_amount Smallest order it can be used for.
     * @param int $max_uses Uses in all, 1 to 1 000 000. A till without a network can only count its own.
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
     * Checks a signed coupon: with the public key alone, without a database and without a network.
     *
     * Whether it was used before, only who counts uses can say. A code that was changed anywhere is `not_usable`.
     *
     * @param string $token The code.
     * @param string|DateTimeInterface|null $at When; default now.
     * @param int|float|string|null $amount Amount of the order: its minimum is checked, and the discount is said.
     * @param int|null $user_id Member who wants to use it.
     * @param string|null $public_key Public key, 64 hexadecimal digits; default those of the programme and of the setting `signing_key`.
     * @param list<string> $denied Ids that are not good any more, besides those of the programme (`signing.denied`).
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
     * Says in a guest's words why something cannot be had: the text of a refusal code. Needs no database.
     *
     * For the codes that replies have in `because`; an error says the same by itself, in PHP with `getGuestMessage()`.
     *
     * @param string $code The code of a refusal, or `invalid`, `not_found`, `idempotency_conflict`, `identifier_taken` or `internal`.
     * @param array|null $missing What is missing, as the reply or the error has it: points that are missing are told by their number.
     * @param 'es-CL'|'en'|null $locale Language of the text; default that of the programme.
     * @return array{
     *     code: string,
     *     text: string,
     * }
     * @throws LoyaltyException
     */
    public function guestMessage(mixed $code, ?array $missing = null, mixed $locale = null): array;

    /**
     * Divides the money of sales between the goods and the points that they gave, and says what is still owed in points.
     *
     * For the accounts, as IFRS 15 and ASC 606 ask: what was paid is divided by what goods and points cost alone, where
     * only points count that are expected to be redeemed. The part of the points becomes revenue as they are redeemed; the
     * rest is the liability. Rounded half up, to the last minor unit. Needs no database.
     *
     * @param int|float|string $amount What was paid, in major units.
     * @param int $points Of the points that the sales gave, how many were expected to be redeemed at that time.
     * @param int|float|string|null $goods_price What the goods cost alone, in major units; default what was paid.
     * @param int|float|string|null $point_value What a point is worth when it is redeemed; default the programme's `redemption.point_value`.
     * @param int $redeemed_points Points redeemed until now.
     * @param int|null $expected_points How many points are expected to be redeemed in all, as one thinks now; default `points`.
     * @param int|float|string $recognised_before Revenue of the points that was recognised in earlier periods, in major units.
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
     * Looks a programme over: rules that never fire, are hidden by others or give away more than they should.
     *
     * Where there is a database, it is also looked at what the programme means for what is stored there: another currency,
     * tiers, stamp cards and rules that are gone and still held, rewards that nobody can have any more, codes that are good
     * again. A programme that cannot be read at all is an error that names the key. Nothing is changed, and without a
     * database the programme is looked at alone.
     *
     * @param string|null $program Text of the programme file; default the programme in use.
     * @param int|float|null $margin_percent Share of the money paid that the points may be worth at most, in percent; without it nothing is reckoned.
     * @param int|float|string|null $point_value What a point is worth, in major units; default what the programme says that it pays.
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
     * Tells what another programme would have given for the recorded history, and changes nothing.
     *
     * Every member's purchases, refunds, amendments and events are judged again by the other programme, one member after
     * the other, in a database in memory; reviews, gifts for tiers, points for joining, expiry and merges follow from that.
     * What staff booked, redemptions (also those made by `[auto_redeem]`), holds, payments, referrals, transfers, full stamp
     * cards and tiers by hand happen as they did, as far as the points are there. A member who came over by `import_member`
     * does so again, with the tier held there. Under the programme in use every entry is as it was; a birthday is the one
     * known now.
     *
     * @param string|null $program Text of the other programme file; default the programme in use.
     * @param string|DateTimeInterface|null $from Purchases and events from then on are counted; a date stands for the start of its local day.
     * @param string|DateTimeInterface|null $until Those before then are counted; a date stands for its whole local day.
     * @param int $limit How many members the lists of those who gain and lose most show, 1 to 200.
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
     * Recomputes every sum from the ledger and compares: balances, chains of entries, lots, uses, counters,
     * and without a member also coupons and their budgets, and gift cards.
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
    public function verify(mixed $user_id = null): array;

    /**
     * Tells whether the engine can serve: database, schema, programme, clock, and whether a command could write.
     *
     * Writing is tried as a command writes, and undone: a full disk, a file that cannot be written and a server that only
     * reads are seen. Inside a transaction of the page's own it is not tried.
     *
     * It also tells what the programme means for what is stored: tiers and stamp cards that members hold and the programme no
     * longer has, rewards that nobody can have, and what else `lint_program` finds beside a database; purchases in the outbox
     * that wait for long or failed; and triggers of the shop that write to the engine's tables.
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
