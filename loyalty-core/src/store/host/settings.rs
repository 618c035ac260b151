//! Settings of the host's connection that would change the meaning of the engine's statements; they are replaced during
//! a call.

use super::{Answers, Connection, ConnectionFault, Each, Host, Standing, Statement, TextKey};
use crate::store::settings;
use crate::{Error, Fault};

/// What a page may have switched on in SQLite: schema rules that are not enforced, changes that return rows, rows in
/// reverse order.
const SWITCHES: [(&str, &str); 3] = [
    ("PRAGMA ignore_check_constraints", "ignore_check_constraints"),
    ("PRAGMA count_changes", "count_changes"),
    ("PRAGMA reverse_unordered_selects", "reverse_unordered_selects"),
];

const JOURNAL: &str = "PRAGMA journal_mode";

impl<C: Connection> Host<C> {
    /// Sets what differs from what the statements need, and returns how the server sees the host's transaction.
    pub(super) fn lend_settings(&mut self) -> std::result::Result<Standing, ConnectionFault> {
        if self.is_server() {
            let asked = self.setting_texts(&settings::ask_all(), settings::COUNT)?;
            let (standing, theirs) =
                asked.split_first().map_or((None, &[][..]), |(first, rest)| (first.as_deref(), rest));
            self.lend(settings::lend(theirs))?;
            return Ok(match standing {
                Some(settings::INSIDE) => Standing::Inside,
                Some(settings::OUTSIDE) => Standing::Outside,
                _ => Standing::Unknown,
            });
        }
        let mut keeps_journal = true;
        self.ask_held(JOURNAL, &mut |row| {
            keeps_journal = row.text(0)? != Some("off");
            Ok(())
        })?;
        if !keeps_journal {
            return Err(ConnectionFault::Stopped(without_journal()));
        }
        let (mut ours, mut back) = (String::new(), String::new());
        for (question, name) in SWITCHES {
            // A database that does not know the switch returns no row.
            let mut is_on = false;
            self.ask_held(question, &mut |row| {
                is_on = row.int(0)? == Some(1);
                Ok(())
            })?;
            if is_on {
                ours.push_str(&format!("PRAGMA {name} = OFF;"));
                back.push_str(&format!("PRAGMA {name} = ON;"));
            }
        }
        self.lend((!ours.is_empty()).then_some((ours, back)))?;
        Ok(Standing::Unknown)
    }

    fn lend(&mut self, statements: Option<(String, String)>) -> std::result::Result<(), ConnectionFault> {
        let Some((ours, back)) = statements else { return Ok(()) };
        self.back = Some(back);
        self.say_now(&ours)
    }

    /// Restores the connection to its state before.
    pub(super) fn leave(&mut self) {
        if let Some(back) = self.back.take() {
            // A lost connection has lost its settings too.
            drop(self.say_now(&back));
        }
        self.connection.leave();
    }

    fn say_now(&mut self, text: &str) -> std::result::Result<(), ConnectionFault> {
        let statement = Statement { text, cells: &[], key: None, answers: Answers::Nothing };
        self.connection.run(&statement, &mut |_| Ok(())).map(drop)
    }

    /// Asks with a statement that is prepared once.
    fn ask_held(&mut self, text: &'static str, each: Each<'_>) -> std::result::Result<(), ConnectionFault> {
        let key = Some(TextKey::of(text));
        self.connection.run(&Statement { text, cells: &[], key, answers: Answers::Row }, each).map(drop)
    }

    fn setting_texts(&mut self, text: &str, count: usize) -> std::result::Result<Vec<Option<String>>, ConnectionFault> {
        let mut found = Vec::new();
        let statement = Statement { text, cells: &[], key: None, answers: Answers::Row };
        self.connection.run(&statement, &mut |row| {
            // A server that does not know the last settings returns fewer.
            found = (0..count).map_while(|at| row.text(at).ok()).map(|text| text.map(str::to_owned)).collect();
            Ok(())
        })?;
        if found.is_empty() {
            return Err(ConnectionFault::Stopped(Error::internal("the connection does not return its settings")));
        }
        Ok(found)
    }
}

fn without_journal() -> Error {
    let message = "the connection keeps no journal (`PRAGMA journal_mode` is off), so a failed write could not be undone; \
                   use another journal mode";
    Error::unavailable(Fault::DatabaseUnopened, message)
}
