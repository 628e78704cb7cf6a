//! The rows of a screen, their scrolling, and what leaves them at the top.

use std::collections::VecDeque;

use super::row::{Cell, Row};

/// As many rows as the screen has.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    pub(super) rows: VecDeque<Row>,
    /// The first row that scrolls, and the last.
    pub(super) top: usize,
    pub(super) bottom: usize,
}

impl Grid {
    pub(super) fn new(rows: usize) -> Self {
        Self { rows: (0..rows).map(|_| Row::default()).collect(), top: 0, bottom: rows - 1 }
    }

    pub(super) fn last(&self) -> usize {
        self.rows.len() - 1
    }

    /// Scrolls up by a row; `leave` gets the row that goes where it was the screen's first.
    pub(super) fn scroll_up(&mut self, mut leave: impl FnMut(&Row)) {
        if self.top == 0 {
            leave(&self.rows[0]);
        }
        let row = if self.top == 0 { self.rows.pop_front() } else { self.rows.remove(self.top) };
        self.give_back(row, self.bottom);
    }

    pub(super) fn scroll_down(&mut self) {
        let row = self.rows.remove(self.bottom);
        self.give_back(row, self.top);
    }

    /// Inserts blank rows at one that scrolls; as many leave at the bottom.
    pub(super) fn insert_rows(&mut self, at: usize, count: usize) {
        for _ in 0..count.min(self.bottom + 1 - at) {
            let row = self.rows.remove(self.bottom);
            self.give_back(row, at);
        }
    }

    /// Takes rows out at one that scrolls; blank ones come in at the bottom.
    pub(super) fn delete_rows(&mut self, at: usize, count: usize) {
        for _ in 0..count.min(self.bottom + 1 - at) {
            let row = self.rows.remove(at);
            self.give_back(row, self.bottom);
        }
    }

    /// A row comes back blank: its memory is used again.
    fn give_back(&mut self, row: Option<Row>, at: usize) {
        let mut row = row.unwrap_or_default();
        row.clear();
        if at == self.rows.len() {
            self.rows.push_back(row);
        } else {
            self.rows.insert(at, row);
        }
    }

    pub(super) fn clear(&mut self, from: usize, to: usize) {
        for row in self.rows.range_mut(from..to) {
            row.clear();
        }
    }

    /// Fills every place with a letter.
    pub(super) fn fill(&mut self, letter: char, columns: usize) {
        for row in &mut self.rows {
            row.clear();
            row.cells.resize(columns, Cell { letter, ..Cell::empty() });
        }
    }

    /// The row behind the last that holds anything.
    pub(super) fn used(&self) -> usize {
        self.rows.iter().rposition(|row| !row.is_blank()).map_or(0, |last| last + 1)
    }
}
