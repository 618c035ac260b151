//! Slows guessers down: counts failed look-ups of codes by user and by address, and refuses further ones for some time.

use crate::booking::cx::Cx;
use crate::domain::guessing::Tries;
use crate::store::guesses;
use crate::value::{DigestKey, UserId};
use crate::{Error, Refusal, Result};

/// Who looks codes up: each user and each address is counted separately, as a digest.
pub(crate) struct Guard {
    sources: Vec<[u8; 16]>,
}

impl Guard {
    pub(crate) fn of(key: &DigestKey, user_id: Option<UserId>, actor: Option<&str>) -> Self {
        let digest = |kind: &str, who: &str| key.digest(&[kind.as_bytes(), who.as_bytes()]);
        let user = user_id.map(|user| digest("user", &user.to_string()));
        let actor = actor.map(|actor| digest("actor", actor));
        let mut sources: Vec<[u8; 16]> = user.into_iter().chain(actor).collect();
        // The same order in every call, so that no two calls wait for each other.
        sources.sort_unstable();
        Self { sources }
    }

    /// Locks the counters, in a write.
    pub(crate) fn lock(&self, cx: &mut Cx<'_>) -> Result<()> {
        self.sources.iter().try_for_each(|source| guesses::find(cx.store()?, source).map(drop))
    }

    /// Whether look-ups are refused now.
    ///
    /// # Errors
    /// `too_many_tries` with the moment from which look-ups are answered again.
    pub(crate) fn check(&self, cx: &mut Cx<'_>) -> Result<()> {
        let now = cx.now;
        for source in &self.sources {
            let tries = guesses::find(cx.store()?, source)?;
            if let Some(tries) = tries.filter(|tries| tries.is_paused(now)) {
                let again = cx.moment(tries.paused_until).to_string();
                return Err(Error::refused(Refusal::TooManyTries).with("retry_at", again));
            }
        }
        Ok(())
    }

    /// Counts failed look-ups. A question with a failed look-up is run again as a write.
    pub(crate) fn count(&self, cx: &mut Cx<'_>, failures: usize) -> Result<()> {
        if failures == 0 || self.sources.is_empty() {
            return Ok(());
        }
        if !cx.writing {
            return Err(cx.needs_write());
        }
        let (now, rules) = (cx.now, cx.programme.guessing);
        for source in &self.sources {
            guesses::touch(cx.store()?, source, now)?;
            let before = guesses::find(cx.store()?, source)?.unwrap_or(Tries::none(now));
            let after = (0..failures).fold(before, |tries, _| tries.after_failure(&rules, now));
            guesses::update(cx.store()?, source, after)?;
        }
        Ok(())
    }
}
