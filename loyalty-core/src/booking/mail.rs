//! Notices by e-mail: which are queued, who has agreed, what each says, and the links in it.

use std::path::PathBuf;
use std::sync::OnceLock;

use crate::booking::announce::announce;
use crate::booking::cx::Cx;
use crate::domain::catalogue::{Text, benefit_texts};
use crate::domain::code;
use crate::domain::log_event::LogKind;
use crate::domain::member::{Member, Person};
use crate::domain::message::{Content, MessageClass, MessageKind, Templates, Variables};
use crate::domain::notice::NoticeKind;
use crate::domain::outgoing::{self, Consents};
use crate::domain::programme::{DiscountType, MessageRules};
use crate::store::consents::{self, ConsentChange};
use crate::store::messages::{self, NewMessage};
use crate::store::notices::Notice;
use crate::store::{coupons, persons, redemptions, rewards};
use crate::value::{CouponId, Day, EntryId, Locale, RewardId, UserId, hex};
use crate::{Error, Result};

/// The templates of messages, read when the first one is made.
#[derive(Debug, Default)]
pub(crate) struct LazyTemplates {
    folder: Option<PathBuf>,
    read: OnceLock<Result<Templates>>,
}

impl LazyTemplates {
    /// Those that are compiled in, with the files of a folder in their place.
    pub(crate) fn of(folder: Option<PathBuf>) -> Self {
        Self { folder, read: OnceLock::new() }
    }

    /// The templates.
    pub(crate) fn get(&self) -> Result<&Templates> {
        let read = || match &self.folder {
            None => Templates::built_in(),
            Some(folder) => Templates::with(crate::options::template_files(folder)?),
        };
        self.read.get_or_init(read).as_ref().map_err(Clone::clone)
    }
}

/// The rules of messages.
pub(crate) fn rules<'a>(cx: &Cx<'a>) -> Result<&'a MessageRules> {
    let rules = cx.programme.messages.as_ref();
    rules.ok_or_else(|| Error::invalid("program.messages", "is required for messages by e-mail"))
}

/// What a member has agreed to.
pub(crate) fn consents_of(person: &Person) -> Result<Consents> {
    if person.consents.is_empty() { Ok(Consents::new()) } else { crate::store::json(&person.consents) }
}

/// Whether a message of this kind may go to a member by e-mail.
pub(crate) fn may_go(rules: &MessageRules, kind: MessageKind, agreed: &Consents) -> bool {
    let is_free = kind.class() == MessageClass::Service && !rules.service_needs_consent;
    is_free || outgoing::has_agreed(agreed, kind)
}

/// Queues a notice that is new, if its kind goes by e-mail and the member has an address and has agreed.
pub(crate) fn queue(cx: &mut Cx<'_>, user_id: UserId, notice: i64, kind: NoticeKind) -> Result<()> {
    let Some(rules) = cx.programme.messages.as_ref() else { return Ok(()) };
    // What was earned is no row, and a birthday without a gift has nothing to say.
    let Some(kind) = MessageKind::parse(kind.word()).filter(|kind| *kind != MessageKind::Birthday) else {
        return Ok(());
    };
    let person = persons::of(cx.store()?, user_id)?;
    if person.email.is_none() || !may_go(rules, kind, &consents_of(&person)?) {
        return Ok(());
    }
    let now = cx.now;
    let expires_at = outgoing::expires_at(kind.class(), now);
    let tag = hex(&cx.entropy.bytes::<8>());
    messages::add(cx.store()?, &NewMessage { user_id, notice, kind, due_at: now, expires_at, tag }, now)
}

/// Notes what of a person's consents has changed.
pub(crate) fn note_consents(cx: &mut Cx<'_>, user_id: UserId, old: &Person, new: &Person) -> Result<()> {
    if old.consents == new.consents {
        return Ok(());
    }
    record_consents(cx, user_id, (&consents_of(old)?, &consents_of(new)?), None)
}

/// Stores what a member agrees to after a change, if that is something else. Returns whether it is, and all of it.
pub(crate) fn change_consents(
    cx: &mut Cx<'_>,
    member: &mut Member,
    source: Option<&str>,
    change: impl FnOnce(&Consents) -> Consents,
) -> Result<(bool, Consents)> {
    let mut person = persons::find(cx.store()?, member)?;
    let before = consents_of(&person)?;
    let after = change(&before);
    if after == before {
        return Ok((false, after));
    }
    person.consents = serde_json::to_string(&after).map_err(Error::internal)?;
    let actor = cx.actor;
    persons::update(cx.store()?, member, &person, actor)?;
    record_consents(cx, member.user_id, (&before, &after), source)?;
    Ok((true, after))
}

