//! The bytes of a file as text: decompressed, in UTF-8, each line ended by one line feed.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Read};
use std::path::Path;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, WINDOWS_1252};
use flate2::read::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};

const CHUNK: usize = 64 * 1024;

/// A file, decompressed if needed, and the progress bar that moves as it is read.
pub(super) fn open(path: &Path) -> io::Result<(Box<dyn Read>, ProgressBar)> {
    let file = File::open(path)?;
    let bar = bar(file.metadata()?.len());
    let mut source = BufReader::new(bar.wrap_read(file));
    // The first two bytes identify gzip, whatever the file is called.
    let packed = source.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    let source: Box<dyn Read> = if packed { Box::new(MultiGzDecoder::new(source)) } else { Box::new(source) };
    Ok((source, bar))
}

/// A progress bar on a terminal, and nothing elsewhere.
pub(super) fn bar(length: u64) -> ProgressBar {
    let bar = if io::stderr().is_terminal() { ProgressBar::new(length) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent}% {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// The encoding of the file: as its byte order mark says; otherwise UTF-8 if all of it is valid; otherwise
/// Windows-1252, which has every character of Latin-1.
pub(super) fn encoding_of(path: &Path) -> io::Result<&'static Encoding> {
    let (mut source, bar) = open(path)?;
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let (mut chunk, mut text) = (vec![0; CHUNK], vec![0; CHUNK * 3]);
    let mut first = true;
    loop {
        let read = fill(&mut source, &mut chunk)?;
        let bytes = chunk.get(..read).unwrap_or_default();
        if std::mem::take(&mut first)
            && let Some((marked, _)) = Encoding::for_bom(bytes)
        {
            bar.finish_and_clear();
            return Ok(marked);
        }
        let (result, _, _) = decoder.decode_to_utf8_without_replacement(bytes, &mut text, read == 0);
        if matches!(result, DecoderResult::Malformed(..)) {
            bar.finish_and_clear();
            return Ok(WINDOWS_1252);
        }
        if read == 0 {
            bar.finish_and_clear();
            return Ok(UTF_8);
        }
    }
}

/// Reads until the chunk is full or the source ends.
fn fill(source: &mut dyn Read, chunk: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = chunk.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// A source decoded to UTF-8. Line ends of every kind become one line feed, and the last line gets one too, so that
/// lines can be counted.
pub(super) struct Text {
    source: Box<dyn Read>,
    decoder: Decoder,
    chunk: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    after_return: bool,
    last: u8,
    ended: bool,
}

impl Text {
    /// The text of a source in an encoding, without the byte order mark.
    pub(super) fn new(source: Box<dyn Read>, encoding: &'static Encoding) -> Self {
        Self {
            source,
            decoder: encoding.new_decoder_with_bom_removal(),
            chunk: vec![0; CHUNK],
            ready: Vec::new(),
            given: 0,
            after_return: false,
            last: b'\n',
            ended: false,
        }
    }

    fn next_chunk(&mut self) -> io::Result<()> {
        let read = fill(&mut *self.source, &mut self.chunk)?;
        self.ended = read == 0;
        let bytes = self.chunk.get(..read).unwrap_or_default();
        let room = self.decoder.max_utf8_buffer_length(read).unwrap_or(CHUNK * 4);
        let mut text = vec![0; room];
        let (_, _, written, replaced) = self.decoder.decode_to_utf8(bytes, &mut text, self.ended);
        if replaced {
            let name = self.decoder.encoding().name();
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("the file is not {name}; --encoding gives another encoding"),
            ));
        }
        self.ready.clear();
        self.given = 0;
        for &byte in text.get(..written).unwrap_or_default() {
            let second_of_two = byte == b'\n' && std::mem::take(&mut self.after_return);
            self.after_return = byte == b'\r';
            if !second_of_two {
                self.ready.push(if byte == b'\r' { b'\n' } else { byte });
            }
        }
        self.last = self.ready.last().copied().unwrap_or(self.last);
        if self.ended && self.last != b'\n' {
            self.ready.push(b'\n');
            self.last = b'\n';
        }
        Ok(())
    }
}

impl Read for Text {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() && !self.ended {
            self.next_chunk()?;
        }
        let rest = self.ready.get(self.given..).unwrap_or_default();
        let count = rest.len().min(target.len());
        target.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.given += count;
        Ok(count)
    }
}

/// The delimiter that splits the first line into the most columns.
pub(super) fn delimiter_of(first_line: &str) -> u8 {
    let mut found = (0, b',');
    for delimiter in [b',', b';', b'\t', b'|'] {
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(first_line.as_bytes());
        let columns = reader.records().next().and_then(Result::ok).map_or(0, |record| record.len());
        if columns > found.0 {
            found = (columns, delimiter);
        }
    }
    found.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &'static [u8], encoding: &'static Encoding) -> String {
        let mut read = String::new();
        Text::new(Box::new(bytes), encoding).read_to_string(&mut read).unwrap();
        read
    }

    #[test]
    fn lines_end_in_one_line_feed_and_the_mark_is_gone() {
        assert_eq!(text(b"\xef\xbb\xbfa\r\nb\rc\n\nd", UTF_8), "a\nb\nc\n\nd\n");
        assert_eq!(text(b"", UTF_8), "");
        assert_eq!(text(b"caf\xe9 \x80\n", WINDOWS_1252), "café €\n");
        assert_eq!(text(b"\xff\xfea\0\r\0\n\0", encoding_rs::UTF_16LE), "a\n");
    }

    #[test]
    fn the_delimiter_is_the_one_that_parts_most() {
        for (line, delimiter) in
            [("a,b,c", b','), ("a;b,c;d", b';'), ("a\tb", b'\t'), ("a|b", b'|'), ("\"a;b;c\",d", b','), ("a", b',')]
        {
            assert_eq!(delimiter_of(line), delimiter, "{line}");
        }
    }
}
