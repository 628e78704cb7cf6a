//! The envelope: `*** Begin Patch`, a section for each file, `*** End Patch`.

use super::super::shown;
use super::{Action, Ahead, Chunk, FilePatch, Head, error, is_blank, kept, without_end};
use crate::cancel::Cancel;
use crate::error::Result;

const BEGIN: &[u8] = b"*** Begin Patch";
const END: &[u8] = b"*** End Patch";
const END_OF_FILE: &[u8] = b"*** End of File";
const MOVE: &[u8] = b"*** Move to: ";
const SECTIONS: [(&[u8], Action); 3] = [
    (b"*** Add File: ", Action::Add),
    (b"*** Delete File: ", Action::Delete),
    (b"*** Update File: ", Action::Update),
];

pub(super) fn opens(line: &[u8]) -> bool {
    line.trim_ascii_end() == BEGIN || section(line).is_some()
}

fn section(line: &[u8]) -> Option<(Action, &[u8])> {
    SECTIONS.iter().find_map(|(mark, action)| Some((*action, line.strip_prefix(*mark)?.trim_ascii())))
}

pub(super) fn read(lines: &[&[u8]], first: usize, cancel: &Cancel) -> Result<Vec<FilePatch>> {
    let is_begun = lines[first].trim_ascii() == BEGIN;
    let rest = &lines[first..];
    let end = rest.iter().rposition(|line| line.trim_ascii() == END).map(|at| first + at);
    if is_begun && end.is_none() {
        return Err(error(lines.len(), "the patch has no *** End Patch: it may have been cut off"));
    }
    let lines = &lines[..end.unwrap_or(lines.len())];
    let is_converted = lines[first].ends_with(b"\r\n");
    let mut reader =
        Reader { lines, at: first + usize::from(is_begun), ahead: Ahead::default(), is_converted, cancel };
    let mut files = Vec::new();
    while let Some(line) = reader.peek() {
        cancel.check()?;
        match section(line.trim_ascii()) {
            Some((action, path)) if !path.is_empty() => {
                reader.at += 1;
                files.push(reader.file(action, path.to_vec())?);
            }
            _ if line.trim_ascii().is_empty() => reader.at += 1,
            _ => {
                let what = "expected *** Add File:, *** Update File: or *** Delete File: and a path, found";
                return Err(error(reader.at, &format!("{what} {}", shown(line))));
            }
        }
    }
    if files.is_empty() {
        return Err(error(first, "the patch is empty"));
    }
    Ok(files)
}

struct Reader<'a> {
    lines: &'a [&'a [u8]],
    at: usize,
    ahead: Ahead,
    is_converted: bool,
    cancel: &'a Cancel,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a [u8]> {
        self.lines.get(self.at).copied()
    }

    fn file(&mut self, action: Action, path: Vec<u8>) -> Result<FilePatch> {
        let named_at = self.at - 1;
        let mut file = FilePatch { action, path: Some(path), moved_to: None, chunks: Vec::new(), ends: true };
        match action {
            Action::Add => file.chunks.push(self.content()?),
            Action::Delete => {}
            Action::Update => {
                if let Some(to) = self.peek().and_then(|line| line.trim_ascii().strip_prefix(MOVE)) {
                    file.moved_to = Some(to.trim_ascii().to_vec());
                    self.at += 1;
                }
                file.chunks = self.chunks()?;
                if file.chunks.is_empty() && file.moved_to.is_none() {
                    return Err(error(named_at, "an update says nothing that changes"));
                }
            }
        }
        Ok(file)
    }

    /// The lines of a new file.
    fn content(&mut self) -> Result<Chunk> {
        let mut chunk = Chunk::default();
        while let Some(line) = self.peek().filter(|line| section(line).is_none()) {
            self.cancel.check()?;
            if line.starts_with(b"+") {
                chunk.lines.push(kept(b"", line, self.is_converted));
            } else if is_blank(line) {
                // A blank line in it has lost its sign; one after it says nothing.
                if self.lines.get(self.at + 1).is_some_and(|next| next.starts_with(b"+")) {
                    chunk.lines.push(kept(b"+", line, self.is_converted));
                }
            } else {
                let what = "a line of a new file begins with +, found";
                return Err(error(self.at, &format!("{what} {}", shown(line))));
            }
            self.at += 1;
        }
        Ok(chunk)
    }

    fn chunks(&mut self) -> Result<Vec<Chunk>> {
        let mut chunks: Vec<Chunk> = Vec::new();
        let mut next = Chunk::default();
        while let Some(line) = self.peek().filter(|line| section(line).is_none()) {
            self.cancel.check()?;
            if line.starts_with(b"@@") {
                close(&mut chunks, &mut next);
                let head = Head::of(line);
                next.start = head.start;
                next.anchors.extend(head.anchor);
            } else if without_end(line).trim_ascii_end() == END_OF_FILE {
                next.at_end = true;
                close(&mut chunks, &mut next);
            } else if matches!(line[0], b' ' | b'+' | b'-') {
                next.lines.push(kept(b"", line, self.is_converted));
            } else if line[0] == b'\\' {
                next.open_end();
            } else if !is_blank(line) {
                let what = "a line of a change begins with a space, + or -, found";
                return Err(error(self.at, &format!("{what} {}", shown(line))));
            } else if self.goes_on() {
                next.lines.push(kept(b" ", line, self.is_converted));
            }
            self.at += 1;
        }
        close(&mut chunks, &mut next);
        if next.anchors.is_empty() {
            Ok(chunks)
        } else {
            Err(error(self.at, &format!("nothing follows @@ {}", shown(&next.anchors[0]))))
        }
    }

    /// Whether lines of the chunk follow the blank ones here.
    fn goes_on(&mut self) -> bool {
        let next = self.lines.get(self.ahead.from(self.lines, self.at));
        next.is_some_and(|line| matches!(line[0], b' ' | b'+' | b'-'))
    }
}

/// The chunk is whole once it has lines; until then its heads gather.
fn close(chunks: &mut Vec<Chunk>, next: &mut Chunk) {
    if !next.lines.is_empty() {
        chunks.push(std::mem::take(next));
    }
}
