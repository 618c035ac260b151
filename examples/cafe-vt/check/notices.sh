# Members are told what concerns them, once, and only them. check.sh reads it.

# What a member is told, asked past the pages.
notices() { engine notifications --user-id "$@"; }
unread() { notices "$1" --limit 0 | number unread; }
titles() { notices "$@" | grep -o '"title":"[^"]*"' | cut -d '"' -f 4; }

# The day's work is done when the shop opens, so reminders are there; they are shown in the guest's language.
engine tasks >"$folder/tasks"
grep -qF '"name":"reminders"' "$folder/tasks" || fail "nobody was reminded"
grep -qF '"never":[]' "$folder/tasks" || fail "a task never ran"
other=$(grep -o '"user_id":[0-9]*' "$CAFE_VAR/demo.json" | sed -n '2s/.*://p')
enter "$other"
waiting=$(unread "$other")
[ "$waiting" -ge 2 ] || fail "the demo shows no reminders"
has "<span class=\"count\">$waiting</span>"
has "aria-label=\"$waiting avisos sin leer\""
has '<li class="unread">'
titles "$other" | while read -r title; do has "$title"; done
has 'href="loyalty.php#history"'
has 'href="loyalty.php#rewards"'
grep -qE '<time [^>]*>(Hoy|Ayer)</time>' "$page" || fail "today is told as a date"
visit 200 checkout.php
has "<span class=\"count\">$waiting</span>"
visit 200 'loyalty.php?lang=en'
has "aria-label=\"$waiting unread notices\""
titles "$other" --locale en | while read -r title; do has "$title"; done
grep -qE '<time [^>]*>(Today|Yesterday)</time>' "$page" || fail "today is told as a date"
visit 200 'loyalty.php?lang=es'

# Somebody else sees their own, and no link to a part that their page does not have.
enter 940001
yesterday=$(TZ=America/Santiago date -d yesterday +%FT%T%:z)
engine earn-points --user-id 940001 --amount 4800 --order-id yesterday --at "$yesterday" >/dev/null
visit 200 loyalty.php
has 'aria-label="2 avisos sin leer"'
has '¡Te damos la bienvenida!'
has 'href="loyalty.php#benefits"'
grep -qE '<time [^>]*>Ayer</time>' "$page" || fail "yesterday is not told as such"
lacks 'href="loyalty.php#coupons"'
titles "$other" | while read -r title; do lacks "$title"; done

# Only the button marks as read, only with the form's token, and only the notices of who is signed in.
visit 405 notices.php
visit 403 notices.php -X POST
visit 403 notices.php -d csrf=0 -d all=1
[ "$(unread 940001)" = 2 ] || fail "a forged form marks notices as read"
has 'El formulario ya no es válido'
visit 303 notices.php -d "csrf=$csrf" -d "user_id=$other"
[ "$location" = 'loyalty.php#notices' ] || fail "marking as read leads to $location"
[ "$(unread 940001)" = 0 ] || fail "the notices are still unread"
[ "$(unread "$other")" = "$waiting" ] || fail "another member's notices were marked as read"
visit 200 loyalty.php
lacks 'class="count"'
lacks 'class="unread"'
lacks 'Marcar todo como leído'
has 'aria-label="Avisos"'
has 'Te damos la bienvenida'
has 'Estás al día'
visit 303 notices.php -d "csrf=$csrf"
cp "$jar" "$folder/signed-in"
rm "$jar"
visit 403 notices.php -d "csrf=$csrf"
visit 200 index.php
visit 303 notices.php -d "csrf=$(field csrf)"
[ "$location" = index.php ] || fail "a stranger marks notices as read"
cp "$folder/signed-in" "$jar"

# What a notice names is escaped, and the coupon that it tells of is a link while there is one. Older notices unfold.
for tea in 1 2 3 4; do
    reward=$(engine save-reward --name "<i>Té $tea</i>" --points-cost 100 --discount-percent 10 | number id)
    give 940001 100
    engine redeem-reward --user-id 940001 --reward-id "$reward" --key "notices-$tea" >"$folder/redeemed"
done
visit 200 loyalty.php
has '&lt;i&gt;Té 4&lt;/i&gt;'
lacks '<i>'
has 'href="loyalty.php#coupons"'
has '<summary>Ver 2 más</summary>'

# A coupon that is used is no longer on the page, so its notice leads nowhere; nor does one of a card that is not there.
for used in $(engine coupons --user-id 940001 | grep -o '"code":"[^"]*"' | cut -d '"' -f 4); do
    engine use-coupon --code "$used" --order-id "with-$used" --amount 5000 --user-id 940001 >/dev/null
done
visit 200 loyalty.php
has '&lt;i&gt;Té 4&lt;/i&gt;'
lacks 'href="loyalty.php#coupons"'
leads() { php -n -r 'require "src/notices.php"; echo notice_address(["link" => $argv[1], "subject" => $argv[2]], true, ["cafe"]);' "$@"; }
[ "$(leads stamps cafe)" = 'loyalty.php#stamps-cafe' ] || fail "a stamp card is no link"
[ -z "$(leads stamps te)" ] || fail "a stamp card that is not on the page is a link"
[ -z "$(leads newsletter '')" ] || fail "a part that this page does not know is a link"
