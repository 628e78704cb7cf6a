//! A patch as somebody wrote it: which files, and what shall become of each. Three forms are read: the unified diff, the
//! `*** Begin Patch` envelope, and search/replace fences; the first mark that is found says which one it is.

mod envelope;
mod fences;
mod unified;

use std::borrow::Cow;

use super::lines_of;
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// What shall become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is new; its chunks hold its lines.
    Add,
    /// It is there and stays, perhaps under another name.
    Update,
    /// It goes.
    Delete,
}

/// What a patch says about one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePatch {
    /// What shall become of it.
    pub action: Action,
    /// Its name; None where the patch says none.
    pub path: Option<Vec<u8>>,
    /// The name it gets.
    pub moved_to: Option<Vec<u8>>,
    /// What changes in it.
    pub chunks: Vec<Chunk>,
    /// Whether a new last line ends in a newline, whatever the old one did.
    pub ends: bool,
}

/// One place of a file as somebody wrote it down. What it says about where that is need not be true.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// The first old line, or the line before where it has none, as its head says; from 1.
    pub start: Option<usize>,
    /// Lines that stand before it, the outermost first.
    pub anchors: Vec<Vec<u8>>,
    /// Its lines, with their sign first.
    pub lines: Vec<Vec<u8>>,
    /// Whether the file ends with it.
    pub at_end: bool,
}

impl Chunk {
    /// Whether it has lines of the old text.
    fn has_old(&self) -> bool {
        self.lines.iter().any(|line| line[0] != b'+')
    }

    /// `\ No newline at end of file` takes the ending from the line before it.
    fn open_end(&mut self) {
        if let Some(last) = self.lines.last_mut() {
            last.pop_if(|byte| *byte == b'\n');
        }
    }
}

/// Every file of a patch, in the order in which they are named. Words around the patch are passed over.
pub fn parse_patch(text: &[u8], cancel: &Cancel) -> Result<Vec<FilePatch>> {
    cancel.check()?;
    // That the patch itself does not end in a newline says nothing about the file; `\ No newline` says it.
    let whole = if text.ends_with(b"\n") { Cow::Borrowed(text) } else { Cow::Owned([text, b"\n"].concat()) };
    let lines = lines_of(&whole);
    let mut files = match form_of(&lines, cancel)? {
        Some(Form::Envelope(at)) => envelope::read(&lines, at, cancel)?,
        Some(Form::Fences) => fences::read(&lines, cancel)?,
        Some(Form::Unified) => unified::read(&lines, cancel)?,
        None => Vec::new(),
    };
    if files.is_empty() {
        return Err(Error::Invalid(
            "line 1: this is no patch: it has neither *** Begin Patch, nor --- and +++ lines, nor <<<<<<< SEARCH"
                .into(),
        ));
    }
    for chunk in files.iter_mut().flat_map(|file| &mut file.chunks) {
        chunk.lines.retain(|line| line.len() > 1); // what is empty and not ended is no line
    }
    Ok(files)
}

enum Form {
    /// The line of its first mark.
    Envelope(usize),
    Fences,
    Unified,
}

/// A line of a file begins with its sign in a diff, so a mark without one is the form's own.
fn form_of(lines: &[&[u8]], cancel: &Cancel) -> Result<Option<Form>> {
    let first = lines.iter().position(|line| !line.trim_ascii().is_empty());
    if let Some(first) = first.filter(|&first| envelope::opens(lines[first].trim_ascii())) {
        return Ok(Some(Form::Envelope(first)));
    }
    for (at, line) in lines.iter().enumerate() {
        cancel.check()?;
        if envelope::opens(without_end(line)) {
            return Ok(Some(Form::Envelope(at)));
        } else if fences::opens(line) {
            return Ok(Some(Form::Fences));
        } else if unified::opens(&lines[at..]) {
            return Ok(Some(Form::Unified));
        }
    }
    Ok(None)
}

/// Where the next line stands that is not blank: a row of blank ones is gone through once, however often it is asked.
#[derive(Default)]
struct Ahead(usize);

impl Ahead {
    /// The first such line from `at`, which only grows; past the end where there is none.
    fn from(&mut self, lines: &[&[u8]], at: usize) -> usize {
        self.0 = self.0.max(at);
        while lines.get(self.0).is_some_and(|line| is_blank(line)) {
            self.0 += 1;
        }
        self.0
    }
}

/// What a line that begins with `@@` says: where its chunk is, how many lines of each side it has, and which line
/// stands before it.
#[derive(Default)]
struct Head {
    start: Option<usize>,
    counts: Option<(usize, usize)>,
    anchor: Option<Vec<u8>>,
}

impl Head {
    fn of(line: &[u8]) -> Self {
        let rest = without_end(line).trim_ascii_end().strip_prefix(b"@@").unwrap_or_default();
        if let Some((start, counts)) = ranges(rest) {
            return Self { start: Some(start), counts: Some(counts), anchor: None };
        }
        let rest = rest.strip_suffix(b"@@").unwrap_or(rest).trim_ascii_end();
        let is_unsaid = matches!(rest.trim_ascii(), b"" | b"..." | b"\xe2\x80\xa6")
            || rest.strip_prefix(b" -").is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_digit));
        let anchor = (!is_unsaid).then(|| rest.strip_prefix(b" ").unwrap_or(rest).to_vec());
        Self { start: None, counts: None, anchor }
    }
}

/// ` -3,7 +3,8 @@ anything`: where the old lines start, and how many there are of each side.
fn ranges(rest: &[u8]) -> Option<(usize, (usize, usize))> {
    // What follows the second @@ is a line of the file, in whatever encoding.
    let rest = String::from_utf8_lossy(rest);
    let (old, rest) = rest.strip_prefix(" -")?.split_once(" +")?;
    let new = rest.split([' ', '@']).next()?;
    let ((start, old_count), (_, new_count)) = (range(old)?, range(new)?);
    Some((start, (old_count, new_count)))
}

fn range(text: &str) -> Option<(usize, usize)> {
    let number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse::<u32>().ok()).flatten().map(|number| number as usize)
    };
    match text.split_once(',') {
        Some((start, count)) => Some((number(start)?, number(count)?)),
        None => Some((number(text)?, 1)),
    }
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

/// A signed line as a chunk keeps it. Where the patch's own lines end in CR LF, it was converted as a whole, and so were
/// the lines of the files in it.
fn kept(sign: &[u8], line: &[u8], is_converted: bool) -> Vec<u8> {
    let mut whole = [sign, line].concat();
    if is_converted && whole.ends_with(b"\r\n") {
        whole.truncate(whole.len() - 2);
        whole.push(b'\n');
    }
    whole
}

fn error(at: usize, what: &str) -> Error {
    Error::Invalid(format!("line {}: {what}", at + 1))
}
