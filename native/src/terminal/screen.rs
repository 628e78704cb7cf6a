//! The screen: a cursor that writes into rows, and what moves it.

use unicode_width::UnicodeWidthChar as _;

use super::grid::Grid;
use super::history::History;
use super::row::Row;
use super::sequence::{parameters, plain_csi};
use super::style::Style;

/// What a cursor saves and gets back.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor {
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) style: Style,
    /// The last column is written; the next character goes to the next row.
    pub(super) is_past: bool,
    /// Rows count from the first that scrolls.
    pub(super) keeps_to_region: bool,
    /// Which of the two character sets holds, and which of them draw lines.
    pub(super) set: usize,
    pub(super) draws: [bool; 2],
}

/// Everything that a terminal knows.
#[derive(Clone, Debug)]
pub(super) struct Screen {
    pub(super) columns: usize,
    pub(super) grid: Grid,
    /// The ordinary screen with its saved cursor, while a program uses the other one.
    pub(super) aside: Option<(Grid, Cursor)>,
    pub(super) cursor: Cursor,
    pub(super) saved: Cursor,
    pub(super) history: History,
    /// What left since it was last asked for.
    pub(super) left: Vec<u8>,
    pub(super) newline: bool,
    pub(super) wraps: bool,
    pub(super) inserts: bool,
    stops: Vec<bool>,
    pub(super) last: Option<char>,
}

impl Screen {
    pub(super) fn new(rows: usize, columns: usize, keep: usize, newline: bool) -> Self {
        Self {
            columns,
            grid: Grid::new(rows),
            aside: None,
            cursor: Cursor::default(),
            saved: Cursor::default(),
            history: History::new(keep),
            left: vec![],
            newline,
            wraps: true,
            inserts: false,
            stops: (0..columns).map(|column| column % 8 == 0).collect(),
            last: None,
        }
    }

    fn row(&mut self) -> &mut Row {
        &mut self.grid.rows[self.cursor.row]
    }

    pub(super) fn print_ascii(&mut self, mut letters: &[u8]) {
        if self.inserts || self.cursor.draws[self.cursor.set] {
            return letters.iter().for_each(|&letter| self.print(char::from(letter)));
        }
        self.last = letters.last().map(|&letter| char::from(letter));
        while !letters.is_empty() {
            self.wrap_if_past();
            let (column, style) = (self.cursor.column, self.cursor.style);
            let (now, later) = letters.split_at(letters.len().min(self.columns - column));
            self.row().put_run(column, now, style);
            self.cursor.column += now.len();
            letters = later;
            if self.cursor.column == self.columns {
                self.cursor.column -= 1;
                self.cursor.is_past = self.wraps;
                // All but the last is overwritten where it stands.
                if !self.wraps && !letters.is_empty() {
                    letters = &letters[letters.len() - 1..];
                }
            }
        }
    }

    pub(super) fn print(&mut self, letter: char) {
        let letter = if self.cursor.draws[self.cursor.set] { line_drawing(letter) } else { letter };
        let width = letter.width().unwrap_or(1).min(2).min(self.columns);
        if width == 0 {
            let before = self.cursor.column.saturating_sub(usize::from(!self.cursor.is_past));
            return self.row().combine(before, letter);
        }
        self.wrap_if_past();
        if self.cursor.column + width > self.columns {
            if self.wraps {
                self.cursor.is_past = true;
                self.wrap_if_past();
            } else {
                self.cursor.column = self.columns - width;
            }
        }
        let (column, style, columns) = (self.cursor.column, self.cursor.style, self.columns);
        if self.inserts {
            self.row().insert(column, width, columns);
        }
        self.row().put(column, letter, width, style);
        self.last = Some(letter);
        self.cursor.column += width;
        if self.cursor.column == columns {
            self.cursor.column -= 1;
            self.cursor.is_past = self.wraps;
        }
    }

    fn wrap_if_past(&mut self) {
        if self.cursor.is_past && self.wraps {
            self.row().wraps = true;
            self.cursor.column = 0;
            self.line_feed();
        }
        self.cursor.is_past = false;
    }

