//! An event of a member: judged, booked and counted in one place.

use crate::Result;
use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::booking::entry_details::{Spoken, stored_reasons};
use crate::booking::evaluation;
use crate::domain::earning::Earned;
use crate::domain::event::{ENROLLED, Properties};
use crate::domain::expiry;
use crate::domain::ledger::EntryKind;
use crate::domain::purchase::Settlement;
use crate::value::{EntryId, EventName, Points, limit};

/// Gives the points for joining, if the programme has any.
pub(crate) fn enrolled(cx: &mut Cx<'_>, account: &mut Account) -> Result<()> {
    let name = EventName::new(ENROLLED)?;
    if cx.programme.rules_for(Some(&name)).next().is_none() {
        return Ok(());
    }
    book(cx, account, &name, &Properties::new(), &Settlement::default())?;
    account.raise_tier(cx).map(drop)
}

/// Books what an event earns. Returns the entry, if there is one, and the reasons.
pub(crate) fn book(
    cx: &mut Cx<'_>,
    account: &mut Account,
    name: &EventName,
    properties: &Properties,
    settlement: &Settlement,
) -> Result<(Option<EntryId>, Earned)> {
    let mut earned = evaluation::event(cx, account, name, properties, settlement)?;
    earned.fit(account.member.room(cx.programme)?, cx.locale_of(&account.member))?;
    if earned.points <= Points::ZERO {
        return Ok((None, earned));
    }
    let names: Vec<&str> = earned.because.iter().filter(|part| part.points > 0).map(|part| part.why.as_str()).collect();
    let description: String = names.join(", ").chars().take(limit::MAX_DESCRIPTION).collect();
    let mut draft = Draft::new(EntryKind::Bonus, earned.points, description, cx.at);
    let spoken = Spoken { programme: cx.programme, tier: "", locale: cx.locale_of(&account.member) };
    draft.details = Some(stored_reasons(&earned.because, &earned.missed, &spoken)?);
    let expires_at = expiry::ends(cx.programme, &account.member.current_tier, cx.at, cx.at);
    let entry = account.credit(cx, draft, cx.at, expires_at)?;
    evaluation::count_uses(cx, account, &earned, cx.at, entry)?;
    Ok((Some(entry), earned))
}
