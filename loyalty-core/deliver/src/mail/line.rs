//! One connection to a mail server, and the dialogue on it.

use std::io;
use std::time::{Duration, Instant};

use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};
use lettre::transport::smtp::{Error, client::TlsParameters};

use super::Composed;
use super::outcome::{Outcome, Stage, judge, receipt};
use super::server::{MailServer, Security};

/// How long a connection may take to be made, and the server to greet.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a server may take to say goodbye, or that it is still there.
const SHORT_TIMEOUT: Duration = Duration::from_secs(5);
/// After so long without a word, a connection is asked whether it is still there.
const IDLE: Duration = Duration::from_secs(5);
/// Servers close connections that bring many messages.
const MAX_MESSAGES: u32 = 100;

/// A connection that is signed in. It takes one message after the other.
pub(super) struct Line {
    connection: SmtpConnection,
    reply_timeout: Duration,
    used_at: Instant,
    messages: u32,
    is_lost: bool,
}

/// What one message came to.
pub(super) enum Said {
    /// It ended.
    Outcome(Outcome),
    /// The connection was lost before the message was on its way; a new one may help.
    LostBefore,
}

/// Why a command was not followed.
enum No {
    /// The server refused: code and text.
    Refused(u16, String),
    /// No answer, or none that can be understood.
    Lost,
}

impl From<Error> for No {
    fn from(error: Error) -> Self {
        let text = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        error.status().map_or(Self::Lost, |code| Self::Refused(code.into(), text))
    }
}