/// Takes a member's consent to offers back, and leaves those out that are still to go. Returns whether it was given.
pub(crate) fn stop_offers(cx: &mut Cx<'_>, member: &mut Member, source: &str, reason: &str) -> Result<bool> {
    let without = |before: &Consents| outgoing::without_class(before, MessageClass::Promotional);
    let (changed, _) = change_consents(cx, member, Some(source), without)?;
    let now = cx.now;
    messages::leave_out_offers(cx.store()?, member.user_id, reason, now)?;
    Ok(changed)
}

/// Adds a row for each consent that has changed.
pub(crate) fn record_consents(
    cx: &mut Cx<'_>,
    user_id: UserId,
    (before, after): (&Consents, &Consents),
    source: Option<&str>,
) -> Result<()> {
    let given = after.keys().filter(|what| !before.contains_key(*what)).map(|what| (what, 1));
    let taken = before.keys().filter(|what| !after.contains_key(*what)).map(|what| (what, 0));
    let changes: Vec<_> = given.chain(taken).collect();
    let (actor, at) = (cx.actor, cx.at);
    for (what, given) in &changes {
        consents::append(cx.store()?, user_id, &ConsentChange { what, given: *given, source, actor, at })?;
        let data = [("what", what.as_str().into()), ("given", (*given == 1).into())];
        announce(cx, LogKind::ConsentChanged, Some(user_id), data)?;
    }
    Ok(())
}

/// The digest under which an address is kept that gets nothing more.
pub(crate) fn address_digest(cx: &Cx<'_>, address: &str) -> Result<[u8; 16]> {
    Ok(cx.digests()?.digest(&[b"address", address.to_lowercase().as_bytes()]))
}

/// The token that takes a member's consent to offers back: it says whose, and shows that the shop made it.
pub(crate) fn unsubscribe_token(cx: &Cx<'_>, user_id: UserId) -> Result<String> {
    let user = user_id.get().to_string();
    let seal: [u8; 16] = cx.digests()?.digest(&[b"unsubscribe", b"1", user.as_bytes(), b"promotional"]);
    Ok(format!("1.{user}.{}", hex(&seal)))
}

/// The member of a token, if the shop made it. All of the seal is compared, whatever differs.
pub(crate) fn token_owner(cx: &Cx<'_>, token: &str) -> Result<Option<UserId>> {
    let mut parts = token.trim().split('.');
    let (Some("1"), Some(user), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Ok(None);
    };
    let Some(user_id) = user.parse().ok().and_then(|user| UserId::new(user).ok()) else { return Ok(None) };
    let right = unsubscribe_token(cx, user_id)?;
    let given = token.trim();
    let differs = right.bytes().zip(given.bytes()).fold(0, |differs, (right, given)| differs | (right ^ given));
    Ok((differs == 0 && right.len() == given.len()).then_some(user_id))
}

/// A page of the shop.
pub(crate) fn link(rules: &MessageRules, path: &str) -> String {
    format!("{}{path}", rules.base_url)
}

/// The page that stops offers.
pub(crate) fn unsubscribe_link(cx: &Cx<'_>, rules: &MessageRules, user_id: UserId) -> Result<String> {
    Ok(link(rules, &format!("{}?t={}", rules.paths.unsubscribe, unsubscribe_token(cx, user_id)?)))
}

/// The values of the message that brings a notice; none when there is nothing to say any more.
pub(crate) fn variables(
    cx: &mut Cx<'_>,
    (member, person): (&Member, &Person),
    (kind, notice): (MessageKind, &Notice),
    locale: Locale,
) -> Result<Option<Variables>> {
    let (programme, rules) = (cx.programme, rules(cx)?);
    let today = programme.zone.day_of(cx.now);
    let tier = programme.tier(&member.current_tier);
    let first_name = person.name.as_deref().and_then(|name| name.split_whitespace().next());
    let mut values = Variables::new(today)
        .with("shop", Content::Text(rules.shop.clone()))
        .with("address", Content::Text(rules.address.clone()))
        .with("links.preferences", Content::Link(link(rules, &rules.paths.preferences)))
        .with("links.card", Content::Link(link(rules, &rules.paths.card)))
        .with("links.rewards", Content::Link(link(rules, &rules.paths.rewards)))
        .with("points", Content::Count(member.balance.plus(member.debt)?.get().max(0)))
        .with("tier_name", Content::Text(tier.map_or(&member.current_tier, |(_, tier)| &tier.name).clone()));
    if let Some((place, _)) = tier {
        values = values.with("tier_level", Content::Count(i64::try_from(place).unwrap_or_default() + 1));
    }
    if let Some(name) = first_name {
        values = values.with("first_name", Content::Text(name.to_owned()));
    }
    if kind.class() == MessageClass::Promotional {
        values = values.with("links.unsubscribe", Content::Link(unsubscribe_link(cx, rules, member.user_id)?));
    }
    own_values(cx, values, (member, notice), (kind, locale))
}

