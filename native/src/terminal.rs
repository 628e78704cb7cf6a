//! A terminal: bytes in, and out comes what a person would have seen, as text with its styles.
//!
//! Programs move the cursor up to draw a bar again, erase lines, colour words, and use the whole screen for a while.
//! All of that happens on a screen of rows and columns; what scrolls off its top is final. A line that was wider than the
//! screen is one line again. Output of any size takes the same memory: of what scrolled off only the start and the end
//! stay. Nothing here ever reaches a real terminal: no sequence is kept, only letters and what colour they had.

mod grid;
mod history;
mod obey;
#[cfg(feature = "python")]
pub(crate) mod python;
mod row;
mod screen;
mod sequence;
mod style;

#[cfg(test)]
mod tests;

use self::history::{Ends, History, Run};
use self::screen::{Cursor, Screen};
use self::sequence::{Found, Reader, plain_csi, printable};
use self::style::Style;

/// Bytes of answers that wait for the program that asked.
const MOST_REPLIES: usize = 256;

/// A terminal of some rows and columns.
#[derive(Clone, Debug)]
pub struct Terminal {
    reader: Reader,
    screen: Screen,
    /// Whether the end of a line goes to the start of the next one, as it does when no kernel puts a carriage return
    /// before it.
    newline: bool,
    replies: Vec<u8>,
}

/// Text with its middle left out where there is too much, and where it is in which style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The text from its start; all of it where nothing was left out.
    pub head: String,
    /// The text up to its end, after what was left out.
    pub tail: String,
    /// Bytes left out.
    pub omitted: usize,
    /// Styles: first character, the one behind the last, and the style in words; of the head, then of the tail.
    pub styles: [Vec<(usize, usize, String)>; 2],
}

/// A screen at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// Every row, in pieces: text, and its style in words.
    pub rows: Vec<Vec<(String, String)>>,
    /// Row and column of the cursor, from 0.
    pub cursor: (usize, usize),
    /// Whether a program uses the whole screen for a while: none of it will be part of the text.
    pub is_aside: bool,
}

impl Terminal {
    /// A blank terminal. Of what scrolls off it keeps at least `keep` bytes, half from the start and half from the end.
    /// It has at least one row and two columns, and no more than 1000 of each.
    #[must_use]
    pub fn new(rows: u16, columns: u16, keep: usize, newline: bool) -> Self {
        let (rows, columns) = (usize::from(rows).clamp(1, 1000), usize::from(columns).clamp(2, 1000));
        let screen = Screen::new(rows, columns, keep, newline);
        Self { reader: Reader::default(), screen, newline, replies: vec![] }
    }

