//! The unified diff: as `diff -u` and git write it, and as models do, who count badly, forget heads, and put words
//! around it.

use super::super::names::{git_names, paths, unquoted};
use super::super::shown;
use super::{Action, Ahead, Chunk, FilePatch, Head, error, is_blank, kept, without_end};
use crate::cancel::Cancel;
use crate::error::Result;

pub(super) fn opens(lines: &[&[u8]]) -> bool {
    at_names(lines, 0) || lines[0].starts_with(b"diff --git ") || lines[0].starts_with(b"@@")
}

pub(super) fn read(lines: &[&[u8]], cancel: &Cancel) -> Result<Vec<FilePatch>> {
    let mut reader = Reader { lines, at: 0, ahead: Ahead::default(), cancel };
    let mut files: Vec<FilePatch> = Vec::new();
    while let Some(line) = reader.peek() {
        cancel.check()?;
        if at_names(lines, reader.at) {
            files.push(reader.file(None)?);
        } else if line.starts_with(b"diff --git ") {
            files.extend(reader.git_file()?);
        } else if line.starts_with(b"@@") {
            let chunks = reader.chunks(line.ends_with(b"\r\n"))?;
            match files.last_mut() {
                Some(file) if file.action == Action::Update => file.chunks.extend(chunks),
                _ => files.push(update(None, chunks)),
            }
        } else {
            reader.at += 1;
        }
    }
    Ok(files)
}

fn at_names(lines: &[&[u8]], at: usize) -> bool {
    lines[at].starts_with(b"--- ") && lines.get(at + 1).is_some_and(|next| next.starts_with(b"+++ "))
}

fn update(path: Option<Vec<u8>>, chunks: Vec<Chunk>) -> FilePatch {
    FilePatch { action: Action::Update, path, moved_to: None, chunks, ends: false }
}

/// What git says before a file's names.
#[derive(Default)]
struct GitHead {
    old: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
    is_told: bool,
    is_renamed: bool,
}

