/*
 * loyalty.h - a loyalty engine inside your own program: points with expiry, tiers, scores and rewards.
 *
 * Generated from the crate loyalty-ffi; do not edit. Works as C99 and later and as C++11 and later.
 *
 *     loyalty_options options = {0};
 *     loyalty_engine *engine = NULL;
 *     loyalty_error *error = NULL;
 *     char *reply = NULL;
 *     options.size = sizeof options;
 *     options.database = "sqlite:loyalty.db";
 *     if (loyalty_open(&options, &engine, &error) == LOYALTY_OK) {
 *         const char *order = "{\"user_id\":7,\"amount\":12990,\"order_id\":\"A-17\"}";
 *         if (loyalty_call(engine, "earn_points", order, strlen(order), &reply, &error) == LOYALTY_OK) {
 *             puts(reply);
 *             loyalty_string_free(reply);
 *         }
 *         loyalty_close(engine);
 *     }
 *     if (error != NULL) {
 *         fprintf(stderr, "%s: %s\n", loyalty_error_code(error), loyalty_error_message(error));
 *         loyalty_error_free(error);
 *     }
 *
 * Compile and link with `cc till.c $(pkg-config --cflags --libs loyalty)`.
 *
 * CALLS
 *   - A function that can fail returns a loyalty_status. LOYALTY_OK is 0; the comment of each function lists the others.
 *   - Outputs come last. They are written only when the status is LOYALTY_OK; on failure they stay unchanged.
 *   - The last parameter, `error`, may be NULL if the status is enough. Otherwise `*error` is set to NULL on success, and
 *     on failure to an error that the caller frees with loyalty_error_free, before the variable is used again.
 *   - Any operation runs through loyalty_call, with JSON in and out. The five most frequent also exist as functions with
 *     structs. Both do the same and may be mixed.
 *   - The operations with their arguments and replies are in operations.md, the codes of errors in errors.md; both are
 *     installed beside this header, in share/doc/loyalty. loyalty_operations lists them with JSON schemas.
 *   - Tools that read declarations (cdef of LuaJIT and cffi, importers of Ruby, bindgen) read loyalty.flat.h, which is
 *     installed beside this header.
 *   - Repeating a command with the same `order_id` or `key` returns the first answer and changes nothing. So after
 *     LOYALTY_UNAVAILABLE, or when in doubt, call again.
 *
 * OWNERSHIP
 *   - What you pass in stays yours and is read during the call only.
 *   - What you get is yours: engines go to loyalty_close, errors to loyalty_error_free, texts to loyalty_string_free,
 *     each once. The reply structs hold no pointers: there is nothing in them to free.
 *   - Texts are UTF-8 and end in NUL, unless a length is passed with them.
 *
 * NULL
 *   NULL where a value is required (also for the engine) returns LOYALTY_INVALID, and the error names the argument. So does
 *   a pointer that is not aligned for its type. All functions that close or free accept NULL and do nothing. The library
 *   cannot check that a pointer which is not NULL points to what its type says, and to enough of it: ensure that.
 *
 * STRUCTS
 *   Each begins with `size`; set it to the sizeof of the struct. A size that differs from this version's returns
 *   LOYALTY_INVALID, and nothing beyond `size` is read. Reserved fields that you pass in must be 0, so set the whole struct
 *   to 0 first.
 *
 * THREADS
 *   Any number of threads may use an engine at once. Each thread gets its own connection on its first call and gives it
 *   back when the thread ends. No state that a caller could see is in thread-local variables: the error of a call is in its
 *   own `error`. Destructors that run after a thread's end must not use the library.
 *
 * FORKS
 *   A child may use an engine that it inherited: it gets its own connections, and those of the parent stay untouched (the
 *   child keeps their memory until it ends). As with every library with locks, no thread may be inside this library at the
 *   moment of the fork. It is best to open the engine after the fork.
 *
 * FAILURES
 *   Nothing here ends your program or jumps out of it: after a defect of the engine, the call returns LOYALTY_INTERNAL,
 *   is rolled back, writes a line to stderr and leaves the engine usable. The process ends only when memory runs out, as
 *   most programs do. The database file belongs to the engine: do not open it with another copy of SQLite in the same
 *   process; to protect the data, the engine then refuses calls with LOYALTY_UNAVAILABLE.
 */


