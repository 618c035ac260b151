#!/usr/bin/env bash
# Tests the café's pages as a browser would, with a database of its own. `make demo CHECK=1` calls it.
set -euo pipefail
cd "$(dirname "$0")"
. check/browser.sh

visit 200 health.php
has '{"status":"ok"}'

visit 303 loyalty.php
[ "$location" = index.php ] || fail "a stranger sees the member's page"

visit 200 index.php
has 'lang="es-CL"'
csrf=$(field csrf)
member=$(field user_id)
[ -n "$csrf" ] && [ -n "$member" ] || fail "no member to choose"
visit 403 index.php -d "user_id=$member"
visit 403 index.php -d "user_id=$member" -d csrf=0
cookie=$(awk '$6 == "cafe_vt" { print $7 }' "$jar")
visit 303 index.php -d "user_id=$member" -d "csrf=$csrf"
[ "$location" = loyalty.php ] || fail "the sign-in leads to $location"
[ "$cookie" != "$(awk '$6 == "cafe_vt" { print $7 }' "$jar")" ] || fail "the session id stays at the sign-in"

before=$(engine profile --user-id "$member" | number current_points)
visit 200 loyalty.php
has "<strong>$(written "$before")</strong>"
grep -qi '^Content-Security-Policy: default-src .none' "$folder/head" || fail "no content security policy"
older=$(grep -o 'loyalty.php?before=[0-9]*' "$page") || fail "no older history"
visit 200 "$older"
has 'loyalty.php#history'
visit 200 'loyalty.php?lang=en'
has 'points to spend'
has 'You keep '
has 'Your tier history'
visit 200 'loyalty.php?lang=es'

# The till: a form cannot set a price, and a double click pays once.
visit 200 'checkout.php?quantity%5BCAPPUCCINO%5D=2&quantity%5BGRANOS-250%5D=1&quantity%5BNOTHING%5D=1&amount=1'
has '$14.700'
csrf=$(field csrf)
order=$(field order)
visit 403 checkout.php -d "order=$order"
visit 303 checkout.php -d "order=$order" -d "csrf=$csrf"
receipt=$location
visit 303 checkout.php -d "order=$order" -d "csrf=$csrf"
[ "$location" = "$receipt" ] || fail "the second click has another receipt"
visit 200 "$receipt"
has "$order"
engine transactions --user-id "$member" --limit 1 >"$folder/entry"
earned=$(sed -n 's/.*"points_amount":\([0-9]*\).*/\1/p' "$folder/entry")
grep -qF "\"$order\"" "$folder/entry" || fail "the purchase is not the newest entry"
has "Ganaste $(written "$earned") puntos"
paid=$(engine profile --user-id "$member" | number current_points)
[ "$paid" -eq $((before + earned)) ] || fail "the balance is $paid, not $before + $earned"

# A part of a bill is paid with points: once, and the receipt says so.
visit 200 'checkout.php?quantity%5BCAPPUCCINO%5D=2'
csrf=$(field csrf)
order=$(field order)
has 'name="points" value="1"'
engine quote-payment --user-id "$member" --amount 99999999 | grep -qF '"allowed":true' || fail "points pay nothing"
visit 403 checkout.php -d "order=$order" -d points=1
visit 303 checkout.php -d "order=$order" -d points=1 -d "csrf=$csrf"
receipt=$location
visit 303 checkout.php -d "order=$order" -d "csrf=$csrf"
[ "$location" = "$receipt" ] || fail "the second click has another receipt"
visit 200 "$receipt"
has 'Pagado con'
used=$(engine pay-with-points --user-id "$member" --order-id "$order" --amount 1 2>&1 || true)
grep -qF idempotency_conflict <<<"$used" || fail "the order is not paid with points"
engine transactions --user-id "$member" --transaction-type redeem --limit 1 >"$folder/entry"
grep -qF "\"$order\"" "$folder/entry" || fail "the points are not taken for the order"
paid=$(engine profile --user-id "$member" | number current_points)

# A reward: a double click redeems once, and a made-up key is not taken.
visit 200 loyalty.php
has "<strong>$(written "$paid")</strong>"
csrf=$(field csrf)
reward=$(field reward_id)
key=$(field key)
[ -n "$reward" ] || fail "no reward can be had"
visit 405 redeem.php
visit 400 redeem.php -d "reward_id=$reward" -d key=mine -d "csrf=$csrf"
visit 303 redeem.php -d "reward_id=$reward" -d "key=$key" -d "csrf=$csrf"
visit 303 redeem.php -d "reward_id=$reward" -d "key=$key" -d "csrf=$csrf"
spent=$(engine redeem-reward --user-id "$member" --reward-id "$reward" --key "web-redeem-$member-$key" | number points_spent)
left=$(engine profile --user-id "$member" | number current_points)
[ "$left" -eq $((paid - spent)) ] || fail "the balance is $left, not $paid - $spent"
visit 200 loyalty.php
has "<strong>$(written "$left")</strong>"
has "<code>"
has "−$(written "$spent")"

