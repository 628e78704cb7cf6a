//! A file's bytes to the UTF-8 that is searched and shown.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use rustix::fs::{Mode, OFlags};

use crate::cancel::Cancel;

/// Bytes that are read at once of a file that is not held whole.
const PIECE: usize = 64 << 10;

/// A file for reading. One that became a pipe or a link since it was listed is not waited for and not followed.
pub(super) fn open(path: &Path, follow: bool) -> io::Result<File> {
    let mut flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    flags.set(OFlags::NOFOLLOW, !follow);
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

/// Reads up to `most` bytes into `buffer`, which grows as needed, and returns how many there are; None for a file that
/// has more.
pub(super) fn fill(file: &mut File, buffer: &mut Vec<u8>, most: usize) -> io::Result<Option<usize>> {
    let mut length = 0;
    loop {
        if length == buffer.len() {
            if length > most {
                return Ok(None);
            }
            buffer.resize((length * 4).clamp(PIECE, most + 1), 0);
        }
        match file.read(&mut buffer[length..]) {
            Ok(0) => return Ok(Some(length)),
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The text of a file as UTF-8, in `bytes` itself or put into `room`; None where it is binary: it holds a NUL and is
/// not UTF-16. A byte order mark decides the encoding and is taken off; a line that is not UTF-8 is read as Latin-1.
pub(super) fn decode<'a>(bytes: &'a [u8], room: &'a mut Vec<u8>) -> Option<&'a [u8]> {
    room.clear();
    let (encoding, bytes) = Encoding::of(bytes);
    if let Encoding::Bytes = encoding {
        let (lowest, highest) = bounds(bytes);
        if lowest == 0 {
            return None;
        }
        if highest < 0x80 || std::str::from_utf8(bytes).is_ok() {
            return Some(bytes);
        }
        latin1_where_needed(bytes, room);
        return Some(room);
    }
    encoding.convert(bytes, room);
    if room.contains(&0) { None } else { Some(room) }
}

/// Whether a line is longer than `most` bytes.
pub(super) fn has_long_line(text: &[u8], most: u64) -> bool {
    text.len() as u64 > most && text.split(|&byte| byte == b'\n').any(|line| line.len() as u64 > most)
}

/// The lowest and the highest byte, in one pass over memory.
fn bounds(bytes: &[u8]) -> (u8, u8) {
    bytes.iter().fold((u8::MAX, 0), |(lowest, highest), &byte| (lowest.min(byte), highest | byte))
}

#[derive(Clone, Copy)]
enum Encoding {
    /// UTF-8, or Latin-1 in lines that are not.
    Bytes,
    Utf16(fn([u8; 2]) -> u16),
}

impl Encoding {
    /// The encoding that a file's first bytes tell, and what follows the mark.
    fn of(bytes: &[u8]) -> (Self, &[u8]) {
        match bytes {
            [0xff, 0xfe, rest @ ..] => (Self::Utf16(u16::from_le_bytes), rest),
            [0xfe, 0xff, rest @ ..] => (Self::Utf16(u16::from_be_bytes), rest),
            [0xef, 0xbb, 0xbf, rest @ ..] => (Self::Bytes, rest),
            _ => (Self::Bytes, bytes),
        }
    }

    /// Puts the text behind `out`.
    fn convert(self, bytes: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Bytes if std::str::from_utf8(bytes).is_ok() => out.extend_from_slice(bytes),
            Self::Bytes => latin1_where_needed(bytes, out),
            Self::Utf16(unit) => {
                let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
                for read in char::decode_utf16(units) {
                    push(out, read.unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                if bytes.len() % 2 == 1 {
                    push(out, char::REPLACEMENT_CHARACTER);
                }
            }
        }
    }

    /// How many of the bytes can be converted before the rest is read.
    fn whole(self, bytes: &[u8]) -> usize {
        match self {
            Self::Bytes => bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1),
            Self::Utf16(unit) => {
                let even = bytes.len() & !1;
                let is_half =
                    even >= 2 && (0xd800..0xdc00).contains(&unit([bytes[even - 2], bytes[even - 1]]));
                if is_half { even - 2 } else { even }
            }
        }
    }
}

fn latin1_where_needed(bytes: &[u8], out: &mut Vec<u8>) {
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        if std::str::from_utf8(line).is_ok() {
            out.extend_from_slice(line);
        } else {
            for &byte in line {
                push(out, char::from(byte));
            }
        }
    }
}

fn push(out: &mut Vec<u8>, letter: char) {
    out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}

/// The text of a file that is too large to hold, piece by piece.
pub(super) struct Pieces<'a> {
    file: &'a mut File,
    /// Bytes that were read and not converted: the beginning of a line, or of a character.
    raw: Vec<u8>,
    encoding: Option<Encoding>,
    text: Vec<u8>,
    given: usize,
    /// Bytes of the line that the text so far ends with.
    line: usize,
    most: u64,
    ended: bool,
    stopped: &'a Cancel,
}

/// What the next piece of a file is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text.
    Text,
    /// Nothing: that was all.
    End,
    /// Not text.
    Binary,
    /// Text in lines that are too long to hold.
    LongLine,
}

impl<'a> Pieces<'a> {
    /// The file from its beginning, with lines of up to `most` bytes.
    pub(super) fn new(file: &'a mut File, most: u64, stopped: &'a Cancel) -> io::Result<Self> {
        file.rewind()?;
        Ok(Self {
            file,
            raw: Vec::new(),
            encoding: None,
            text: Vec::new(),
            given: 0,
            line: 0,
            most,
            ended: false,
            stopped,
        })
    }

    /// Reads on.
    pub(super) fn next(&mut self) -> io::Result<Piece> {
        (self.given, self.text) = (0, Vec::with_capacity(PIECE));
        while self.text.is_empty() {
            if self.stopped.is_cancelled() {
                return Err(io::Error::other("stopped"));
            }
            if self.ended {
                return Ok(Piece::End);
            }
            let had = self.raw.len();
            self.raw.resize(had + PIECE, 0);
            let count = self.file.read(&mut self.raw[had..])?;
            self.raw.truncate(had + count);
            self.ended = count == 0;
            if self.encoding.is_none() && (self.raw.len() > 2 || self.ended) {
                let (encoding, rest) = Encoding::of(&self.raw);
                self.encoding = Some(encoding);
                self.raw.drain(..self.raw.len() - rest.len());
            }
            if self.raw.len() as u64 > self.most.saturating_add(PIECE as u64) {
                return Ok(Piece::LongLine);
            }
            if let Some(encoding) = self.encoding {
                let whole = if self.ended { self.raw.len() } else { encoding.whole(&self.raw) };
                encoding.convert(&self.raw[..whole], &mut self.text);
                self.raw.drain(..whole);
            }
        }
        Ok(self.judge())
    }

    fn judge(&mut self) -> Piece {
        if self.text.contains(&0) {
            return Piece::Binary;
        }
        let first = self.text.iter().position(|&byte| byte == b'\n').unwrap_or(self.text.len());
        if (self.line + first) as u64 > self.most || has_long_line(&self.text, self.most) {
            return Piece::LongLine;
        }
        let last = self.text.iter().rposition(|&byte| byte == b'\n');
        self.line = last.map_or(self.line + self.text.len(), |at| self.text.len() - at - 1);
        Piece::Text
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() {
            match self.next()? {
                Piece::Text => {}
                Piece::End => return Ok(0),
                Piece::Binary | Piece::LongLine => {
                    return Err(io::Error::other("it changed while it was read"));
                }
            }
        }
        let count = (&self.text[self.given..]).read(buffer)?;
        self.given += count;
        Ok(count)
    }
}

/// A line without its ending, cut to `max_columns` characters, the last of them `…` where something was cut.
pub(super) fn shown(line: &[u8], max_columns: usize) -> String {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if max_columns == 0 || line.len() <= max_columns {
        return String::from_utf8_lossy(line).into_owned();
    }
    // No character is longer than four bytes, so what is behind them is not looked at.
    let near = &line[..line.len().min(max_columns * 4 + 4)];
    let text = String::from_utf8_lossy(near);
    match text.char_indices().nth(max_columns) {
        None => text.into_owned(),
        Some(_) => text.chars().take(max_columns - 1).chain(['…']).collect(),
    }
}

/// What the system said, without its number.
pub(super) fn told(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
