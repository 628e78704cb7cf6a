//! A row of the screen: as many cells as were written, and what they say as text.

use super::style::Style;

/// Nothing was ever written here, or it was erased.
pub(super) const EMPTY: char = '\0';
/// The right half of a wide character.
pub(super) const RIGHT: char = '\u{1}';
/// What a tab that starts further left skipped.
pub(super) const SKIPPED: char = '\u{2}';

/// Combining marks that one row keeps.
const MOST_MARKS: usize = 1024;

/// A place on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) letter: char,
    pub(super) style: Style,
}

impl Cell {
    pub(super) fn empty() -> Self {
        Self { letter: EMPTY, style: Style::default() }
    }
}

/// A row.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// From the left; behind them nothing was written.
    pub(super) cells: Vec<Cell>,
    /// Combining marks, by column, in the order they came.
    pub(super) marks: Vec<(usize, char)>,
    /// The text goes on in the row below: the line was wider than the screen.
    pub(super) wraps: bool,
}

impl Row {
    pub(super) fn clear(&mut self) {
        self.cells.clear();
        self.marks.clear();
        self.wraps = false;
    }

    pub(super) fn is_blank(&self) -> bool {
        self.cells.is_empty()
    }

    /// Puts cells from a column on, all narrow. What they cut in half is gone.
    pub(super) fn put_run(&mut self, column: usize, letters: &[u8], style: Style) {
        let end = column + letters.len();
        self.split(column);
        self.split(end);
        self.reach(column);
        let cells = letters.iter().map(|&letter| Cell { letter: char::from(letter), style });
        if column == self.cells.len() {
            self.cells.extend(cells);
        } else {
            self.reach(end);
            for (place, cell) in self.cells[column..end].iter_mut().zip(cells) {
                *place = cell;
            }
        }
        self.forget_marks(column, end);
    }

    /// Puts a character that is `width` cells wide.
    pub(super) fn put(&mut self, column: usize, letter: char, width: usize, style: Style) {
        self.split(column);
        self.split(column + width);
        self.reach(column + width);
        self.cells[column] = Cell { letter, style };
        if width == 2 {
            self.cells[column + 1] = Cell { letter: RIGHT, style };
        }
        self.forget_marks(column, column + width);
    }

    /// Adds a combining mark to the character that stands there.
    pub(super) fn combine(&mut self, column: usize, mark: char) {
        if self.marks.len() < MOST_MARKS && column < self.cells.len() {
            let letter = self.cells[column].letter;
            let base = if letter == RIGHT { column.saturating_sub(1) } else { column };
            self.marks.push((base, mark));
        }
    }

    /// Notes a tab from one column to another, where nothing stands between or behind.
    pub(super) fn put_tab(&mut self, column: usize, end: usize) {
        if column >= self.cells.len() && column < end {
            self.reach(column);
            self.cells.push(Cell { letter: '\t', ..Cell::empty() });
            self.cells.resize(end, Cell { letter: SKIPPED, ..Cell::empty() });
        }
    }

    /// Erases columns.
    pub(super) fn erase(&mut self, from: usize, to: usize) {
        self.split(from);
        self.split(to);
        let to = to.min(self.cells.len());
        if from < to {
            self.cells[from..to].fill(Cell::empty());
            self.forget_marks(from, to);
            self.trim();
        }
    }

    /// Moves what stands from a column on to the right; what leaves the screen is gone.
    pub(super) fn insert(&mut self, column: usize, count: usize, columns: usize) {
        if column < self.cells.len() {
            self.split(column);
            let count = count.min(columns - column);
            self.cells.splice(column..column, std::iter::repeat_n(Cell::empty(), count));
            self.split(columns);
            self.cells.truncate(columns);
            for mark in &mut self.marks {
                mark.0 += if mark.0 >= column { count } else { 0 };
            }
            self.marks.retain(|mark| mark.0 < columns);
            self.trim();
        }
    }

    /// Takes columns out; what stands behind moves to the left.
    pub(super) fn delete(&mut self, column: usize, count: usize) {
        let end = (column + count).min(self.cells.len());
        if column < end {
            self.split(column);
            self.split(end);
            self.cells.drain(column..end);
            self.forget_marks(column, end);
            for mark in &mut self.marks {
                mark.0 -= if mark.0 >= end { end - column } else { 0 };
            }
            self.trim();
        }
    }

    /// Its text, letter by letter, with the style of each: a tab is one.
    pub(super) fn each(&self, mut tell: impl FnMut(char, Style)) {
        for (column, cell) in self.cells.iter().enumerate() {
            match cell.letter {
                RIGHT | SKIPPED => {}
                EMPTY => tell(' ', cell.style),
                letter => tell(letter, cell.style),
            }
            if !self.marks.is_empty() {
                for (_, mark) in self.marks.iter().filter(|(place, _)| *place == column) {
                    tell(*mark, cell.style);
                }
            }
        }
    }

    /// As it is drawn: with a space in each place that shows none.
    pub(super) fn drawn(&self) -> String {
        let mut text = String::new();
        self.draw(|letter, _| text.push(letter));
        text
    }

    /// As it is drawn, in pieces of one style each.
    pub(super) fn pieces(&self) -> Vec<(String, Style)> {
        let mut pieces: Vec<(String, Style)> = vec![];
        self.draw(|letter, style| match pieces.last_mut() {
            Some((text, its)) if *its == style => text.push(letter),
            _ => pieces.push((letter.to_string(), style)),
        });
        pieces
    }

    fn draw(&self, mut tell: impl FnMut(char, Style)) {
        for (column, cell) in self.cells.iter().enumerate() {
            match cell.letter {
                RIGHT => {}
                EMPTY | SKIPPED | '\t' => tell(' ', cell.style),
                letter => tell(letter, cell.style),
            }
            let here = self.marks.iter().filter(|(at, mark)| *at == column && *mark != '\t');
            here.for_each(|(_, mark)| tell(*mark, cell.style));
        }
    }

    /// Ends whatever spans the left edge of a column: a wide character, or a tab.
    fn split(&mut self, column: usize) {
        match self.cells.get(column).map(|cell| cell.letter) {
            Some(RIGHT) => {
                self.cells[column].letter = EMPTY;
                self.cells[column - 1].letter = EMPTY;
                self.forget_marks(column - 1, column);
            }
            Some(SKIPPED) => {
                let start =
                    self.cells[..column].iter().rposition(|cell| cell.letter == '\t').unwrap_or(column);
                let end = self.cells[column..].iter().position(|cell| cell.letter != SKIPPED);
                let end = end.map_or(self.cells.len(), |length| column + length);
                self.cells[start..end].fill(Cell::empty());
            }
            // A tab that gets something at its own place skips nothing any more.
            Some('\t') => {
                let end = self.cells[column + 1..].iter().position(|cell| cell.letter != SKIPPED);
                let end = end.map_or(self.cells.len(), |length| column + 1 + length);
                self.cells[column..end].fill(Cell::empty());
            }
            _ => {}
        }
    }

    fn reach(&mut self, column: usize) {
        if self.cells.len() < column {
            self.cells.resize(column, Cell::empty());
        }
    }

    fn trim(&mut self) {
        let end = self.cells.iter().rposition(|cell| cell.letter != EMPTY).map_or(0, |last| last + 1);
        self.cells.truncate(end);
    }

    fn forget_marks(&mut self, from: usize, to: usize) {
        if !self.marks.is_empty() {
            self.marks.retain(|(column, _)| !(from..to).contains(column));
        }
    }
}
