//! What rows keep of the requests that made them: digests of the fields, to recognise a repeat.

use serde_json::{Value, json};

use crate::Result;
use crate::booking::cx::Cx;
use crate::booking::request;
use crate::ops::admin::audit::{Audit, PAGE, Verified};
use crate::store::coupon_uses::{self, CouponUse};
use crate::store::gift_cards::{self, CardEntry};
use crate::store::{keys, members};
use crate::value::{Amount, DigestKey, Money, UserId};

/// Checks the uses of coupons and gift cards.
pub(super) fn check(cx: &mut Cx<'_>, verified: &mut Verified) -> Result<()> {
    let mut audit = Audit { user_id: 0, verified };
    keys::changed(cx.store()?, |at| audit.same(|| format!("answer kept at {at}: it is as it was kept"), true, false))?;
    let mut after = 0;
    loop {
        let page = coupon_uses::page(cx.store()?, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for used in &page {
            coupon_use(cx, used, &mut audit)?;
        }
    }
    after = 0;
    loop {
        let page = gift_cards::page(cx.store()?, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        let key = cx.digests()?;
        page.iter().for_each(|entry| gift_card_entry(key, entry, &mut audit));
    }
    Ok(())
}

fn coupon_use(cx: &mut Cx<'_>, used: &CouponUse, audit: &mut Audit<'_>) -> Result<()> {
    let id = used.id;
    if used.request.is_empty() {
        // They were erased.
        return Ok(());
    }
    let key = cx.digests()?.clone();
    let is_of = |name: &str, value: &Value| request::is_of(&key, &used.request, name, value);
    let what = |name: &str| format!("use of a coupon {id}: {name} equals that of its request");
    audit.same(|| what("order_id"), true, is_of("order_id", &json!(used.order_id)));
    let amount = amount(cx, used.amount);
    audit.same(|| what("amount"), true, is_of("amount", &amount));
    let mut is_user = is_of("user_id", &json!(used.user_id.map(UserId::get)));
    if let Some(user_id) = used.user_id.filter(|_| !is_user) {
        // A member who was merged into this one may have used it.
        is_user = members::known_as(cx.store()?, user_id)?.into_iter().any(|id| is_of("user_id", &json!(id.get())));
    }
    audit.same(|| what("user_id"), true, is_user);
    Ok(())
}

fn gift_card_entry(key: &DigestKey, entry: &CardEntry, audit: &mut Audit<'_>) {
    let (id, Some(kept)) = (entry.id, &entry.request) else { return };
    let what = |name: &str| format!("gift card entry {id}: {name} equals that of its request");
    audit.same(|| what("order_id"), true, request::is_of(key, kept, "order_id", &json!(entry.order_id)));
}

/// An amount in the form that a request has.
fn amount(cx: &Cx<'_>, money: Money) -> Value {
    json!(Amount::from(cx.shown(money)))
}
