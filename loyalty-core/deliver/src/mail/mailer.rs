//! A few connections to a mail server, kept from one message to the next.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::line::{Line, Said};
use super::{Composed, MailServer, Outcome};

/// Idle connections that are kept.
const MAX_IDLE: usize = 8;

/// Sends messages to one server. Each thread that sends has a connection of its own; none is made before it is needed,
/// and no thread runs beside the caller's.
pub struct Mailer {
    server: MailServer,
    idle: Mutex<Vec<Line>>,
}

impl Mailer {
    /// A sender to this server, without a connection yet.
    pub const fn new(server: MailServer) -> Self {
        Self { server, idle: Mutex::new(Vec::new()) }
    }

    /// Sends a message and says what became of it. It waits for the server, as long as the server's `timeout` allows at
    /// each step.
    pub fn send(&self, mail: &Composed) -> Outcome {
        if let Some(kept) = self.kept() {
            // Otherwise the server has closed it in the meantime, which is no failure of this message.
            if let Said::Outcome(outcome) = self.send_over(kept, mail) {
                return outcome;
            }
        }
        // The library panics at some answers that no server should give, as a feature without a name.
        let opened = catch_unwind(AssertUnwindSafe(|| Line::open(&self.server)));
        let line = match opened {
            Ok(Ok(line)) => line,
            Ok(Err(outcome)) => return outcome,
            Err(_) => return Outcome::Unreachable { reason: "answer_wrong".to_owned() },
        };
        match self.send_over(line, mail) {
            Said::Outcome(outcome) => outcome,
            Said::LostBefore => Outcome::Temporary { reason: "connection_lost".to_owned() },
        }
    }

    fn send_over(&self, mut line: Line, mail: &Composed) -> Said {
        match catch_unwind(AssertUnwindSafe(|| line.send(mail))) {
            Ok(said) => {
                self.keep(line);
                said
            }
            Err(_) => Said::Outcome(Outcome::Unknown),
        }
    }

    /// How long one message may take before its lease should end: a new connection, and a slow server.
    pub(crate) fn longest(&self) -> Duration {
        self.server.reply_timeout * 3
    }

    /// Says goodbye on every connection that is kept.
    pub fn close(&self) {
        let lines = std::mem::take(&mut *self.idle());
        lines.into_iter().for_each(Line::close);
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Line>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self) -> Option<Line> {
        loop {
            // The lock is not held while the server is asked.
            let mut line = self.idle().pop()?;
            if line.is_ready() {
                return Some(line);
            }
            line.close();
        }
    }

    fn keep(&self, line: Line) {
        let mut idle = self.idle();
        if !line.is_lost() && idle.len() < MAX_IDLE {
            idle.push(line);
        } else {
            drop(idle);
            line.close();
        }
    }
}

impl Drop for Mailer {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Mailer").field("server", &self.server).finish_non_exhaustive()
    }
}
