use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::domain::catalogue::{NoticeNames, notice_texts};
use crate::domain::member::Member;
use crate::domain::notice::{NoticeData, NoticeKind};
use crate::ops::{Access, Operation};
use crate::store::notices::{self, Notice, WantedNotices};
use crate::store::{members, rewards};
use crate::value::{Day, Locale, Moment, RewardId, UserId, limit};
use crate::{Error, Result};

/// Most notices of one call.
const MOST: i64 = 100;
/// How far back what was earned is news, in seconds: 30 days.
const EARNED_SECONDS: i64 = 30 * 86_400;

/// Returns what a member is told on their own pages, newest first, and how much of it is unread: a badge.
///
/// Each thing is told once. Points that were earned since the member last looked are one notice, however many purchases
/// they come from. Texts are made when they are read, in the member's language; the programme's `notices.texts` replace
/// them. They are plain text: the page that shows them escapes them. Notices need no consent: they are on the member's
/// own pages. The programme's
/// `retention.notices_days` says how long they are kept.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Notifications {
    /// The member.
    pub user_id: UserId,
    /// Whether to leave out what was read.
    #[serde(default)]
    #[new(default)]
    pub unread_only: bool,
    /// Most notices, 0 to 100; 0 for the badge alone.
    #[serde(default = "default_limit")]
    #[new(value = "default_limit()")]
    pub limit: i64,
    /// Language of the texts; default the member's.
    #[serde(default)]
    #[new(default)]
    pub locale: Option<Locale>,
}

const fn default_limit() -> i64 {
    20
}

/// The notices of a member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NotificationsPage {
    /// The notices, newest first.
    pub items: Vec<NoticeItem>,
    /// How many are unread.
    pub unread: i64,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NoticeItem {
    /// Its number, for `read_notifications`; 0 for points that were earned.
    pub id: i64,
    /// What it is about, like `tier_upgraded`.
    pub kind: String,
    /// One line.
    pub title: String,
    /// A sentence.
    pub text: String,
    /// When it came.
    pub at: Moment,
    /// Whether it was read.
    pub read: bool,
    /// The page that shows more: `card`, `history`, `rewards`, `coupons`, `stamps` or `referrals`.
    pub link: String,
    /// The id of what it is about: a tier, a reward, a redemption, a coupon, a card or a campaign; null for
    /// none.
    pub subject: Option<String>,
}

impl Operation for Notifications {
    const NAME: &'static str = "notifications";
    const ACCESS: Access = Access::Read;
    type Reply = NotificationsPage;

    fn run(&self, cx: &mut Cx<'_>) -> Result<NotificationsPage> {
        let limit = limit::within("limit", self.limit, 0, MOST)?;
        let member = members::find(cx.store()?, self.user_id)?;
        let member = member.ok_or_else(|| Error::not_found("user_id", self.user_id))?;
        let wanted = if self.unread_only { WantedNotices::Unread } else { WantedNotices::All };
        let locale = self.locale.unwrap_or_else(|| cx.locale_of(&member));
        let mut found = earned(cx, &member)?.into_iter().collect::<Vec<_>>();
        let unread = unread(cx, &member, found.len())?;
        let (user_id, now) = (member.user_id, cx.now);
        if limit > 0 {
            let rows = notices::newest(cx.store()?, user_id, now, (wanted, limit))?;
            found.extend(rows.into_iter().filter(|notice| is_still_true(cx, &member, notice)));
        }
        found.truncate(usize::try_from(limit).unwrap_or_default());
        let items = found.into_iter().map(|notice| shown(cx, notice, locale)).collect::<Result<_>>()?;
        Ok(NotificationsPage { items, unread })
    }
}

/// How many notices wait to be read, with what was earned.
pub(super) fn unread(cx: &mut Cx<'_>, member: &Member, earned: usize) -> Result<i64> {
    let now = cx.now;
    let rows = notices::unread(cx.store()?, member.user_id, now)?;
    Ok(rows.saturating_add(i64::try_from(earned).unwrap_or_default()))
}

/// What was earned since the member last looked, as a notice.
pub(super) fn earned(cx: &mut Cx<'_>, member: &Member) -> Result<Option<Notice>> {
    let since = cx.now.plus_seconds(-EARNED_SECONDS);
    let earned = notices::earned(cx.store()?, member.id, member.user_id, since)?;
    let Some((_, at)) = earned.last else { return Ok(None) };
    // Only what came from purchases alone is counted in purchases.
    let mixed = (earned.others > 0).then_some(0);
    let count = Some(earned.purchases.saturating_add(earned.others));
    let data = NoticeData { points: Some(earned.points), count, day: mixed, ..NoticeData::default() };
    let kind = NoticeKind::PointsEarned;
    Ok(Some(Notice { id: 0, kind, subject: String::new(), period: String::new(), data, created_at: at, read_at: None }))
}

/// Whether points that were to end still end: they may have been spent since.
fn is_still_true(cx: &Cx<'_>, member: &Member, notice: &Notice) -> bool {
    let day = notice.data.day.filter(|_| notice.kind == NoticeKind::PointsExpiring).map(Day::stored);
    day.is_none_or(|day| member.points_expiry_date <= cx.programme.zone.end_of(day))
}

fn shown(cx: &mut Cx<'_>, notice: Notice, locale: Locale) -> Result<NoticeItem> {
    let programme = cx.programme;
    let subject = notice.subject.as_str();
    let reward = match notice.kind {
        NoticeKind::RewardAvailable | NoticeKind::RewardRedeemed => reward_name(cx, subject)?,
        _ => None,
    };
    let names = NoticeNames {
        tier: programme.tier(subject).map(|(_, tier)| tier.name.as_str()),
        reward: reward.as_deref(),
        card: programme.stamp_card(subject).map(|card| card.name.as_str()),
    };
    let today = programme.zone.day_of(cx.now);
    let own = &programme.notices.texts;
    let [title, text] = notice_texts(notice.kind, (&notice.data, &names), (locale, today), own);
    Ok(NoticeItem {
        id: notice.id,
        kind: notice.kind.word().to_owned(),
        title,
        text,
        at: cx.moment(notice.created_at),
        read: notice.read_at.is_some(),
        link: notice.kind.link().word().to_owned(),
        subject: (!subject.is_empty()).then(|| subject.to_owned()),
    })
}

fn reward_name(cx: &mut Cx<'_>, subject: &str) -> Result<Option<String>> {
    let Some(id) = subject.parse().ok().and_then(|id| RewardId::new(id).ok()) else { return Ok(None) };
    Ok(rewards::find(cx.store()?, id)?.map(|reward| reward.name))
}
