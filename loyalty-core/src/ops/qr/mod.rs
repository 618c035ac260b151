//! QR images, and what a scanner reads from them.
//!
//! ```
//! use loyalty_core::ops::{Enroll, QrCode, QrKind, ReadKind, ReadQr};
//! use loyalty_core::{Engine, Options, value::UserId};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! let ana = UserId::new(7)?;
//! let code = engine.run(&Enroll::new(ana))?.profile.referral_code;
//!
//! let image = engine.run(&QrCode {
//!     user_id: Some(ana),
//!     url: Some("https://cafe.example/r/".to_owned()),
//!     ..QrCode::new(QrKind::Referral)
//! })?;
//! assert_eq!(image.media_type, "image/svg+xml");
//! let read = engine.run(&ReadQr::new(code))?;
//! assert_eq!((read.kind, read.user_id), (ReadKind::Referral, Some(7)));
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod qr_code;
mod read_qr;

pub use qr_code::{QrCode, QrCodeReply, QrFormat, QrKind};
pub use read_qr::{ReadKind, ReadQr, ReadQrReply};
