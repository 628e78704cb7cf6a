//! The unified form to hunks: what `diff -u` and git write, and what models write in their manner.

use super::{Hunk, shown};
use crate::error::{Error, Result};

/// What a diff says about one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePatch {
    /// Its name before, without git's `a/`; None where it is new.
    pub old_path: Option<Vec<u8>>,
    /// Its name after, without git's `b/`; None where it goes.
    pub new_path: Option<Vec<u8>>,
    /// What changes in it.
    pub hunks: Vec<Hunk>,
}

/// Every file of a diff. Lines between files (git's own, a commit's message) are passed over.
pub fn parse_unified(text: &[u8]) -> Result<Vec<FilePatch>> {
    let mut reader = Reader { lines: text.split_inclusive(|&byte| byte == b'\n').collect(), at: 0 };
    let mut files = Vec::new();
    while let Some(line) = reader.peek() {
        if line.starts_with(b"--- ") && reader.peek_at(1).is_some_and(|next| next.starts_with(b"+++ ")) {
            files.push(reader.file()?);
        } else if line.starts_with(b"diff --git ") {
            files.extend(reader.git_file());
        } else if line.starts_with(b"@@ ") {
            return Err(reader.error("a hunk comes before any file's --- and +++ lines"));
        } else {
            reader.at += 1;
        }
    }
    if files.is_empty() && !text.trim_ascii().is_empty() && !text.starts_with(b"diff --git ") {
        return Err(Error::Invalid("line 1: this is not a unified diff: it has no --- and +++ lines".into()));
    }
    Ok(files)
}

struct Reader<'a> {
    lines: Vec<&'a [u8]>,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a [u8]> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<&'a [u8]> {
        self.lines.get(self.at + ahead).copied()
    }

    fn error(&self, what: &str) -> Error {
        Error::Invalid(format!("line {}: {what}", self.at + 1))
    }

    /// What git says about a file that may have no hunks: one that is empty, was renamed, or is not text.
    fn git_file(&mut self) -> Option<FilePatch> {
        let (mut old, mut new) = match git_names(without_end(self.lines[self.at])) {
            Some(names) => (Some(names.0), Some(names.1)),
            None => (None, None),
        };
        let mut is_told = false;
        self.at += 1;
        while let Some(line) = self.peek() {
            let line = without_end(line);
            if line.starts_with(b"diff --git ") || line.starts_with(b"@@ ") {
                break;
            } else if line.starts_with(b"--- ") {
                return None;
            } else if line.starts_with(b"new file mode ") {
                (old, is_told) = (None, true);
            } else if line.starts_with(b"deleted file mode ") {
                (new, is_told) = (None, true);
            } else if let Some(name) = line.strip_prefix(b"rename from ".as_slice()) {
                (old, is_told) = (Some(unquoted(name)), true);
            } else if let Some(name) = line.strip_prefix(b"rename to ".as_slice()) {
                (new, is_told) = (Some(unquoted(name)), true);
            } else if line.is_empty() {
                break;
            }
            self.at += 1;
        }
        let is_named = old.is_some() || new.is_some();
        (is_told && is_named).then_some(FilePatch { old_path: old, new_path: new, hunks: Vec::new() })
    }

    fn file(&mut self) -> Result<FilePatch> {
        let (old_line, new_line) = (self.lines[self.at], self.lines[self.at + 1]);
        // Where the diff's own lines end in CR LF, the whole diff was converted, and so its text lines were.
        let is_converted = old_line.ends_with(b"\r\n") && new_line.ends_with(b"\r\n");
        let (old_path, new_path) = paths(without_end(&old_line[4..]), without_end(&new_line[4..]));
        if old_path.is_none() && new_path.is_none() {
            return Err(self.error("both names are /dev/null"));
        }
        self.at += 2;
        let mut hunks = Vec::new();
        while self.peek().is_some_and(|line| line.starts_with(b"@@")) {
            hunks.push(self.hunk(is_converted)?);
        }
        if hunks.is_empty() {
            return Err(self.error("a file's --- and +++ lines are followed by no hunk"));
        }
        Ok(FilePatch { old_path, new_path, hunks })
    }

    fn hunk(&mut self, is_converted: bool) -> Result<Hunk> {
        let head = self.lines[self.at];
        let (old, new) =
            hunk_ranges(head).ok_or_else(|| self.error(&format!("not a hunk's head: {}", shown(head))))?;
        let mut hunk = Hunk {
            old_start: old.0,
            old_count: old.1,
            new_start: new.0,
            new_count: new.1,
            lines: Vec::new(),
        };
        self.at += 1;
        let (mut old_left, mut new_left) = (old.1, new.1);
        while old_left > 0 || new_left > 0 {
            let line = self.peek().ok_or_else(|| {
                self.error(&format!(
                    "the diff ends inside a hunk: {old_left} old and {new_left} new lines are missing"
                ))
            })?;
            let line = body_line(line, is_converted);
            let (takes_old, takes_new) = match line[0] {
                b' ' => (1, 1),
                b'-' => (1, 0),
                b'+' => (0, 1),
                _ => return Err(self.error(&format!("expected a line of the hunk, found {}", shown(&line)))),
            };
            if takes_old > old_left || takes_new > new_left {
                return Err(self.error("the hunk has more lines than its head says"));
            }
            (old_left, new_left) = (old_left - takes_old, new_left - takes_new);
            hunk.lines.push(line);
            self.at += 1;
            self.open_end(&mut hunk);
        }
        self.check_end()?;
        Ok(hunk)
    }

    /// `\ No newline at end of file` takes the ending from the line before it.
    fn open_end(&mut self, hunk: &mut Hunk) {
        if self.peek().is_some_and(|line| line.starts_with(b"\\")) {
            if let Some(last) = hunk.lines.last_mut() {
                last.pop_if(|byte| *byte == b'\n');
            }
            self.at += 1;
        }
    }

    /// A line that looks like more of the hunk means that its head lied, and the rest would be lost unsaid.
    fn check_end(&self) -> Result<()> {
        let Some(line) = self.peek() else { return Ok(()) };
        let is_file =
            line.starts_with(b"--- ") && self.peek_at(1).is_some_and(|next| next.starts_with(b"+++ "));
        // `-- ` opens the signature of a patch sent by mail.
        if matches!(line[0], b' ' | b'-' | b'+') && !is_file && line.trim_ascii_end() != b"--" {
            return Err(self.error("the hunk has more lines than its head says"));
        }
        Ok(())
    }
}