/// The same with the values of the kind alone.
fn own_values(
    cx: &mut Cx<'_>,
    values: Variables,
    (member, notice): (&Member, &Notice),
    (kind, locale): (MessageKind, Locale),
) -> Result<Option<Variables>> {
    let (programme, data) = (cx.programme, &notice.data);
    let today = values.today();
    let (points, day) = (data.points.map(Content::Count), data.day.map(Day::stored));
    let tier = programme.tier(&notice.subject).map(|(_, tier)| tier);
    let with_day = |values: Variables, name: &str| day.map(|day| values.with(name, Content::Day(day)));
    Ok(match kind {
        MessageKind::Welcome => Some(values.with("card_number", Content::Text(member.user_id.get().to_string()))),
        MessageKind::TierUpgraded => tier.map(|tier| {
            let benefits = Content::Texts(benefit_texts(tier, locale));
            values.with("tier", Content::Text(tier.name.clone())).with("benefits", benefits)
        }),
        MessageKind::CloseToNextTier => tier.zip(points).map(|(tier, points)| {
            let benefits = Content::Texts(benefit_texts(tier, locale));
            values.with("n", points).with("next", Content::Text(tier.name.clone())).with("benefits", benefits)
        }),
        MessageKind::TierInDanger => tier.zip(points).and_then(|(tier, points)| {
            with_day(values.with("n", points).with("tier", Content::Text(tier.name.clone())), "until")
        }),
        MessageKind::PointsExpiring => {
            let days = day.map_or(0, |day| day.days_since(today));
            let values = points.filter(|_| days >= 0).map(|points| values.with("n", points));
            values.and_then(|values| with_day(values.with("days", Content::Count(days)), "date"))
        }
        MessageKind::ReferralSuccessful => points.map(|points| values.with("n", points)),
        MessageKind::RewardAvailable => {
            let reward = reward_of(cx, &notice.subject)?;
            reward.map(|(name, cost)| values.with("reward", Content::Text(name)).with("cost", Content::Count(cost)))
        }
        MessageKind::RewardRedeemed => match (reward_of(cx, &notice.subject)?, redeemed_coupon(cx, &notice.period)?) {
            (Some((name, _)), Some((code, until))) => {
                let values = values.with("reward", Content::Text(name)).with("code", Content::Text(code));
                Some(values.with("until", Content::Day(until)))
            }
            _ => None,
        },
        MessageKind::CouponEnding => coupon_values(cx, values, &notice.subject, locale)?,
        MessageKind::WeMissYou => Some(values),
        MessageKind::PersonalOffer => match (data.title.clone(), data.text.clone()) {
            (Some(title), Some(text)) => {
                Some(values.with("title", Content::Text(title)).with("text", Content::Text(text)))
            }
            _ => None,
        },
        MessageKind::PointsEarned | MessageKind::Birthday | MessageKind::OwnerReport => None,
    })
}

fn reward_of(cx: &mut Cx<'_>, subject: &str) -> Result<Option<(String, i64)>> {
    let Some(id) = subject.parse().ok().and_then(|id| RewardId::new(id).ok()) else { return Ok(None) };
    Ok(rewards::find(cx.store()?, id)?.map(|reward| (reward.name, reward.points_cost.get())))
}

/// The code of a redemption's coupon and its last day.
fn redeemed_coupon(cx: &mut Cx<'_>, redemption: &str) -> Result<Option<(String, Day)>> {
    let Some(entry) = redemption.parse().ok().map(EntryId::stored) else { return Ok(None) };
    let Some(redemption) = redemptions::find(cx.store()?, entry)? else { return Ok(None) };
    let Some(coupon) = coupons::find(cx.store()?, redemption.coupon)? else { return Ok(None) };
    let until = cx.last_day(coupon.valid_until);
    Ok(until.map(|until| (code::grouped(&coupon.code), until)))
}

fn coupon_values(cx: &mut Cx<'_>, values: Variables, subject: &str, locale: Locale) -> Result<Option<Variables>> {
    let Some(id) = subject.parse().ok().map(CouponId::stored) else { return Ok(None) };
    let coupon = coupons::find(cx.store()?, id)?;
    let Some(coupon) = coupon.filter(|coupon| coupon.active && coupon.used_count < coupon.max_uses) else {
        return Ok(None);
    };
    let Some(until) = cx.last_day(coupon.valid_until).filter(|_| coupon.valid_until > cx.now) else { return Ok(None) };
    let name = match coupon.discount_type {
        DiscountType::Percent => Text::TierDiscount { discount: coupon.percent }.say(locale),
        _ => Text::Coupon.say(locale),
    };
    let values = values.with("name", Content::Text(name)).with("code", Content::Text(coupon.shown_code()));
    Ok(Some(values.with("date", Content::Day(until))))
}
