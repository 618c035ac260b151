# What goes wrong is told where it went wrong, and takes nothing. check.sh reads it.

# Nobody learns what runs here; who brings the token does.
grep -qi '^X-Powered-By' "$folder/head" && fail "X-Powered-By is sent"
visit 200 health.php
has '{"status":"ok"}'
grep -qi '^X-Powered-By' "$folder/head" && fail "X-Powered-By is sent"
visit 200 health.php -H 'Authorization: Bearer wrong'
has '{"status":"ok"}'
visit 200 health.php -H "Authorization: Bearer $CAFE_HEALTH_TOKEN"
has '"checks"'

# What is not there is told on the shop's own page, in the guest's language.
visit 404 nothing.php
has 'Esa página no existe'
visit 404 nothing/deeper/at-all
has 'Esa página no existe'
visit 404 ../src/texts.php --path-as-is
visit 200 'loyalty.php?lang=en'
visit 404 nothing.php
has 'That page does not exist'
visit 200 'loyalty.php?lang=es'

# The engine counts: 5 % of 1.990 are 99, and of 1.900 and 1.500 together 170.
enter 910001
lacks 'venció'
visit 200 'checkout.php?quantity%5BTE%5D=1&quantity%5BMEDIALUNA%5D=1'
has '−$170'
has 'Pagar $3.230'

# Quantities out of range are told at their field, and stay as they were typed.
for typed in 99999 21 -1 1.5 dos; do
    visit 200 "checkout.php?quantity%5BTE%5D=$typed&quantity%5BKUCHEN%5D=2"
    has 'id="error-quantity-TE"'
    has "name=\"quantity[TE]\" min=\"0\" max=\"20\" value=\"$typed\""
    has 'name="quantity[KUCHEN]" min="0" max="20" value="2"'
    lacks 'error-quantity-KUCHEN'
    lacks 'name="order"'
done

# A coupon that was used elsewhere between two clicks: nothing is taken, and what was typed is kept.
engine generate-discount-code --discount-type fixed --discount-value 500 --max-uses 1 >"$folder/code"
code=$(sed -n 's/.*"code":"\([^"]*\)".*/\1/p' "$folder/code")
card=$(engine create-gift-card --amount 3000 | sed -n 's/.*"code":"\([^"]*\)".*/\1/p')
visit 200 "checkout.php?quantity%5BKUCHEN%5D=1&coupon=$code&card=$card"
order=$(field order)
engine use-coupon --code "$code" --order-id elsewhere --amount 1000 >/dev/null
visit 303 checkout.php -d "order=$order" -d "csrf=$csrf"
visit 200 "$location"
has 'No se pagó'
has 'id="error-coupon"'
has "value=\"$code\""
has "value=\"$card\""
[ "$(engine gift-card --code "$card" --user-id 910001 | money balance)" = 3000 ] || fail "the gift card lost money"

# An order without a coupon whose gift card lost money between two clicks: the rest goes back, and the page is no 500.
visit 200 "checkout.php?quantity%5BKUCHEN%5D=1&card=$card"
order=$(field order)
engine use-gift-card --code "$card" --order-id elsewhere --amount 2000 >/dev/null
visit 303 checkout.php -d "order=$order" -d "csrf=$csrf"
visit 200 "$location"
has 'No se pagó'
[ "$(engine gift-card --code "$card" --user-id 910001 | money balance)" = 1000 ] || fail "the gift card lost money"
visit 303 checkout.php -d "order=$order" -d "csrf=$csrf"
visit 200 "$location"
has 'No se pagó'

# A blocked member reads every page, is told why nothing can be had, and loses nothing.
enter 910002
give 910002 5000
visit 200 "checkout.php?quantity%5BKUCHEN%5D=1&card=$card"
order=$(field order)
visit 200 loyalty.php
reward=$(field reward_id)
key=$(field key)
engine update-member --user-id 910002 --blocked true >/dev/null
visit 303 checkout.php -d "order=$order" -d points=1 -d "csrf=$csrf"
visit 200 "$location"
has 'Tu cuenta está en pausa'
visit 200 loyalty.php
has 'Tu cuenta está en pausa'
visit 200 'checkout.php?quantity%5BKUCHEN%5D=1'
has 'Tu cuenta está en pausa'
lacks 'name="order"'
visit 303 redeem.php -d "reward_id=$reward" -d "key=$key" -d "csrf=$csrf"
visit 200 loyalty.php
has 'class="message bad"'
visit 303 invite.php -d "code=$invitation" -d "csrf=$csrf"
visit 200 loyalty.php
has 'Tu cuenta está en pausa'
[ "$(balance 910002)" = 5000 ] || fail "the blocked member lost points"
[ "$(engine gift-card --code "$card" --user-id 910002 | money balance)" = 1000 ] || fail "the gift card lost money"
visit 200 index.php
