//! A file's bytes to the UTF-8 that is searched and shown.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::cancel::Cancel;

/// A file read whole in pieces, so that a cancel is heard; None when it was cancelled.
pub(super) fn read(path: &Path, cancel: &Cancel) -> io::Result<Option<Vec<u8>>> {
    const PIECE: u64 = 4 << 20;
    let mut file = File::open(path)?;
    let mut bytes = Vec::with_capacity(usize::try_from(file.metadata()?.len()).unwrap_or(0));
    while !cancel.is_cancelled() {
        if file.by_ref().take(PIECE).read_to_end(&mut bytes)? == 0 {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

/// The text of a file as UTF-8, or None where it is binary: it holds a NUL and is not UTF-16. A byte order mark decides
/// the encoding and is taken off; a line that is not UTF-8 is read as Latin-1.
pub(super) fn decode(mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let text = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, ..] => {
            bytes.drain(..3);
            bytes
        }
        _ => bytes,
    };
    if text.contains(&0) {
        return None;
    }
    Some(if std::str::from_utf8(&text).is_ok() { text } else { latin1_where_needed(&text) })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String =
        char::decode_utf16(units).map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.into_bytes()
}

fn latin1_where_needed(text: &[u8]) -> Vec<u8> {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        match std::str::from_utf8(line) {
            Ok(line) => out.push_str(line),
            Err(_) => out.extend(line.iter().copied().map(char::from)),
        }
    }
    out.into_bytes()
}

/// A line without its ending, cut to `max_columns` characters, the last of them `…` where something was cut.
pub(super) fn shown(line: &[u8], max_columns: usize) -> String {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = String::from_utf8_lossy(line);
    if max_columns == 0 || text.len() <= max_columns {
        return text.into_owned();
    }
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