#ifndef LOYALTY_H
#define LOYALTY_H

#include <stddef.h>
#include <stdint.h>

/**
 * The constants below once more, for debuggers and for tools that read no macros.
 */
enum {
  LOYALTY_TIER_SIZE = 168,
  LOYALTY_CODE_SIZE = 48,
  LOYALTY_REASON_SIZE = 64,
  LOYALTY_DATE_SIZE = 16,
  LOYALTY_NEVER_VISITED = -1,
  LOYALTY_ITEM_SALE = 0,
  LOYALTY_ITEM_GIFT = 1,
  LOYALTY_ITEM_DISCOUNT = 2,
  LOYALTY_DISCOUNT_PERCENT = 0,
  LOYALTY_DISCOUNT_FIXED = 1,
  LOYALTY_DISCOUNT_FREE_ITEM = 2,
  LOYALTY_DISCOUNT_FREE_DELIVERY = 3,
  LOYALTY_ABI_VERSION = 1,
};

/**
 * Room for the id of a tier, with the NUL at its end: at most 40 characters of UTF-8.
 */
#define LOYALTY_TIER_SIZE 168

/**
 * Room for a code in groups for reading, with the NUL at its end.
 */
#define LOYALTY_CODE_SIZE 48

/**
 * Room for the code of a refusal, with the NUL at its end.
 */
#define LOYALTY_REASON_SIZE 64

/**
 * Room for a date, `YYYY-MM-DD`, with the NUL at its end and padded with 0.
 */
#define LOYALTY_DATE_SIZE 16

/**
 * `days_since_last_visit` of a user who never came.
 */
#define LOYALTY_NEVER_VISITED -1

/**
 * `loyalty_item.kind`: bought.
 */
#define LOYALTY_ITEM_SALE 0

/**
 * `loyalty_item.kind`: a gift; it does not count as a product bought.
 */
#define LOYALTY_ITEM_GIFT 1

/**
 * `loyalty_item.kind`: a discount line; it does not count as a product bought.
 */
#define LOYALTY_ITEM_DISCOUNT 2

/**
 * `discount_type`: a percentage of the order; `discount_value` says how many percent.
 */
#define LOYALTY_DISCOUNT_PERCENT 0

/**
 * `discount_type`: an amount of money; `discount_value` says how much.
 */
#define LOYALTY_DISCOUNT_FIXED 1

/**
 * `discount_type`: one item or set, free.
 */
#define LOYALTY_DISCOUNT_FREE_ITEM 2

/**
 * `discount_type`: free delivery.
 */
#define LOYALTY_DISCOUNT_FREE_DELIVERY 3

/**
 * The version of the binary interface that this header describes; also the number of the library's soname.
 *
 * It rises when a program that was compiled with an older header would no longer work. New functions do not raise it.
 */
#define LOYALTY_ABI_VERSION 1

/**
 * What a function returns: `LOYALTY_OK`, or what the caller should do next.
 *
 * Values are never changed or used again. Treat an unknown one as `LOYALTY_INTERNAL`.
 */
typedef int32_t loyalty_status;
enum {
  /**
   * Done. The outputs are written only with this status.
   */
  LOYALTY_OK = 0,
  /**
   * The call is wrong: correct the field that the error names.
   */
  LOYALTY_INVALID = 1,
  /**
   * The thing named does not exist.
   */
  LOYALTY_NOT_FOUND = 2,
  /**
   * The programme says no; the error's code says why, and its details say what is missing.
   */
  LOYALTY_REFUSED = 3,
  /**
   * The same idempotency key was used before with other arguments.
   */
  LOYALTY_CONFLICT = 4,
  /**
   * The database cannot serve the call now: try again, or call the operator.
   */
  LOYALTY_UNAVAILABLE = 5,
  /**
   * A defect of the engine or a broken database. The engine stays usable.
   */
  LOYALTY_INTERNAL = 6,
};

/**
 * An open engine. The pointer is a ticket: the library never reads it as an address, and a caller must not look behind
 * it.
 *
 * So a closed engine is always recognised: a call with it is `LOYALTY_INVALID`, not a crash.
 */
