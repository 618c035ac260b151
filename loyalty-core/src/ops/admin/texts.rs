//! Whether the stored JSON texts and programmes can still be read.

use crate::booking::cx::Cx;
use crate::domain::programme_file::hash_of;
use crate::ops::admin::audit::{Audit, Verified};
use crate::store::{rewards, texts};
use crate::{Fault, Result};

/// Checks every JSON text, and that each programme matches its hash.
pub(super) fn check(cx: &mut Cx<'_>, verified: &mut Verified) -> Result<()> {
    let mut audit = Audit { user_id: 0, verified };
    texts::damaged(cx.store()?, |what| audit.same(|| format!("{what}: the stored text can be read"), true, false))?;
    if let Err(error) = rewards::all(cx.store()?) {
        if error.fault() != Some(Fault::DatabaseCorrupt) {
            return Err(error);
        }
        audit.same(|| "the rewards can be read".to_owned(), "readable text", error.message());
    }
    for (id, hash, source) in crate::store::programmes::all(cx.store()?)? {
        audit.same(|| format!("programme {id}: its hash fits its text"), hash_of(&source), hash);
    }
    Ok(())
}
