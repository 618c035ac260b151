# A page that dies anywhere takes nothing twice and loses nothing: the order can be finished or undone. check.sh reads it.

good=$base

# dies_after FUNCTION: a click on "pay", with points, at a server that is killed behind that call of the engine.
dies_after() {
    local at
    at=$(free_port)
    set -m
    DIES_AFTER=$1 php -n -d extension="$CAFE_BUILD/libloyalty.so" -d loyalty.database="sqlite:$folder/loyalty.db" \
        -d session.save_path="$folder/sessions" -d display_errors=0 -d disable_functions="$1" \
        -d auto_prepend_file="$PWD/check/dies.php" -S "127.0.0.1:$at" -t public router.php >"$folder/dies" 2>&1 &
    extra=$!
    set +m
    base=http://127.0.0.1:$at
    curl -sS --retry 30 --retry-delay 1 --retry-all-errors -o /dev/null "$base/style.css" 2>/dev/null
    visit - checkout.php -d "order=$order" -d points=1 -d "csrf=$csrf"
    [ -z "$location" ] || fail "the page did not die after $1"
    wait "$extra" 2>/dev/null || true
    extra=
    base=$good
}

user=930000
for call in loyalty_use_coupon loyalty_use_gift_card loyalty_pay_with_points loyalty_earn_points; do
    for way in finish undo; do
        user=$((user + 1))
        enter "$user"
        give "$user" 2000
        engine generate-discount-code --discount-type fixed --discount-value 500 --max-uses 1 >"$folder/code"
        code=$(sed -n 's/.*"code":"\([^"]*\)".*/\1/p' "$folder/code")
        card=$(engine create-gift-card --amount 1000 | sed -n 's/.*"code":"\([^"]*\)".*/\1/p')
        visit 200 "checkout.php?quantity%5BKUCHEN%5D=3&coupon=$code&card=$card"
        order=$(field order)
        has 'name="points" value="1"'
        dies_after "$call"
        # The guest signs in again and is shown the order.
        enter "$user"
        visit 200 checkout.php
        has 'Tienes un pedido a medio pagar'
        [ "$(field order)" = "$order" ] || fail "another order is left"
        if [ "$way" = finish ]; then
            # The other button: it was decided before that points pay.
            visit 303 checkout.php -d "order=$order" -d "csrf=$csrf"
            visit 200 "$location"
            has 'Pagado con'
            has "Cupón $code"
            # 2.000 points pay 2.000 of it; it earns 1 % of 9.600 less 5 % and the coupon, less what points paid.
            [ "$(balance "$user")" = 66 ] || fail "after $call the points are others"
            [ "$(engine gift-card --code "$card" --user-id "$user" | money balance)" = 0 ] || fail "the card did not pay"
        else
            visit 303 checkout.php -d "order=$order" -d undo=1 -d "csrf=$csrf"
            visit 200 "$location"
            [ "$(balance "$user")" = 2000 ] || fail "after $call points are missing"
            [ "$(engine gift-card --code "$card" --user-id "$user" | money balance)" = 1000 ] || fail "money is missing"
            lacks 'id="error-coupon"'
            visit 303 checkout.php -d "order=$order" -d "csrf=$csrf"
            visit 200 "$location"
            has 'No se pagó'
        fi
        lacks 'Tienes un pedido a medio pagar'
    done
done