    pub(super) fn line_feed(&mut self) {
        self.cursor.is_past = false;
        if self.cursor.row == self.grid.bottom {
            self.scroll_up(1);
        } else if self.cursor.row < self.grid.last() {
            self.cursor.row += 1;
        }
    }

    pub(super) fn reverse_line_feed(&mut self) {
        self.cursor.is_past = false;
        if self.cursor.row == self.grid.top {
            self.grid.scroll_down();
        } else {
            self.cursor.row = self.cursor.row.saturating_sub(1);
        }
    }

    pub(super) fn scroll_up(&mut self, count: usize) {
        for _ in 0..count.min(self.grid.bottom - self.grid.top + 1) {
            let (history, left, is_aside) = (&mut self.history, &mut self.left, self.aside.is_some());
            self.grid.scroll_up(|row| {
                if !is_aside {
                    leave(row, history, left);
                }
            });
        }
    }

    pub(super) fn scroll_down(&mut self, count: usize) {
        for _ in 0..count.min(self.grid.bottom - self.grid.top + 1) {
            self.grid.scroll_down();
        }
    }

    pub(super) fn tab(&mut self) {
        let column = self.cursor.column;
        let end = (column + 1..self.columns).find(|&stop| self.stops[stop]).unwrap_or(self.columns - 1);
        if end > column {
            self.row().put_tab(column, end);
        } else {
            // There is no room to go, but in the text there is.
            let before = column.saturating_sub(usize::from(!self.cursor.is_past));
            self.row().combine(before, '\t');
        }
        self.cursor.column = end;
    }

    pub(super) fn tabs(&mut self, count: usize) {
        for _ in 0..count.min(self.columns) {
            let next = (self.cursor.column + 1..self.columns).find(|&stop| self.stops[stop]);
            self.cursor.column = next.unwrap_or(self.columns - 1);
        }
    }

    pub(super) fn back_tabs(&mut self, count: usize) {
        for _ in 0..count.min(self.columns) {
            let before = (0..self.cursor.column).rev().find(|&stop| self.stops[stop]);
            self.cursor.column = before.unwrap_or(0);
        }
    }

    pub(super) fn set_stop(&mut self, is_stop: bool) {
        self.stops[self.cursor.column] = is_stop;
    }

    pub(super) fn clear_stops(&mut self) {
        self.stops.fill(false);
    }

    pub(super) fn go_to_column(&mut self, column: usize) {
        self.cursor.column = column.min(self.columns - 1);
        self.cursor.is_past = false;
    }

    /// Goes to a row, counted from the first that scrolls where the cursor keeps to those.
    pub(super) fn go_to_row(&mut self, row: usize) {
        let (first, last) = self.bounds();
        self.cursor.row = (row + first).min(last);
        self.cursor.is_past = false;
    }

    fn bounds(&self) -> (usize, usize) {
        if self.cursor.keeps_to_region { (self.grid.top, self.grid.bottom) } else { (0, self.grid.last()) }
    }

    /// Goes up, stopping where scrolling starts, unless it was above.
    pub(super) fn up(&mut self, count: usize) {
        let stop = if self.cursor.row >= self.grid.top { self.grid.top } else { 0 };
        self.cursor.row = self.cursor.row.saturating_sub(count).max(stop);
        self.cursor.is_past = false;
    }

    pub(super) fn down(&mut self, count: usize) {
        let stop = if self.cursor.row <= self.grid.bottom { self.grid.bottom } else { self.grid.last() };
        self.cursor.row = (self.cursor.row + count).min(stop);
        self.cursor.is_past = false;
    }

    pub(super) fn set_region(&mut self, top: usize, bottom: usize) {
        let bottom = bottom.min(self.grid.last());
        if top < bottom {
            (self.grid.top, self.grid.bottom) = (top, bottom);
            self.go_to_row(0);
            self.go_to_column(0);
        }
    }

    /// `ED`: what is below, above, or all of it. What scrolled off stays.
    pub(super) fn erase_screen(&mut self, part: u16) {
        let (row, last) = (self.cursor.row, self.grid.last());
        match part {
            0 => {
                self.erase_line(0);
                self.grid.clear(row + 1, last + 1);
            }
            1 => {
                self.erase_line(1);
                self.grid.clear(0, row);
            }
            2 => self.grid.clear(0, last + 1),
            _ => {}
        }
    }