# The coupon of the reward: once at the till, and not again.
has 'shape-rendering="crispEdges"'
has 'stamp full'
code=$(engine coupons --user-id "$member" | sed -n 's/.*"code":"\([^"]*\)".*/\1/p')
has "$code"
visit 200 'checkout.php?quantity%5BCAPPUCCINO%5D=2&coupon=NADA-1234'
has 'id="error-coupon"'
has 'value="NADA-1234"'
visit 200 "checkout.php?quantity%5BCAPPUCCINO%5D=2&coupon=$code"
has "Cupón $code"
csrf=$(field csrf)
order=$(field order)
visit 303 checkout.php -d "order=$order" -d "csrf=$csrf"
receipt=$location
visit 303 checkout.php -d "order=$order" -d "csrf=$csrf"
[ "$location" = "$receipt" ] || fail "the second click has another receipt"
visit 200 "$receipt"
has "Cupón $code"
visit 200 "checkout.php?quantity%5BCAPPUCCINO%5D=2&coupon=$code"
has 'id="error-coupon"'

# A gift card pays what is on it, once, and the points are those of the whole bill.
card=$(engine create-gift-card --amount 1000 | sed -n 's/.*"code":"\([^"]*\)".*/\1/p')
visit 200 'checkout.php?quantity%5BCAPPUCCINO%5D=2&card=NADA-1234'
has 'id="error-card"'
visit 200 "checkout.php?quantity%5BCAPPUCCINO%5D=2&card=$card"
has "Tarjeta de regalo $card"
csrf=$(field csrf)
order=$(field order)
visit 303 checkout.php -d "order=$order" -d "csrf=$csrf"
receipt=$location
visit 303 checkout.php -d "order=$order" -d "csrf=$csrf"
[ "$location" = "$receipt" ] || fail "the second click has another receipt"
visit 200 "$receipt"
has "Tarjeta de regalo $card"
engine gift-card --code "$card" --user-id "$member" >"$folder/card"
grep -qF '"balance":"0"' "$folder/card" || fail "the gift card paid something else"
grep -qF "\"$order\"" "$folder/card" || fail "the gift card paid another order"
visit 200 "checkout.php?quantity%5BCAPPUCCINO%5D=2&card=$card"
has 'id="error-card"'

# Friends: a code of one's own that somebody else can use, and nobody twice. Members who came with the import have a
# good one as well.
visit 405 invite.php
visit 403 invite.php -d code=1
invitation=$(engine referrals --user-id "$member" | sed -n 's/.*"my_code":"\([^"]*\)".*/\1/p')
visit 200 loyalty.php
has "<code>$invitation</code>"
visit 303 invite.php --data-urlencode "code=$invitation" -d "csrf=$csrf"
visit 200 loyalty.php
has 'antes de la primera compra'

# A new member's name is escaped, and a refusal is told in the guest's words.
visit 303 logout.php -d "csrf=$csrf"
visit 303 loyalty.php
visit 200 index.php
csrf=$(field csrf)
visit 303 index.php -d user_id=900001 -d "csrf=$csrf"
visit 200 index.php
has 900001
visit 303 index.php -d user_id=900001 -d join=1 --data-urlencode 'name=<b>Ana</b>' -d "csrf=$csrf"
visit 200 loyalty.php
has 'Hola, &lt;b&gt;Ana&lt;/b&gt;'
lacks '<b>Ana'
csrf=$(field csrf)
visit 303 invite.php --data-urlencode "code=$invitation" -d "csrf=$csrf"
visit 200 loyalty.php
has 'class="message good"'
visit 303 invite.php --data-urlencode "code=<b>" -d "csrf=$csrf"
visit 200 loyalty.php
has 'Ya usaste el código de un amigo'
lacks '<b>'
csrf=$(field csrf)
visit 303 redeem.php -d reward_id=8 -d key=0123456789abcdef01234567 -d "csrf=$csrf"
visit 200 loyalty.php
has 'class="message bad"'
lacks 'tier_too_low'

. check/faults.sh
. check/deaths.sh
. check/notices.sh

# Who guesses is slowed also under another number.
for guess in 1 2 3 4 5 6 7 8 9 10 11 12; do
    enter "92000$guess"
    visit 200 "checkout.php?quantity%5BTE%5D=1&coupon=AAAA-000$guess"
done
has 'Fueron muchos intentos'

engine verify | grep -qF '"ok":true' || fail "the sums do not add up"
if grep -F 'PHP ' "$folder/log" | grep -v 'Development Server'; then fail "PHP complained"; fi
echo "the café's pages work: sign-in, points, purchase, reward, coupon, gift card, friends, refusals, deaths, notices"