typedef struct loyalty_engine loyalty_engine;

/**
 * An error: a status, a stable code, a message for a developer's log, and details as JSON.
 *
 * It belongs to the caller, who frees it with `loyalty_error_free`. It never changes, so threads may share it.
 */
typedef struct loyalty_error loyalty_error;

/**
 * How to open an engine.
 *
 * Set all fields to 0 first (`loyalty_options options = {0};`), then `size`, then what you need.
 */
typedef struct loyalty_options {
  /**
   * `sizeof(loyalty_options)`.
   */
  uint32_t size;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * The database, like `"sqlite:/var/lib/shop/loyalty.db"`, optionally followed by settings like `?durability=full`
   * or `?busy_timeout_ms=2000`. `"sqlite::memory:"` is a database in memory, a separate one for each thread.
   */
  const char *database;
  /**
   * The programme: the path of a TOML file, or NULL for the compiled-in one.
   */
  const char *program;
  /**
   * 0.
   */
  uint64_t reserved_words[4];
} loyalty_options;

/**
 * A decimal number, `digits` times 10^-`scale`: 12990 is `{12990, 0, 0}`, 129.90 is `{12990, 2, 0}`.
 *
 * Money is in major units of the programme's currency. What you pass in may have fewer decimals than the currency. It
 * may have more only if the extra ones are zeros, as a database column may give them. A scale of 3 is accepted only if
 * the currency has three decimals, because `{12000, 3, 0}` might mean thousands. Money in a reply has exactly the
 * decimals of the currency, so `digits` counts its minor units.
 */
typedef struct loyalty_decimal {
  /**
   * The digits, with their sign; at most 18.
   */
  int64_t digits;
  /**
   * How many of them are after the decimal point, 0 to 18.
   */
  uint32_t scale;
  /**
   * 0.
   */
  uint32_t reserved;
} loyalty_decimal;

/**
 * The arguments of `loyalty_calculate_score`. Set all fields to 0 first, then `size`, then what you need.
 */