    /// Takes the next bytes, cut anywhere. Returns the text that left the screen meanwhile.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Vec<u8> {
        let mut untried = bytes.len();
        while !bytes.is_empty() {
            if bytes.len() <= untried && self.could_pass() {
                untried = self.pass_through(&mut bytes);
            }
            match self.reader.next(&mut bytes) {
                Some(found) => self.obey(&found),
                None => break,
            }
        }
        std::mem::take(&mut self.screen.left)
    }

    /// Takes note that no more will come: a character that was never finished is none. Returns what left the screen.
    pub fn finish(&mut self) -> Vec<u8> {
        if let Some(letter) = self.reader.end() {
            self.screen.print(letter);
        }
        std::mem::take(&mut self.screen.left)
    }

    /// What a person would have seen: what scrolled off, and the screen.
    #[must_use]
    pub fn seen(&self) -> Seen {
        let mut history = self.screen.history.clone();
        self.tell_screen(|text, style| history.add(text, style));
        seen(&history)
    }

    /// The text that is still on the screen.
    #[must_use]
    pub fn on_screen(&self) -> String {
        let mut text = vec![];
        self.tell_screen(|piece, _| text.extend_from_slice(piece));
        String::from_utf8_lossy(&text).into_owned()
    }

    /// The rows of the screen, each as it is drawn there.
    #[must_use]
    pub fn rows(&self) -> Vec<String> {
        self.screen.grid.rows.iter().map(row::Row::drawn).collect()
    }

    /// The screen as it is now.
    #[must_use]
    pub fn picture(&self) -> Picture {
        let words = |(text, style): (String, Style)| (text, style.words());
        let rows =
            self.screen.grid.rows.iter().map(|row| row.pieces().into_iter().map(words).collect()).collect();
        let Cursor { row, column, .. } = self.screen.cursor;
        Picture { rows, cursor: (row, column), is_aside: self.screen.aside.is_some() }
    }

    /// Answers to programs that asked where the cursor is, or what terminal this is; they wait for them.
    pub fn replies(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.replies)
    }

    fn reply(&mut self, text: &str) {
        if self.replies.len() + text.len() <= MOST_REPLIES {
            self.replies.extend_from_slice(text.as_bytes());
        }
    }

    fn tell_screen(&self, mut tell: impl FnMut(&[u8], Style)) {
        let grid = &self.screen.grid;
        let end = grid.used().max(self.screen.cursor.row + 1);
        for (index, row) in grid.rows.range(..end).enumerate() {
            screen::tell(row, !row.wraps && index + 1 < end, &mut tell);
        }
    }

    fn obey(&mut self, found: &Found<'_>) {
        match *found {
            Found::Ascii(letters) => self.screen.print_ascii(letters),
            Found::Letter(letter) => self.screen.print(letter),
            Found::Control(byte) => self.control(byte),
            Found::Escape(intermediate, byte) => self.escape(intermediate, byte),
            Found::Csi => self.sequence(),
        }
    }

    /// Whether a line of text would be drawn below all that is on the screen, and do nothing else.
    fn could_pass(&self) -> bool {
        let screen = &self.screen;
        self.reader.is_between()
            && screen.newline
            && screen.wraps
            && !screen.inserts
            && screen.aside.is_none()
            && !screen.cursor.draws[screen.cursor.set]
            && (screen.cursor.column, screen.cursor.is_past) == (0, false)
            && (screen.grid.top, screen.grid.bottom) == (0, screen.grid.last())
            && screen.grid.used() <= screen.cursor.row
    }

    /// Hands lines of text and colours straight on that would be drawn only to scroll off at once. As many lines as the screen
    /// has rows are left to be drawn, so that it looks the same in the end. Returns how many bytes are left behind those
    /// it looked at.
    fn pass_through(&mut self, bytes: &mut &[u8]) -> usize {
        let length = passable(bytes);
        let behind = (bytes.len() - length).min(bytes.len() - 1);
        if let Some(passing @ 1..) = line_from_end(&bytes[..length], self.screen.grid.rows.len()) {
            let (passed, rest) = bytes.split_at(passing);
            self.screen.let_go();
            self.screen.pass(passed);
            *bytes = rest;
        }
        behind
    }
}

/// Bytes at the start that are whole lines of nothing but printable ASCII in colours.
fn passable(bytes: &[u8]) -> usize {
    let (mut at, mut whole) = (0, 0);
    loop {
        at += printable(&bytes[at..]);
        match &bytes[at..] {
            [b'\n', ..] => at += 1,
            [b'\r', b'\n', ..] => at += 2,
            rest => match plain_csi(rest) {
                Some(length) if rest[length - 1] == b'm' => {
                    at += length;
                    continue;
                }
                _ => return whole,
            },
        }
        whole = at;
    }
}

/// Where the last `count` lines begin; None where there are fewer.
fn line_from_end(bytes: &[u8], count: usize) -> Option<usize> {
    memchr::memrchr_iter(b'\n', bytes).nth(count).map(|end| end + 1)
}

fn seen(history: &History) -> Seen {
    let Ends { head, tail, runs } = history.ends();
    let omitted = history.total - head.len() - tail.len();
    let styles = [
        in_characters(&head, 0, &runs),
        in_characters(&tail, if tail.is_empty() { usize::MAX } else { history.total - tail.len() }, &runs),
    ];
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Seen { head: text(head), tail: text(tail), omitted, styles }
}

/// The runs in a text that begins `offset` bytes from the start of all, by characters of it.
fn in_characters(text: &[u8], offset: usize, runs: &[Run]) -> Vec<(usize, usize, String)> {
    let (mut at, mut characters) = (0, 0);
    let mut found: Vec<(usize, usize, String)> = vec![];
    for run in runs {
        let start = run.start.max(offset).saturating_sub(offset).max(at);
        let end = run.end.saturating_sub(offset).min(text.len());
        if start < end {
            let first = characters + count(&text[at..start]);
            characters = first + count(&text[start..end]);
            at = end;
            let words = run.style.words();
            match found.last_mut() {
                Some((_, last, style)) if *last == first && *style == words => *last = characters,
                _ => found.push((first, characters, words)),
            }
        }
    }
    found
}

/// Characters of UTF-8.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}
