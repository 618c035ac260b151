/*
 * loyalty.flat.h - the declarations of loyalty.h for tools that read them: cdef of LuaJIT and of Python's cffi, importers
 * of Ruby, bindgen and the like.
 *
 * Generated from loyalty.h; do not edit. It needs no other header and no preprocessor, each declaration is on one line or,
 * for a struct, one line a field, and no name is declared twice. Constants are enums, sizes of arrays are numbers. The
 * integers are those of C on every system that the library is built for: int has 32 bits, long long 64, and unsigned
 * long is size_t. What each function does stands in loyalty.h. A C or C++ program includes that one.
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

typedef int loyalty_status;

enum {
  LOYALTY_OK = 0,
  LOYALTY_INVALID = 1,
  LOYALTY_NOT_FOUND = 2,
  LOYALTY_REFUSED = 3,
  LOYALTY_CONFLICT = 4,
  LOYALTY_UNAVAILABLE = 5,
  LOYALTY_INTERNAL = 6,
};

typedef struct loyalty_engine loyalty_engine;
typedef struct loyalty_error loyalty_error;

typedef struct loyalty_options {
  unsigned int size;
  unsigned int reserved;
  const char *database;
  const char *program;
  unsigned long long reserved_words[4];
} loyalty_options;

typedef struct loyalty_decimal {
  long long digits;
  unsigned int scale;
  unsigned int reserved;
} loyalty_decimal;

typedef struct loyalty_calculate_score_args {
  unsigned int size;
  unsigned int reserved;
  long long visits_90_days;
  struct loyalty_decimal spent_365_days;
  long long days_since_last_visit;
  long long distinct_products;
  long long successful_referrals;
  unsigned long long reserved_words[4];
} loyalty_calculate_score_args;

typedef struct loyalty_calculate_score_reply {
  unsigned int size;
  unsigned int reserved;
  long long score;
  long long frequency;
  long long amount;
  long long recency;
  long long variety;
  long long referral;
  unsigned long long reserved_words[4];
} loyalty_calculate_score_reply;

typedef struct loyalty_item {
  unsigned int size;
  int kind;
  const char *sku;
  long long quantity;
  const struct loyalty_decimal *amount;
  const struct loyalty_decimal *tax;
  const char *category;
  const char *const *labels;
  unsigned long label_count;
  unsigned long long reserved[2];
} loyalty_item;

typedef struct loyalty_earn_points_args {
  unsigned int size;
  unsigned int reserved;
  long long user_id;
  struct loyalty_decimal amount;
  const char *order_id;
  const struct loyalty_item *items;
  unsigned long item_count;
  const char *shop;
  const struct loyalty_decimal *tax;
  const struct loyalty_decimal *points_paid;
  const struct loyalty_decimal *gift_card_paid;
  const long long *points;
  const char *description;
  long long at_micros;
  const char *key;
  const char *actor;
  unsigned long long reserved_words[4];
} loyalty_earn_points_args;

typedef struct loyalty_earn_points_reply {
  unsigned int size;
  unsigned int replayed;
  long long transaction_id;
  long long points_earned;
  long long balance;
  long long points_to_next_tier;
  long long expires_at_micros;
  char tier_before[168];
  char tier[168];
  unsigned int tier_changed;
  unsigned int redemption_count;
  unsigned long long reserved_words[4];
} loyalty_earn_points_reply;

typedef struct loyalty_points_args {
  unsigned int size;
  unsigned int reserved;
  long long user_id;
  long long as_of_micros;
  unsigned long long reserved_words[4];
} loyalty_points_args;

typedef struct loyalty_points_reply {
  unsigned int size;
  unsigned int reserved;
  long long user_id;
  long long available;
  long long pending;
  long long held;
  long long debt;
  long long lifetime;
  long long next_expiry_points;
  char next_expiry_date[16];
  unsigned long long reserved_words[4];
} loyalty_points_reply;

typedef struct loyalty_redeem_reward_args {
  unsigned int size;
  unsigned int reserved;
  long long user_id;
  long long reward_id;
  long long quantity;
  const char *order_id;
  long long at_micros;
  const char *key;
  const char *actor;
  unsigned long long reserved_words[4];
} loyalty_redeem_reward_args;

typedef struct loyalty_redeem_reward_reply {
  unsigned int size;
  unsigned int replayed;
  long long redemption_id;
  long long quantity;
  long long points_spent;
  struct loyalty_decimal money_due;
  long long balance;
  long long coupon_id;
  char coupon_code[48];
  int discount_type;
  unsigned int has_max_discount;
  struct loyalty_decimal discount_value;
  struct loyalty_decimal max_discount;
  long long valid_from_micros;
  long long valid_until_micros;
  unsigned long long reserved_words[4];
} loyalty_redeem_reward_reply;

typedef struct loyalty_validate_coupon_args {
  unsigned int size;
  unsigned int reserved;
  const char *code;
  struct loyalty_decimal amount;
  long long user_id;
  const struct loyalty_item *items;
  unsigned long item_count;
  struct loyalty_decimal delivery;
  const struct loyalty_decimal *tax;
  const char *order_id;
  const char *actor;
  long long at_micros;
  unsigned long long reserved_words[4];
} loyalty_validate_coupon_args;

typedef struct loyalty_validate_coupon_reply {
  unsigned int size;
  unsigned int allowed;
  struct loyalty_decimal discount;
  struct loyalty_decimal amount_left;
  struct loyalty_decimal delivery_discount;
  char because[64];
  unsigned long long reserved_words[4];
} loyalty_validate_coupon_reply;

loyalty_status loyalty_open(const struct loyalty_options *options, struct loyalty_engine **engine, struct loyalty_error **error);
void loyalty_close(struct loyalty_engine *engine);
loyalty_status loyalty_fix_now(const struct loyalty_engine *engine, const char *now, struct loyalty_error **error);
loyalty_status loyalty_error_status(const struct loyalty_error *error);
const char *loyalty_error_code(const struct loyalty_error *error);
const char *loyalty_error_message(const struct loyalty_error *error);
const char *loyalty_error_guest_message(const struct loyalty_error *error, const char *locale);
const char *loyalty_error_details(const struct loyalty_error *error);
loyalty_status loyalty_error_number(const struct loyalty_error *error, const char *name, long long *number);
void loyalty_error_free(struct loyalty_error *error);
loyalty_status loyalty_call(const struct loyalty_engine *engine, const char *name, const char *arguments, unsigned long arguments_length, char **reply, struct loyalty_error **error);
void loyalty_string_free(char *text);
const char *loyalty_operations(void);
loyalty_status loyalty_calculate_score(const struct loyalty_engine *engine, const struct loyalty_calculate_score_args *arguments, struct loyalty_calculate_score_reply *reply, struct loyalty_error **error);
loyalty_status loyalty_earn_points(const struct loyalty_engine *engine, const struct loyalty_earn_points_args *arguments, struct loyalty_earn_points_reply *reply, struct loyalty_error **error);
loyalty_status loyalty_points(const struct loyalty_engine *engine, const struct loyalty_points_args *arguments, struct loyalty_points_reply *reply, struct loyalty_error **error);
loyalty_status loyalty_redeem_reward(const struct loyalty_engine *engine, const struct loyalty_redeem_reward_args *arguments, struct loyalty_redeem_reward_reply *reply, struct loyalty_error **error);
loyalty_status loyalty_validate_coupon(const struct loyalty_engine *engine, const struct loyalty_validate_coupon_args *arguments, struct loyalty_validate_coupon_reply *reply, struct loyalty_error **error);
unsigned int loyalty_abi_version(void);
const char *loyalty_version(void);
