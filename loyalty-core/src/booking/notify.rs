//! Telling a member on their own pages, in the transaction of what happened.

use crate::Result;
use crate::booking::cx::Cx;
use crate::booking::mail;
use crate::domain::notice::{NoticeDraft, NoticeKind};
use crate::store::notices;
use crate::value::{Points, UserId};

/// How long a balance that was passed is not told again, in seconds: 30 days.
const QUIET_SECONDS: i64 = 30 * 86_400;

/// Whether what happens is news: not of another system, and not recorded long after it happened.
fn is_news(cx: &Cx<'_>) -> bool {
    !cx.is_silent && cx.at.plus_seconds(cx.programme.notices.stale_hours * 3_600) >= cx.now
}

/// Tells a member, unless they were told before. Returns whether it is new.
pub(crate) fn notify(cx: &mut Cx<'_>, notice: &NoticeDraft) -> Result<bool> {
    if !is_news(cx) {
        return Ok(false);
    }
    let now = cx.now;
    let Some(id) = notices::add(cx.store()?, notice, now)? else { return Ok(false) };
    mail::queue(cx, notice.user_id, id, notice.kind)?;
    Ok(true)
}

/// Tells of the highest balance that was passed, rising.
pub(crate) fn notify_of_balance(cx: &mut Cx<'_>, user_id: UserId, before: Points, after: Points) -> Result<()> {
    let passed = cx.programme.notices.thresholds.iter().rev().find(|threshold| **threshold <= after);
    let Some(passed) = passed.filter(|passed| **passed > before).copied() else { return Ok(()) };
    if !is_news(cx) {
        return Ok(());
    }
    let (subject, since) = (passed.get().to_string(), cx.now.plus_seconds(-QUIET_SECONDS));
    if notices::had_since(cx.store()?, user_id, NoticeKind::BalancePassed, &subject, since)? {
        return Ok(());
    }
    let mut notice = NoticeDraft::of(user_id, NoticeKind::BalancePassed, subject);
    notice.period = cx.programme.zone.day_of(cx.now).to_string();
    notice.data.points = Some(passed.get());
    notify(cx, &notice).map(drop)
}
