//! Search/replace fences: `<<<<<<< SEARCH`, what stands there, `=======`, what shall, `>>>>>>> REPLACE`. The file's name
//! stands on one of the lines before.

use super::{Action, Chunk, FilePatch, error, without_end};
use crate::cancel::Cancel;
use crate::error::Result;

pub(super) fn opens(line: &[u8]) -> bool {
    let rest = fence(line, b'<').map(<[u8]>::trim_ascii);
    matches!(rest, Some(b"SEARCH" | b"SEARCH>"))
}

fn divides(line: &[u8]) -> bool {
    fence(line, b'=').is_some_and(<[u8]>::is_empty)
}

fn closes(line: &[u8]) -> bool {
    fence(line, b'>').is_some_and(|rest| rest.trim_ascii() == b"REPLACE")
}

/// What follows five to nine of a sign.
fn fence(line: &[u8], sign: u8) -> Option<&[u8]> {
    let line = line.trim_ascii();
    let count = line.iter().take_while(|&&byte| byte == sign).count();
    (5..=9).contains(&count).then(|| &line[count..])
}

pub(super) fn read(lines: &[&[u8]], cancel: &Cancel) -> Result<Vec<FilePatch>> {
    let mut files: Vec<FilePatch> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        cancel.check()?;
        if !opens(lines[at]) {
            at += 1;
            continue;
        }
        let path = name_before(lines, at).or_else(|| files.last().and_then(|file| file.path.clone()));
        let mut chunk = Chunk::default();
        at = part(lines, at + 1, b'-', &mut chunk, divides, cancel)?
            .ok_or_else(|| error(lines.len(), "expected ======="))?;
        at = part(lines, at, b'+', &mut chunk, |line| closes(line) || divides(line), cancel)?
            .ok_or_else(|| error(lines.len(), "expected >>>>>>> REPLACE"))?;
        files.push(FilePatch {
            action: Action::Update,
            path,
            moved_to: None,
            chunks: vec![chunk],
            ends: true,
        });
    }
    Ok(files)
}

/// Adds the lines up to a mark; where it goes on after that mark.
fn part(
    lines: &[&[u8]],
    from: usize,
    sign: u8,
    chunk: &mut Chunk,
    ends: impl Fn(&[u8]) -> bool,
    cancel: &Cancel,
) -> Result<Option<usize>> {
    for (at, line) in lines.iter().enumerate().skip(from) {
        cancel.check()?;
        if ends(line) {
            return Ok(Some(at + 1));
        }
        chunk.lines.push([&[sign], without_end(line), b"\n"].concat());
    }
    Ok(None)
}

/// The file's name in the three lines before a fence, where only the openings of code blocks may stand between.
fn name_before(lines: &[&[u8]], at: usize) -> Option<Vec<u8>> {
    let mut names: Vec<&[u8]> = Vec::new();
    for line in lines[..at].iter().rev().take(3) {
        let line = line.trim_ascii();
        let block = line.strip_prefix(b"```".as_slice()).or_else(|| line.strip_prefix(b"<".as_slice()));
        let bare = stripped(block.unwrap_or(line));
        let is_name = if block.is_some() { bare.contains(&b'.') || bare.contains(&b'/') } else { true };
        if is_name && !bare.is_empty() && bare != b"..." {
            names.push(bare);
        }
        if block.is_none() {
            break;
        }
    }
    let with_ending = names.iter().find(|name| name.contains(&b'.'));
    with_ending.or(names.first()).map(|name| name.to_vec())
}

/// A name without the marks that Markdown puts around it.
fn stripped(line: &[u8]) -> &[u8] {
    let mut line = line.trim_ascii();
    while let Some(rest) = line.strip_suffix(b":").or_else(|| line.strip_prefix(b"#")) {
        line = rest.trim_ascii();
    }
    for mark in [b"`", b"*"] {
        while let Some(rest) = line.strip_prefix(mark) {
            line = rest;
        }
        while let Some(rest) = line.strip_suffix(mark) {
            line = rest;
        }
    }
    line
}
