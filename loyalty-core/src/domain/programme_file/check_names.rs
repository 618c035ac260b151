//! Checks former ids: each one leads to one thing only.

use crate::domain::programme_file::field::key;
use crate::value::limit;
use crate::{Error, Result};

/// Most former ids of one thing.
const MAX_FORMER: usize = 20;

/// Checks the ids of one kind of things, each with its former ids. `list` is their key in the programme file.
pub(crate) fn former<'a>(list: &str, ids: impl Iterator<Item = (&'a str, &'a [String])>) -> Result<()> {
    let ids: Vec<_> = ids.collect();
    let mut known: Vec<&str> = ids.iter().map(|(id, _)| *id).collect();
    for (index, (_, was)) in ids.iter().enumerate() {
        let field = key(&format!("{list}[{index}].was"));
        if was.len() > MAX_FORMER {
            return Err(Error::invalid(
                &field,
                format_args!("must have at most {MAX_FORMER} ids, got `{}`", was.len()),
            ));
        }
        for (number, former) in was.iter().enumerate() {
            let field = format!("{field}[{number}]");
            limit::text(&field, former, 40)?;
            if known.contains(&former.as_str()) {
                let expected = format!("must be an id that nothing else has or had, got `{former}`");
                return Err(Error::invalid(&field, expected));
            }
            known.push(former);
        }
    }
    Ok(())
}