struct Reader<'a> {
    lines: &'a [&'a [u8]],
    at: usize,
    ahead: Ahead,
    cancel: &'a Cancel,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a [u8]> {
        self.lines.get(self.at).copied()
    }

    /// A file that git's own lines announce; it may have no hunks: one that is empty, or was only renamed.
    fn git_file(&mut self) -> Result<Option<FilePatch>> {
        let mut head = GitHead::default();
        if let Some((old, new)) = git_names(without_end(self.lines[self.at])) {
            (head.old, head.new) = (Some(old), Some(new));
        }
        self.at += 1;
        while let Some(line) = self.peek() {
            if at_names(self.lines, self.at) {
                return self.file(Some(head)).map(Some);
            }
            let line = without_end(line);
            if line.starts_with(b"diff --git ") || line.is_empty() {
                break;
            } else if line.starts_with(b"@@") {
                let is_converted = self.lines[self.at].ends_with(b"\r\n");
                let chunks = self.chunks(is_converted)?;
                return Ok(Some(update(head.new.or(head.old), chunks)));
            } else if line.starts_with(b"GIT binary patch") || line.starts_with(b"Binary files ") {
                return Err(error(self.at, "a binary file cannot be patched"));
            } else if line.starts_with(b"new file mode ") {
                (head.old, head.is_told) = (None, true);
            } else if line.starts_with(b"deleted file mode ") {
                (head.new, head.is_told) = (None, true);
            } else if let Some(name) = line.strip_prefix(b"rename from ".as_slice()) {
                (head.old, head.is_told, head.is_renamed) = (Some(unquoted(name)), true, true);
            } else if let Some(name) = line.strip_prefix(b"rename to ".as_slice()) {
                (head.new, head.is_told, head.is_renamed) = (Some(unquoted(name)), true, true);
            }
            self.at += 1;
        }
        Ok(head.is_told.then(|| named(head.old, head.new, head.is_renamed, Vec::new())).flatten())
    }

    fn file(&mut self, head: Option<GitHead>) -> Result<FilePatch> {
        let (old_line, new_line) = (self.lines[self.at], self.lines[self.at + 1]);
        let is_converted = old_line.ends_with(b"\r\n") && new_line.ends_with(b"\r\n");
        let (old_name, new_name) = (without_end(&old_line[4..]), without_end(&new_line[4..]));
        let (old, new) = paths(old_name, new_name);
        let is_git = old_name.starts_with(b"a/") && new_name.starts_with(b"b/");
        let names_at = self.at;
        self.at += 2;
        let chunks = self.chunks(is_converted)?;
        if chunks.is_empty() {
            return Err(error(self.at, "a file's --- and +++ lines are followed by no hunk"));
        }
        let is_renamed = is_git || head.is_some_and(|head| head.is_renamed);
        named(old, new, is_renamed, chunks).ok_or_else(|| error(names_at, "both names are /dev/null"))
    }

    fn chunks(&mut self, is_converted: bool) -> Result<Vec<Chunk>> {
        let mut chunks = Vec::new();
        let mut anchors = Vec::new();
        while let Some(line) = self.peek() {
            let head_at = self.at;
            let head = if line.starts_with(b"@@") {
                self.at += 1;
                Head::of(line)
            } else if chunks.is_empty() && matches!(line[0], b' ' | b'+' | b'-') {
                Head::default()
            } else {
                break;
            };
            let is_anchor = head.anchor.is_some();
            anchors.extend(head.anchor);
            let mut chunk = Chunk { start: head.start, ..Chunk::default() };
            self.body(&mut chunk, head.counts, is_converted)?;
            if !chunk.lines.is_empty() {
                chunk.anchors = std::mem::take(&mut anchors);
                chunks.push(chunk);
            } else if !is_anchor || !self.peek().is_some_and(|line| line.starts_with(b"@@")) {
                return Err(error(self.at, &format!("a hunk has no lines: {}", shown(self.lines[head_at]))));
            }
        }
        Ok(chunks)
    }

    /// The lines of a hunk: as many as its head says, and where that is wrong, as many as look like it.
    fn body(&mut self, chunk: &mut Chunk, counts: Option<(usize, usize)>, is_converted: bool) -> Result<()> {
        let (mut old, mut new) = counts.unwrap_or_default();
        while let Some(line) = self.peek() {
            self.cancel.check()?;
            let is_owed = old > 0 || new > 0;
            if self.ends_body(is_owed) {
                break;
            }
            let sign: &[u8] = match line[0] {
                b' ' | b'-' | b'+' => b"",
                b'\\' => {
                    chunk.open_end();
                    self.at += 1;
                    continue;
                }
                _ if is_blank(line) && (is_owed || self.goes_on(counts.is_none())) => b" ",
                _ if !is_blank(line) && self.goes_on_at_once() => b" ",
                _ => break,
            };
            let line = kept(sign, line, is_converted);
            old = old.saturating_sub(usize::from(line[0] != b'+'));
            new = new.saturating_sub(usize::from(line[0] != b'-'));
            chunk.lines.push(line);
            self.at += 1;
        }
        Ok(())
    }

    /// Whether the line belongs to no hunk. While lines are owed, a removed `-- x` and an added `++ y` look like names.
    fn ends_body(&self, is_owed: bool) -> bool {
        let line = self.lines[self.at];
        let is_head = |line: &&[u8]| line.starts_with(b"@@");
        let marks: [&[u8]; 5] = [b"@@", b"diff --git ", b"```", b"*** ", b"Index: "];
        marks.iter().any(|mark| line.starts_with(mark))
            || (at_names(self.lines, self.at) && (!is_owed || self.lines.get(self.at + 2).is_some_and(is_head)))
            // `-- ` opens the signature of a patch sent by mail.
            || (!is_owed && line.trim_ascii_end() == b"--")
    }

    /// Whether lines of the hunk follow the blank ones here; context counts only where no head said how much there is.
    fn goes_on(&mut self, with_context: bool) -> bool {
        let next = self.ahead.from(self.lines, self.at);
        let Some(&sign) = self.lines.get(next).and_then(|line| line.first()) else { return false };
        (sign == b'+' || sign == b'-' || (with_context && sign == b' '))
            && !at_names(self.lines, next)
            && self.lines[next].trim_ascii_end() != b"--"
    }

    /// Whether a line of the hunk follows at once, so that this one has only lost its sign.
    fn goes_on_at_once(&self) -> bool {
        self.lines.get(self.at + 1).is_some_and(|next| matches!(next[0], b' ' | b'+' | b'-'))
            && !at_names(self.lines, self.at + 1)
    }
}

/// What two names mean; None where both are `/dev/null`.
fn named(
    old: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
    is_renamed: bool,
    chunks: Vec<Chunk>,
) -> Option<FilePatch> {
    let adds_only = !chunks.iter().any(Chunk::has_old);
    Some(match (old, new) {
        (None, None) => return None,
        (None, Some(new)) if adds_only => {
            FilePatch { action: Action::Add, path: Some(new), moved_to: None, chunks, ends: false }
        }
        (Some(old), None) => FilePatch {
            action: Action::Delete,
            path: Some(old),
            moved_to: None,
            chunks: Vec::new(),
            ends: false,
        },
        (Some(old), Some(new)) if is_renamed && old != new => {
            FilePatch { moved_to: Some(new), ..update(Some(old), chunks) }
        }
        (_, Some(new)) => update(Some(new), chunks),
    })
}
