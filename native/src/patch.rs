//! Patches: two texts to hunks, a chosen few of them back into a text, the unified form out, and what models write in.
//!
//! What somebody wrote down (an edit, a diff, an envelope, a fence) becomes chunks (`parse`), each chunk becomes a hunk of
//! exactly the text at hand (`locate`, `fit`), and hunks are applied (`apply`). Only the middle step forgives anything.
//!
//! Texts are bytes here, and a line is what ends in `\n` or with the text. So no encoding and no line ending is ever
//! touched: what lies outside a taken hunk comes out as it went in.

mod align;
mod apply;
mod batch;
mod fit;
mod format;
mod keys;
mod locate;
mod make;
mod names;
mod parse;
#[cfg(feature = "python")]
pub(crate) mod python;
mod replace;
mod same;
mod script;
mod similar;
mod words;

#[cfg(test)]
mod tests;

use memchr::memchr_iter;

pub use apply::apply_hunks;
pub use format::{Change, format_unified};
pub use keys::Rules;
pub use locate::{Fitted, Verdict, fit_chunks};
pub use make::{Difference, Outline, make_hunks};
pub use parse::{Action, Chunk, FilePatch, parse_patch};
pub use replace::{Edit, Placed, replace};
pub use words::{Ranges, changed_words};

/// One place where two texts differ, with the lines around it. Lines are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// First line in the old text; where `old_count` is 0, the line before.
    pub old_start: usize,
    /// Lines of the old text.
    pub old_count: usize,
    /// First line in the new text; where `new_count` is 0, the line before.
    pub new_start: usize,
    /// Lines of the new text.
    pub new_count: usize,
    /// Lines with their sign (space, `-`, `+`) first and their own ending last.
    pub lines: Vec<Vec<u8>>,
}

impl Hunk {
    /// The lines that the old text has here.
    fn old_lines(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.iter().filter(|line| line[0] != b'+').map(|line| &line[1..])
    }

    /// The lines that the new text has here.
    fn new_lines(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.iter().filter(|line| line[0] != b'-').map(|line| &line[1..])
    }

    /// Where the old lines begin, counted from 0.
    fn old_index(&self) -> usize {
        if self.old_count == 0 { self.old_start } else { self.old_start.saturating_sub(1) }
    }

    /// Why the hunk contradicts itself, if it does.
    fn flaw(&self) -> Option<String> {
        if let Some(line) = self.lines.iter().find(|line| !matches!(line.first(), Some(b' ' | b'-' | b'+'))) {
            return Some(format!("a line begins with neither space, - nor +: {}", shown(line)));
        }
        let counts = (self.old_lines().count(), self.new_lines().count());
        (counts != (self.old_count, self.new_count)).then(|| {
            format!("it says {},{} lines but has {},{}", self.old_count, self.new_count, counts.0, counts.1)
        })
    }
}

/// The lines of a text, each with its ending.
fn lines_of(text: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut start = 0;
    for feed in memchr_iter(b'\n', text) {
        lines.push(&text[start..=feed]);
        start = feed + 1;
    }
    lines.extend((start < text.len()).then(|| &text[start..]));
    lines
}

/// A line as an error message shows it: quoted, its ending visible, cut where it is long.
fn shown(line: &[u8]) -> String {
    const LONGEST: usize = 80;
    let text = String::from_utf8_lossy(line);
    let mut quoted = String::from("'");
    for (index, letter) in text.chars().enumerate() {
        if index == LONGEST {
            quoted.push('…');
            break;
        }
        match letter {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter => quoted.push(letter),
        }
    }
    quoted.push('\'');
    quoted
}
