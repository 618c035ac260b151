//! QR images, and what a scanner reads from them.

mod qr_code;
mod read_qr;

pub use qr_code::{QrCode, QrCodeReply, QrFormat, QrKind};
pub use read_qr::{ReadKind, ReadQr, ReadQrReply};
