//! QR images, and what a scanner read.

mod qr_code;
mod read_qr;

pub use qr_code::{QrCode, QrCodeReply, QrFormat, QrKind};
pub use read_qr::{ReadKind, ReadQr, ReadQrReply};
