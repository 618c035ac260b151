//! QR images: a payload as squares, drawn as SVG or PNG.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

use crate::{Error, Result};

/// Light squares around the code that the standard requires.
const QUIET: usize = 4;
/// Longest payload.
pub const MAX_PAYLOAD: usize = 1_000;

/// A QR code.
#[derive(Debug)]
pub struct Qr {
    /// The dark squares, row by row, with the light edge.
    dark: Vec<bool>,
    /// Squares of a side, with the light edge.
    side: usize,
}

impl Qr {
    /// Encodes a payload with the medium level of error correction: 15 % of the squares may be unreadable.
    ///
    /// # Errors
    /// `invalid` when the payload is too long.
    pub fn of(payload: &str) -> Result<Self> {
        if payload.len() > MAX_PAYLOAD {
            return Err(Error::invalid("value", format_args!("must have at most {MAX_PAYLOAD} bytes")));
        }
        let code = QrCode::with_error_correction_level(payload, EcLevel::M)
            .map_err(|error| Error::invalid("value", format_args!("must fit a QR code: {error}")))?;
        let (inner, side) = (code.width(), code.width() + 2 * QUIET);
        let mut dark = vec![false; side * side];
        for (row, colors) in code.to_colors().chunks(inner).enumerate() {
            let start = (row + QUIET) * side + QUIET;
            for (square, color) in dark.iter_mut().skip(start).zip(colors) {
                *square = *color == Color::Dark;
            }
        }
        Ok(Self { dark, side })
    }

    /// Squares of a side, with the light edge.
    #[must_use]
    pub const fn side(&self) -> usize {
        self.side
    }

    /// The image as SVG. It contains nothing of the payload but its squares, so it is safe to write into a page.
    #[must_use]
    pub fn svg(&self) -> String {
        let side = self.side;
        let mut path = String::new();
        for (y, row) in self.dark.chunks(side).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|one, other| one == other) {
                if run.first() == Some(&true) {
                    let length = run.len();
                    // Writing to a string cannot fail.
                    let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
                }
                x += run.len();
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
        )
    }

    /// The image as PNG in black and white, each square `scale` pixels wide.
    ///
    /// # Errors
    /// `internal` when it cannot be written, which cannot happen in memory.
    pub fn png(&self, scale: usize) -> Result<Vec<u8>> {
        let width = self.side * scale;
        let pixels = u32::try_from(width).map_err(Error::internal)?;
        let mut image = Vec::new();
        let mut encoder = png::Encoder::new(&mut image, pixels, pixels);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut data = Vec::with_capacity(width * width.div_ceil(8));
        for row in self.dark.chunks(self.side) {
            let line = packed(row, scale);
            (0..scale).for_each(|_| data.extend_from_slice(&line));
        }
        let mut writer = encoder.write_header().map_err(Error::internal)?;
        writer.write_image_data(&data).map_err(Error::internal)?;
        writer.finish().map_err(Error::internal)?;
        Ok(image)
    }
}

/// A row of pixels, eight in a byte; light ones are set.
fn packed(row: &[bool], scale: usize) -> Vec<u8> {
    let pixels: Vec<bool> = row.iter().flat_map(|dark| std::iter::repeat_n(!dark, scale)).collect();
    pixels
        .chunks(8)
        .map(|eight| eight.iter().enumerate().fold(0, |byte, (place, light)| byte | (u8::from(*light) << (7 - place))))
        .collect()
}