typedef struct loyalty_calculate_score_args {
  /**
   * `sizeof(loyalty_calculate_score_args)`.
   */
  uint32_t size;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * Visits in the last 90 days (the programme's frequency window).
   */
  int64_t visits_90_days;
  /**
   * Money spent in the last 365 days (the programme's amount window), in major units.
   */
  struct loyalty_decimal spent_365_days;
  /**
   * Whole local days since the last visit, or `LOYALTY_NEVER_VISITED`.
   */
  int64_t days_since_last_visit;
  /**
   * Different products bought.
   */
  int64_t distinct_products;
  /**
   * Referrals that led to a purchase.
   */
  int64_t successful_referrals;
  /**
   * 0.
   */
  uint64_t reserved_words[4];
} loyalty_calculate_score_args;

/**
 * What `loyalty_calculate_score` returns, in hundredths: 5430 is 54.30. Set `size` before the call; the other fields
 * are written on success.
 */
typedef struct loyalty_calculate_score_reply {
  /**
   * `sizeof(loyalty_calculate_score_reply)`.
   */
  uint32_t size;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * The weighted sum, 0 to 10000.
   */
  int64_t score;
  /**
   * Visits, 0 to 10000.
   */
  int64_t frequency;
  /**
   * Money, 0 to 10000.
   */
  int64_t amount;
  /**
   * How recent the last visit is, 0 to 10000.
   */
  int64_t recency;
  /**
   * Different products, 0 to 10000.
   */
  int64_t variety;
  /**
   * Successful referrals, 0 to 10000.
   */
  int64_t referral;
  /**
   * 0.
   */
  uint64_t reserved_words[4];
} loyalty_calculate_score_reply;

/**
 * One line of an order.
 */
typedef struct loyalty_item {
  /**
   * `sizeof(loyalty_item)`.
   */
  uint32_t size;
  /**
   * One of `LOYALTY_ITEM_…`.
   */
  int32_t kind;
  /**
   * Article number: 1 to 64 bytes.
   */
  const char *sku;
  /**
   * How many, 1 to 9999.
   */
  int64_t quantity;
  /**
   * What the line cost, or NULL.
   */
  const struct loyalty_decimal *amount;
  /**
   * Tax inside the amount, or NULL.
   */
  const struct loyalty_decimal *tax;
  /**
   * Category of the article, or NULL.
   */
  const char *category;
  /**
   * Labels of the article, like `vegan` or `colour:red`: `label_count` texts in a row. May be NULL when there are none.
   */
  const char *const *labels;
  /**
   * How many labels, at most 20.
   */
  size_t label_count;
  /**
   * 0.
   */
  uint64_t reserved[2];
} loyalty_item;

/**
 * The arguments of `loyalty_earn_points`. Set all fields to 0 first, then `size`, then what you need.
 */
typedef struct loyalty_earn_points_args {
  /**
   * `sizeof(loyalty_earn_points_args)`.
   */
  uint32_t size;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * The user who paid: the host's own id, above 0.
   */
  int64_t user_id;
  /**
   * Amount paid, in major units of the programme's currency; it may be 0 when `points` is given.
   */
  struct loyalty_decimal amount;
  /**
   * The order that the points are for, 1 to 64 bytes, or NULL. It is the idempotency key when no other is given.
   */
  const char *order_id;
  /**
   * What was bought: `item_count` lines in a row. May be NULL when there are none.
   */
  const struct loyalty_item *items;
  /**
   * How many lines, at most 500.
   */
  size_t item_count;
  /**
   * Shop or till where it was paid, for rules about shops, 1 to 64 bytes, or NULL.
   */
  const char *shop;
  /**
   * Tax inside the amount, or NULL for the sum of the tax of the items.
   */
  const struct loyalty_decimal *tax;
  /**
   * Part of the amount that was paid with points, or NULL.
   */
  const struct loyalty_decimal *points_paid;
  /**
   * Part of the amount that was paid with gift cards, or NULL.
   */
  const struct loyalty_decimal *gift_card_paid;
  /**
   * Points of the purchase, 0 or more, when the host has calculated them; NULL for those of the programme's rules.
   */
  const int64_t *points;
  /**
   * What the member reads in the history, or NULL for a text with the order.
   */
  const char *description;
  /**
   * When it happened, in microseconds since 1970-01-01T00:00:00Z; 0 is now.
   */
  int64_t at_micros;
  /**
   * Idempotency key, 1 to 128 bytes, or NULL.
   */
  const char *key;
  /**
   * Who did it, for the audit trail, 1 to 64 bytes, or NULL.
   */
  const char *actor;
  /**
   * 0.
   */
  uint64_t reserved_words[4];
} loyalty_earn_points_args;

/**
 * What `loyalty_earn_points` returns. Set `size` before the call; the other fields are written on success.
 */
typedef struct loyalty_earn_points_reply {
  /**
   * `sizeof(loyalty_earn_points_reply)`.
   */
  uint32_t size;
  /**
   * 1 when this is the answer to an earlier call, else 0.
   */
  uint32_t replayed;
  /**
   * The ledger entry.
   */
  int64_t transaction_id;
  /**
   * Points of this purchase.
   */
  int64_t points_earned;
  /**
   * Spendable points after this call; below 0 when points are owed.
   */
  int64_t balance;
  /**
   * What is missing to reach the next tier, in the unit of the programme's metric; 0 at the top.
   */
  int64_t points_to_next_tier;
  /**
   * When these points end, in microseconds since 1970; 0 when they never end or when there are none.
   */
  int64_t expires_at_micros;
  /**
   * Tier before.
   */
  char tier_before[LOYALTY_TIER_SIZE];
  /**
   * Tier after.
   */
  char tier[LOYALTY_TIER_SIZE];
  /**
   * 1 when the tier changed, else 0.
   */
  uint32_t tier_changed;
  /**
   * How many redemptions the programme's `[auto_redeem]` made from the points at once.
   */
  uint32_t redemption_count;
  /**
   * 0.
   */
  uint64_t reserved_words[4];
} loyalty_earn_points_reply;

/**
 * The arguments of `loyalty_points`. Set all fields to 0 first, then `size`, then what you need.
 */
typedef struct loyalty_points_args {
  /**
   * `sizeof(loyalty_points_args)`.
   */
  uint32_t size;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * The member.
   */
  int64_t user_id;
  /**
   * The moment, past or future, in microseconds since 1970-01-01T00:00:00Z; 0 is now.
   */
  int64_t as_of_micros;
  /**
   * 0.
   */
  uint64_t reserved_words[4];
} loyalty_points_args;

/**
 * What `loyalty_points` returns. Set `size` before the call; the other fields are written on success.
 */
typedef struct loyalty_points_reply {
  /**
   * `sizeof(loyalty_points_reply)`.
   */
  uint32_t size;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * The member.
   */
  int64_t user_id;
  /**
   * Points that can be spent.
   */
  int64_t available;
  /**
   * Points earned that cannot be spent yet.
   */
  int64_t pending;
  /**
   * Points set aside for an open bill.
   */
  int64_t held;
  /**
   * Points owed.
   */
  int64_t debt;
  /**
   * Points earned in a lifetime, refunds subtracted.
   */
  int64_t lifetime;
  /**
   * How many points end next; 0 when no points end.
   */
  int64_t next_expiry_points;
  /**
   * The last local day on which they can be spent; `""` when none end.
   */
  char next_expiry_date[LOYALTY_DATE_SIZE];
  /**
   * 0.
   */
  uint64_t reserved_words[4];
} loyalty_points_reply;

/**
 * The arguments of `loyalty_redeem_reward`. Set all fields to 0 first, then `size`, then what you need.
 */
typedef struct loyalty_redeem_reward_args {
  /**
   * `sizeof(loyalty_redeem_reward_args)`.
   */
  uint32_t size;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * The member who pays with points.
   */
  int64_t user_id;
  /**
   * The reward.
   */
  int64_t reward_id;
  /**
   * How many pieces; 0 is 1.
   */
  int64_t quantity;
  /**
   * The order it is redeemed for, 1 to 64 bytes, or NULL.
   */
  const char *order_id;
  /**
   * When it happened, in microseconds since 1970-01-01T00:00:00Z; 0 is now.
   */
  int64_t at_micros;
  /**
   * Idempotency key, 1 to 128 bytes, or NULL. Without one a retry may redeem twice.
   */
  const char *key;
  /**
   * Who did it, for the audit trail, 1 to 64 bytes, or NULL.
   */
  const char *actor;
  /**
   * 0.
   */
  uint64_t reserved_words[4];
} loyalty_redeem_reward_args;

/**
 * What `loyalty_redeem_reward` returns. Set `size` before the call; the other fields are written on success.
 */
typedef struct loyalty_redeem_reward_reply {
  /**
   * `sizeof(loyalty_redeem_reward_reply)`.
   */
  uint32_t size;
  /**
   * 1 when this is the answer to an earlier call, else 0.
   */
  uint32_t replayed;
  /**
   * Id of the redemption, and of the ledger entry.
   */
  int64_t redemption_id;
  /**
   * Pieces.
   */
  int64_t quantity;
  /**
   * Points taken.
   */
  int64_t points_spent;
  /**
   * Money to be paid in addition, in major units.
   */
  struct loyalty_decimal money_due;
  /**
   * Spendable points after this call.
   */
  int64_t balance;
  /**
   * Id of the coupon.
   */
  int64_t coupon_id;
  /**
   * The coupon's code, in groups for reading.
   */
  char coupon_code[LOYALTY_CODE_SIZE];
  /**
   * What the coupon takes off: one of `LOYALTY_DISCOUNT_…`.
   */
  int32_t discount_type;
  /**
   * 1 when the discount has a highest amount, else 0.
   */
  uint32_t has_max_discount;
  /**
   * How much it takes off.
   */
  struct loyalty_decimal discount_value;
  /**
   * Highest discount in money, when there is one.
   */
  struct loyalty_decimal max_discount;
  /**
   * From when the coupon is good, in microseconds since 1970.
   */
  int64_t valid_from_micros;
  /**
   * Until when the coupon is good, in microseconds since 1970; 0 without an end.
   */
  int64_t valid_until_micros;
  /**
   * 0.
   */
  uint64_t reserved_words[4];
} loyalty_redeem_reward_reply;

/**
 * The arguments of `loyalty_validate_coupon`. Set all fields to 0 first, then `size`, then what you need.
 */
typedef struct loyalty_validate_coupon_args {
  /**
   * `sizeof(loyalty_validate_coupon_args)`.
   */
  uint32_t size;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * The code, as typed.
   */
  const char *code;
  /**
   * Amount of the order before any coupon, delivery and tax included, in major units.
   */
  struct loyalty_decimal amount;
  /**
   * Who would use it; 0 when nobody is known.
   */
  int64_t user_id;
  /**
   * What would be bought: `item_count` lines in a row. May be NULL when there are none.
   */
  const struct loyalty_item *items;
  /**
   * How many lines, at most 500.
   */
  size_t item_count;
  /**
   * The part of the amount that is for the delivery.
   */
  struct loyalty_decimal delivery;
  /**
   * The tax inside the amount, or NULL for the sum of the tax of the lines.
   */
  const struct loyalty_decimal *tax;
  /**
   * The order, 1 to 64 bytes, or NULL: coupons that it already uses count.
   */
  const char *order_id;
  /**
   * Who asks: a network address or a till, 1 to 64 bytes, or NULL. Failed look-ups are counted for each.
   */
  const char *actor;
  /**
   * When, in microseconds since 1970-01-01T00:00:00Z; 0 is now.
   */
  int64_t at_micros;
  /**
   * 0.
   */
  uint64_t reserved_words[4];
} loyalty_validate_coupon_args;

/**
 * What `loyalty_validate_coupon` returns. Set `size` before the call; the other fields are written on success.
 */
typedef struct loyalty_validate_coupon_reply {
  /**
   * `sizeof(loyalty_validate_coupon_reply)`.
   */
  uint32_t size;
  /**
   * 1 when it can be used, else 0.
   */
  uint32_t allowed;
  /**
   * What it takes off; 0 when it cannot be used.
   */
  struct loyalty_decimal discount;
  /**
   * What is left to pay of the order.
   */
  struct loyalty_decimal amount_left;
  /**
   * What it takes off the delivery.
   */
  struct loyalty_decimal delivery_discount;
  /**
   * The refusal code when it cannot be used, else `""`.
   */
  char because[LOYALTY_REASON_SIZE];
  /**
   * 0.
   */
  uint64_t reserved_words[4];
} loyalty_validate_coupon_reply;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Opens an engine, and creates the database or updates its schema.
 *
 * On success `*engine` is the engine; close it with `loyalty_close`. `options` is read during the call only.
 *
 * Errors: `LOYALTY_INVALID` for NULL, a wrong size, text that is not UTF-8, a wrong setting or a wrong programme file;
 * `LOYALTY_UNAVAILABLE` when the database cannot be opened.
 *
 * Threads: any; engines may be opened at the same time, even on one database. Fork: open after the fork where you can;
 * the chapter on forks above describes an engine that was opened before a fork.
 */
loyalty_status loyalty_open(const struct loyalty_options *options,
                            struct loyalty_engine **engine,
                            struct loyalty_error **error);

/**
 * Closes an engine. NULL does nothing, and neither does an engine that is already closed.
 *
 * Calls of other threads that are running finish normally; later ones are `LOYALTY_INVALID`. The connections of other
 * threads are closed when these threads end or next use the library.
 *
 * Threads: any. Fork: a child may close what it inherited; the parent's engine stays open.
 */
void loyalty_close(struct loyalty_engine *engine);

/**
 * Fixes the clock of an engine, for tests and replays; NULL restores the operating system's clock.
 *
 * `now` is RFC 3339, like `"2026-03-02T09:30:00-03:00"`. A shop never calls this: for a purchase that happened
 * earlier, every command takes `at`.
 *
 * Errors: `LOYALTY_INVALID` for a NULL or closed engine, or when the text is not such an instant.
 *
 * Threads: any; the clock applies to all threads of the engine. Fork: the child keeps the clock that it inherited.
 */
loyalty_status loyalty_fix_now(const struct loyalty_engine *engine,
                               const char *now,
                               struct loyalty_error **error);

/**
 * Returns the status of an error; `LOYALTY_OK` for NULL.
 *
 * Threads: any. Cannot fail.
 */
loyalty_status loyalty_error_status(const struct loyalty_error *error);

/**
 * Returns the stable code of an error, like `"insufficient_points"`; `""` for NULL.
 *
 * Programs compare it; errors.md lists the codes. The text belongs to the error and is valid as long as the error.
 * Threads: any. Cannot fail.
 */
const char *loyalty_error_code(const struct loyalty_error *error);

/**
 * Returns the message of an error, for a developer's log and never for a member; `""` for NULL.
 *
 * The text belongs to the error and is valid as long as the error. Threads: any. Cannot fail.
 */
const char *loyalty_error_message(const struct loyalty_error *error);

/**
 * Returns the text of an error for a member, like `"Te faltan 400 puntos."`; `""` for NULL.
 *
 * `locale` is a language for members, `"es-CL"` or `"en"`, also written `"es"` or `"en_US"`. NULL, another language,
 * or text that is not UTF-8 gives the language of the programme.
 *
 * The text belongs to the error and is valid as long as the error. Threads: any. Cannot fail.
 */
const char *loyalty_error_guest_message(const struct loyalty_error *error,
                                        const char *locale);

/**
 * Returns the details of an error as a JSON object, like `{"needed":1000,"available":600,"missing":400}`; `"{}"` for NULL.
 *
 * `field` names a wrong argument. The text belongs to the error and is valid as long as the error. Threads: any.
 * Cannot fail.
 */
const char *loyalty_error_details(const struct loyalty_error *error);

/**
 * Reads a whole number from an error's details, like `"missing"` of `"insufficient_points"`, without a JSON parser.
 *
 * On success `*number` is that number. Errors: `LOYALTY_NOT_FOUND` when the details have no whole number of this name,
 * or `error` is NULL; `LOYALTY_INVALID` for another NULL or text that is not UTF-8.
 *
 * Threads: any.
 */
loyalty_status loyalty_error_number(const struct loyalty_error *error,
                                    const char *name,
                                    int64_t *number);

/**
 * Frees an error and the texts that belong to it. NULL does nothing.
 *
 * Threads: any, but only once for each error, and not while another thread reads it.
 */
void loyalty_error_free(struct loyalty_error *error);

/**
 * Runs any operation by its name, with its arguments as a JSON object.
 *
 * `name` is a name from operations.md, like `"earn_points"`. `arguments` points to `arguments_length` bytes of UTF-8,
 * at most 16 MiB, like `{"user_id":7,"amount":12990}`; an operation without arguments takes `{}`. Every command also
 * takes `at`, `key` and `actor`. An unknown argument is an error.
 *
 * On success `*reply` is the answer: a JSON object as a text that ends in NUL. Free it with `loyalty_string_free`. The
 * arguments are read during the call only.
 *
 * Errors: those of the operation; `LOYALTY_INVALID` for NULL, a closed engine, or arguments that are not UTF-8 or not
 * a JSON object (the error's field is `arguments`); `LOYALTY_NOT_FOUND` for an unknown name. A call that fails has
 * changed nothing; only a refusal under a key is recorded.
 *
 * Threads: any, at the same time on one engine. Fork: see the chapter above.
 */
loyalty_status loyalty_call(const struct loyalty_engine *engine,
                            const char *name,
                            const char *arguments,
                            size_t arguments_length,
                            char **reply,
                            struct loyalty_error **error);

/**
 * Frees a text that `loyalty_call` returned. NULL does nothing.
 *
 * Threads: any, but only once for each text. It accepts only texts of the library, whose memory does not come from
 * `malloc`.
 */
void loyalty_string_free(char *text);

/**
 * Returns the list of all operations with their schemas, as JSON, for programs that generate bindings or check
 * arguments.
 *
 * It is a list of objects: `name`; `kind`, which is `"command"`, `"question"` or `"calculation"`; `description`;
 * `arguments`, the JSON schema of what `loyalty_call` takes; `reply`, the schema of what it returns. The order is that
 * of operations.md.
 *
 * The text belongs to the library; never free it. Threads: any. Cannot fail.
 */
const char *loyalty_operations(void);

/**
 * Calculates a score from given numbers: the operation `calculate_score` without JSON. It does not use the database.
 *
 * On success `*reply` is filled; it holds no pointers and nothing to free. The arguments are read during the call only.
 *
 * Errors: `LOYALTY_INVALID` for NULL, a wrong size, a reserved field that is not 0, or a number out of range.
 *
 * Threads: any, at the same time on one engine. Fork: a child may call it on an engine that it inherited.
 */
loyalty_status loyalty_calculate_score(const struct loyalty_engine *engine,
                                       const struct loyalty_calculate_score_args *arguments,
                                       struct loyalty_calculate_score_reply *reply,
                                       struct loyalty_error **error);

/**
 * Credits points for a paid order: the operation `earn_points` without JSON.
 *
 * A repeat with the same order returns the first receipt and changes nothing, so a retry is always safe. For the parts
 * of the points (`because`), use `loyalty_call` with `explain`; for the rewards that `[auto_redeem]` redeemed, use
 * `loyalty_call` with `earn_points`.
 *
 * On success `*reply` is filled; it holds no pointers and nothing to free. The arguments are read during the call only.
 *
 * Errors: those of the operation; `LOYALTY_INVALID` for NULL where the struct does not allow it, a wrong size, a
 * reserved field that is not 0, or text that is not UTF-8.
 *
 * Threads: any, at the same time on one engine. Fork: see the chapter above.
 */
loyalty_status loyalty_earn_points(const struct loyalty_engine *engine,
                                   const struct loyalty_earn_points_args *arguments,
                                   struct loyalty_earn_points_reply *reply,
                                   struct loyalty_error **error);

/**
 * Returns a member's points, now or at another moment: the operation `points` without JSON.
 *
 * On success `*reply` is filled; it holds no pointers and nothing to free. The arguments are read during the call only.
 *
 * Errors: `LOYALTY_NOT_FOUND` for an unknown member; `LOYALTY_INVALID` for NULL, a wrong size, or a reserved field
 * that is not 0.
 *
 * Threads: any, at the same time on one engine. Fork: see the chapter above.
 */
loyalty_status loyalty_points(const struct loyalty_engine *engine,
                              const struct loyalty_points_args *arguments,
                              struct loyalty_points_reply *reply,
                              struct loyalty_error **error);

/**
 * Exchanges points for a reward and issues its coupon: the operation `redeem_reward` without JSON.
 *
 * On success `*reply` is filled; it holds no pointers and nothing to free. The arguments are read during the call only.
 *
 * Errors: those of the operation, above all `LOYALTY_REFUSED` with what is missing; `LOYALTY_INVALID` for NULL where
 * the struct does not allow it, a wrong size, a reserved field that is not 0, or text that is not UTF-8.
 *
 * Threads: any, at the same time on one engine. Fork: see the chapter above.
 */
loyalty_status loyalty_redeem_reward(const struct loyalty_engine *engine,
                                     const struct loyalty_redeem_reward_args *arguments,
                                     struct loyalty_redeem_reward_reply *reply,
                                     struct loyalty_error **error);

/**
 * Reports whether a code can be used and what it would take off: the operation `validate_coupon` without JSON.
 *
 * It is a question: for a code that cannot be used it returns `LOYALTY_OK` with `allowed` 0. For the discount of each
 * line and for what is missing, use `loyalty_call` with `validate_coupon`.
 *
 * On success `*reply` is filled; it holds no pointers and nothing to free. The arguments are read during the call only.
 *
 * Errors: those of the operation; `LOYALTY_INVALID` for NULL where the struct does not allow it, a wrong size, a
 * reserved field that is not 0, or text that is not UTF-8.
 *
 * Threads: any, at the same time on one engine. Fork: see the chapter above.
 */
loyalty_status loyalty_validate_coupon(const struct loyalty_engine *engine,
                                       const struct loyalty_validate_coupon_args *arguments,
                                       struct loyalty_validate_coupon_reply *reply,
                                       struct loyalty_error **error);

/**
 * Returns the version of the binary interface of the library that was loaded.
 *
 * When you load the library by hand (`dlopen`), compare it with `LOYALTY_ABI_VERSION`, the version of the header. A
 * program that is linked as usual gets the right library by the soname.
 *
 * Threads: any. Cannot fail.
 */
uint32_t loyalty_abi_version(void);

/**
 * Returns the release of the library, like `"0.1.0"`.
 *
 * The text belongs to the library; never free it. Threads: any. Cannot fail.
 */
const char *loyalty_version(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* LOYALTY_H */
