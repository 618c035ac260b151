//! The driver for a connection that the host owns: the engine's statements run on it together with those of the page,
//! and inside its transactions. See [`Engine::on`](crate::Engine::on).

pub use crate::store::host::{AfterDeadlock, Answers, Connection, ConnectionFault, Each, Standing, Statement, TextKey};
pub use crate::store::session::Columns;
pub use crate::store::{Dialect, Host, Row, Session, SqlParam, Transaction};
