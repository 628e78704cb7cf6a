//! How Python sees a terminal.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::{Picture, Seen};

/// A terminal: bytes in, and out comes what a person would have seen.
#[pyclass(module = "claw_core.native._native")]
#[derive(Debug)]
pub(crate) struct Terminal {
    inner: super::Terminal,
}

/// First character, the one behind the last, the style in words.
type Styles = Vec<(usize, usize, String)>;

/// Rows in pieces: text, the style in words.
type Rows = Vec<Vec<(String, String)>>;

#[pymethods]
impl Terminal {
    #[new]
    #[pyo3(signature = (rows, columns, *, keep, newline))]
    fn new(rows: u16, columns: u16, keep: usize, newline: bool) -> Self {
        Self { inner: super::Terminal::new(rows, columns, keep, newline) }
    }

    /// Takes the next bytes.
    fn feed<'py>(&mut self, py: Python<'py>, data: &[u8]) -> Bound<'py, PyBytes> {
        let left = py.detach(|| self.inner.feed(data));
        PyBytes::new(py, &left)
    }

    /// Takes note that no more will come.
    fn finish<'py>(&mut self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.finish())
    }

    /// What a person would have seen.
    fn seen(&self, py: Python<'_>) -> (String, String, usize, Styles, Styles) {
        let Seen { head, tail, omitted, styles: [first, last] } = py.detach(|| self.inner.seen());
        (head, tail, omitted, first, last)
    }

    /// The text that is still on the screen.
    fn on_screen(&self) -> String {
        self.inner.on_screen()
    }

    /// The rows of the screen.
    fn rows(&self) -> Vec<String> {
        self.inner.rows()
    }

    /// The screen as it is now.
    fn picture(&self) -> (Rows, (usize, usize), bool) {
        let Picture { rows, cursor, is_aside } = self.inner.picture();
        (rows, cursor, is_aside)
    }

    /// Answers to programs that asked.
    fn replies<'py>(&mut self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.replies())
    }
}
