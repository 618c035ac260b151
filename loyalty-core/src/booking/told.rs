//! Events as readers get them: numbered first, and with what their ledger entries say.

use serde_json::Value;

use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::log_event::LogData;
use crate::store::Dialect;
use crate::store::event_log::{self, EntryFacts};

/// Most steps in which one call numbers what waits.
const STEPS: usize = 40;

/// Gives events their numbers that wait for them. A question that finds such events is run again as a write.
pub(crate) fn number_what_waits(cx: &mut Cx<'_>) -> Result<()> {
    if cx.store()?.dialect() == Dialect::Sqlite || cx.store()?.is_guest() {
        return Ok(());
    }
    if !event_log::has_arrivals(cx.store()?)? {
        return Ok(());
    }
    if !cx.writing {
        return Err(cx.needs_write());
    }
    for _ in 0..STEPS {
        if event_log::number_arrivals(cx.store()?)? == 0 {
            break;
        }
    }
    Ok(())
}

/// The data of an event with those of its entry.
pub(crate) fn with_entry(mut data: LogData, entry: Option<EntryFacts>) -> LogData {
    if let Some(entry) = entry {
        data.insert("transaction_type".to_owned(), entry.kind.into());
        data.insert("points".to_owned(), entry.points.get().into());
        data.insert("balance".to_owned(), entry.balance.get().into());
        data.insert("order_id".to_owned(), entry.order_id.map_or(Value::Null, Value::from));
    }
    data
}