/// A line of a hunk; an empty one is a blank context line whose space an editor took away.
fn body_line(line: &[u8], is_converted: bool) -> Vec<u8> {
    let mut whole = if matches!(line, b"\n" | b"\r\n") { [b" ", line].concat() } else { line.to_vec() };
    if is_converted && whole.ends_with(b"\r\n") {
        whole.truncate(whole.len() - 2);
        whole.push(b'\n');
    }
    whole
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// `@@ -3,7 +3,8 @@ anything`: the two ranges as start and count.
fn hunk_ranges(head: &[u8]) -> Option<((usize, usize), (usize, usize))> {
    // What follows the second @@ is a line of the file, in whatever encoding.
    let head = String::from_utf8_lossy(without_end(head));
    let (old, rest) = head.strip_prefix("@@ -")?.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    Some((range(old)?, range(new)?))
}

fn range(text: &str) -> Option<(usize, usize)> {
    let number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse().ok()).flatten()
    };
    match text.split_once(',') {
        Some((start, count)) => Some((number(start)?, number(count)?)),
        None => Some((number(text)?, 1)),
    }
}

/// The two names of a file's head. `a/` and `b/` are git's where both sides agree on it.
fn paths(old: &[u8], new: &[u8]) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let (old, new) = (unquoted(old), unquoted(new));
    let is_git = [(&old, b"a/"), (&new, b"b/")]
        .iter()
        .all(|(name, prefix)| is_nothing(name) || name.starts_with(*prefix));
    let path = |name: Vec<u8>| {
        if is_nothing(&name) {
            None
        } else if is_git {
            Some(name[2..].to_vec())
        } else {
            Some(name)
        }
    };
    (path(old), path(new))
}

fn is_nothing(name: &[u8]) -> bool {
    name == b"/dev/null"
}

/// The names of a `diff --git a/x b/x` line. Without quotes it is read only where both names are the same.
fn git_names(line: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let names = &line[b"diff --git ".len()..];
    if names.starts_with(b"\"") {
        let end = quote_end(names)?;
        let (old, new) = paths(&names[..end], names.get(end + 1..)?);
        return Some((old?, new?));
    }
    let middle = names.len() / 2;
    if names.get(middle) != Some(&b' ') {
        return None;
    }
    let (old, new) = paths(&names[..middle], &names[middle + 1..]);
    Some((old?, new?))
}

/// The index after the closing quote.
fn quote_end(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

/// A name as a file system has it: unquoted where it is quoted as in C, else up to a tab (after it comes a time).
fn unquoted(name: &[u8]) -> Vec<u8> {
    let end = if name.starts_with(b"\"") { quote_end(name) } else { None };
    let Some(end) = end else {
        return name.split(|&byte| byte == b'\t').next().unwrap_or_default().to_vec();
    };
    let mut bytes = name[1..end - 1].iter().copied().peekable();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'n') => out.push(b'\n'),
            Some(b't') => out.push(b'\t'),
            Some(b'r') => out.push(b'\r'),
            Some(b'a') => out.push(0x07),
            Some(b'b') => out.push(0x08),
            Some(b'v') => out.push(0x0b),
            Some(b'f') => out.push(0x0c),
            Some(digit @ b'0'..=b'7') => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    if let Some(next) = bytes.next_if(|byte| (b'0'..=b'7').contains(byte)) {
                        value = value * 8 + u32::from(next - b'0');
                    }
                }
                out.push((value & 0xff) as u8);
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}