impl Line {
    /// Connects, makes the connection secret, and signs in.
    pub(super) fn open(server: &MailServer) -> Result<Self, Outcome> {
        let unreachable = |reason: &str| Outcome::Unreachable { reason: reason.to_owned() };
        let addresses = server.addresses().ok_or_else(|| unreachable("host_not_found"))?;
        let direct: Option<&TlsParameters> = match &server.security {
            Security::Tls(tls) => Some(tls),
            Security::StartTls(_) | Security::Plain => None,
        };
        let timeout = Some(CONNECT_TIMEOUT.min(server.reply_timeout));
        let connection = SmtpConnection::connect(&addresses[..], timeout, &server.hello, direct, None);
        let mut connection = connection.map_err(|error| unreachable(&reason_of(&error, "connect_failed")))?;
        if let Security::StartTls(tls) = &server.security {
            if !connection.can_starttls() {
                connection.abort();
                return Err(unreachable("no_starttls"));
            }
            let secret = connection.starttls(tls, &server.hello);
            secret.map_err(|error| unreachable(&reason_of(&error, "tls_failed")))?;
        }
        let _ = connection.set_timeout(Some(server.reply_timeout));
        if let Some(credentials) = &server.credentials {
            let signed_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials);
            let signed_in = signed_in.map_err(|error| unreachable(&reason_of(&error, "sign_in_failed")))?;
            if !signed_in.has_code(235) {
                return Err(unreachable("sign_in_failed"));
            }
        }
        Ok(Self {
            connection,
            reply_timeout: server.reply_timeout,
            used_at: Instant::now(),
            messages: 0,
            is_lost: false,
        })
    }

    /// It can take another message; after a pause the server is asked.
    pub(super) fn is_ready(&mut self) -> bool {
        if self.is_lost || self.messages >= MAX_MESSAGES {
            return false;
        }
        if self.used_at.elapsed() < IDLE {
            return true;
        }
        self.wait(SHORT_TIMEOUT);
        let is_there = self.connection.command(Noop).is_ok();
        self.wait(self.reply_timeout);
        is_there
    }

    /// Nothing more can be said on it.
    pub(super) const fn is_lost(&self) -> bool {
        self.is_lost
    }

    /// Says goodbye; a connection that is lost is only closed.
    pub(super) fn close(mut self) {
        self.wait(SHORT_TIMEOUT);
        if self.is_lost {
            let _ = self.connection.set_timeout(Some(Duration::from_millis(1)));
        }
        self.connection.abort();
    }

    /// Sends one message and says what became of it.
    pub(super) fn send(&mut self, mail: &Composed) -> Said {
        self.messages += 1;
        let said = match self.talk(mail) {
            Ok(outcome) => Said::Outcome(outcome),
            // The server ends a connection that has rested or has brought enough.
            Err(Failed { stage: Stage::Sender, because: No::Refused(421, _) }) if self.messages > 1 => {
                self.is_lost = true;
                Said::LostBefore
            }
            Err(Failed { stage, because: No::Refused(code, text) }) => {
                self.reset(code);
                Said::Outcome(judge(stage, code, &text))
            }
            Err(Failed { because: No::Lost, .. }) => {
                self.is_lost = true;
                Said::LostBefore
            }
        };
        self.used_at = Instant::now();
        said
    }

    fn talk(&mut self, mail: &Composed) -> Result<Outcome, Failed> {
        let mut parameters = Vec::new();
        if mail.needs_utf8() {
            let server = self.connection.server_info();
            let takes = [Extension::SmtpUtfEight, Extension::EightBitMime];
            if !takes.into_iter().all(|extension| server.supports_feature(extension)) {
                return Ok(Outcome::Permanent { reason: "no_smtputf8".to_owned(), suppress: false });
            }
            parameters.push(MailParameter::SmtpUtfEight);
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let answer = self.connection.command(Mail::new(Some(mail.return_path.clone()), parameters));
        expect(answer, Stage::Sender, 250)?;
        let answer = self.connection.command(Rcpt::new(mail.recipient.clone(), Vec::new()));
        expect(answer, Stage::Recipient, 250)?;
        // An answer to another command, as one put in before TLS began, is found here at the latest.
        expect(self.connection.command(Data), Stage::Content, 354)?;
        self.wait(self.reply_timeout * 2);
        let answer = self.connection.command(mail.payload()).map_err(No::from);
        self.wait(self.reply_timeout);
        match answer {
            Ok(answer) if answer.code().severity == Severity::PositiveCompletion => {
                Ok(Outcome::Sent { receipt: receipt(answer.message()) })
            }
            Err(because @ No::Refused(..)) => Err(Failed { stage: Stage::Content, because }),
            Ok(_) | Err(No::Lost) => {
                self.is_lost = true;
                Ok(Outcome::Unknown)
            }
        }
    }

    /// Takes back a message that was refused, so that the connection can bring the next one.
    fn reset(&mut self, code: u16) {
        self.is_lost = code == 421 || self.connection.command(Rset).is_err();
    }

    fn wait(&mut self, longest: Duration) {
        self.is_lost |= self.connection.set_timeout(Some(longest)).is_err();
    }
}

/// What was asked when a message failed.
struct Failed {
    stage: Stage,
    because: No,
}

fn expect(answer: Result<Response, Error>, stage: Stage, code: u16) -> Result<(), Failed> {
    match answer {
        // 251 and 252 say that the address is another's or is not known to be right: the server takes it all the same.
        Ok(answer) if answer.has_code(code) || (code == 250 && (answer.has_code(251) || answer.has_code(252))) => {
            Ok(())
        }
        Ok(_) => Err(Failed { stage, because: No::Lost }),
        Err(error) => Err(Failed { stage, because: No::from(error) }),
    }
}

/// A code for what went wrong before there was a message.
fn reason_of(error: &Error, otherwise: &str) -> String {
    match error.status() {
        Some(code) => format!("smtp_{code}"),
        None if is_tls(error) => "tls_failed".to_owned(),
        None => otherwise.to_owned(),
    }
}

/// A failed handshake shows as a failed read with the reason inside; a text that is no UTF-8 has none inside.
fn is_tls(error: &Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let io = inner.downcast_ref::<io::Error>().filter(|io| io.kind() == io::ErrorKind::InvalidData);
        if io.is_some_and(|io| io.get_ref().is_some()) {
            return true;
        }
        source = inner.source();
    }
    error.is_tls()
}