    pub(super) fn erase_line(&mut self, part: u16) {
        let (column, columns) = (self.cursor.column, self.columns);
        match part {
            0 => self.row().erase(column, columns),
            1 => self.row().erase(0, column + 1),
            2 => self.row().erase(0, columns),
            _ => return,
        }
        if part != 1 {
            self.row().wraps = false;
        }
        self.cursor.is_past = false;
    }

    /// Goes to the other screen, which is blank, or back.
    pub(super) fn go_aside(&mut self, aside: bool) {
        match (aside, self.aside.take()) {
            (true, None) => {
                let rows = self.grid.rows.len();
                self.aside = Some((std::mem::replace(&mut self.grid, Grid::new(rows)), self.saved));
            }
            (true, kept) => self.aside = kept,
            (false, Some((grid, saved))) => (self.grid, self.saved) = (grid, saved),
            (false, None) => {}
        }
    }

    /// As it was at first; what scrolled off stays.
    pub(super) fn reset(&mut self, newline: bool) {
        let fresh = Self::new(self.grid.rows.len(), self.columns, 2, newline);
        let history = std::mem::replace(&mut self.history, History::new(2));
        let left = std::mem::take(&mut self.left);
        *self = Self { history, left, ..fresh };
    }

    /// Lets everything go that is above the cursor, which goes to the first place of the screen, then blank.
    pub(super) fn let_go(&mut self) {
        for row in self.grid.rows.range(..self.cursor.row) {
            leave(row, &mut self.history, &mut self.left);
        }
        self.grid.clear(0, self.grid.last() + 1);
        (self.cursor.row, self.cursor.column, self.cursor.is_past) = (0, 0, false);
    }

    /// Lines as `passable` finds them, which go straight to where what left the screen is.
    pub(super) fn pass(&mut self, mut lines: &[u8]) {
        loop {
            let (text, rest) = lines.split_at(memchr::memchr2(0x1B, b'\r', lines).unwrap_or(lines.len()));
            self.pass_plain(text);
            lines = match plain_csi(rest) {
                Some(length) => {
                    self.cursor.style.select(parameters(&rest[2..length - 1]));
                    &rest[length..]
                }
                None if rest.is_empty() => break,
                None => &rest[1..],
            };
        }
    }

    fn pass_plain(&mut self, text: &[u8]) {
        self.last = text.iter().rfind(|&&byte| byte != b'\n').map(|&byte| char::from(byte)).or(self.last);
        self.left.extend_from_slice(text);
        if self.cursor.style == Style::default() {
            return self.history.add(text, Style::default());
        }
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            let (text, end) = line.split_at(line.len() - usize::from(line.ends_with(b"\n")));
            self.history.add(text, self.cursor.style);
            self.history.add(end, Style::default());
        }
    }
}

/// Adds a row's text to what left the screen, with the end of its line unless it goes on in the next row.
fn leave(row: &Row, history: &mut History, left: &mut Vec<u8>) {
    tell(row, !row.wraps, &mut |text, style| {
        history.add(text, style);
        left.extend_from_slice(text);
    });
}

/// A row's text, in pieces of one style each.
pub(super) fn tell(row: &Row, ends: bool, tell: &mut impl FnMut(&[u8], Style)) {
    let (mut piece, mut style) = (Vec::with_capacity(row.cells.len() + 1), Style::default());
    row.each(|letter, its| {
        if its != style && !piece.is_empty() {
            tell(&piece, style);
            piece.clear();
        }
        style = its;
        if letter.is_ascii() {
            piece.push(letter as u8);
        } else {
            piece.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
    });
    if !piece.is_empty() {
        tell(&piece, style);
    }
    if ends {
        tell(b"\n", Style::default());
    }
}

/// What a letter stands for where it draws lines.
fn line_drawing(letter: char) -> char {
    const FROM_UNDERSCORE: &str = " ◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";
    let index = (letter as u32).checked_sub('_' as u32);
    index.and_then(|index| FROM_UNDERSCORE.chars().nth(index as usize)).unwrap_or(letter)
}
