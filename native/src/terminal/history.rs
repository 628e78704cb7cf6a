//! What left the screen at its top: the first and the last of it within a bound, with its styles.

use std::collections::VecDeque;

use super::style::Style;

/// A stretch of text in a style, by bytes from the start of all text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) style: Style,
}

/// Text head and tail. Half of what is kept is from the start, half from the end.
#[derive(Clone, Debug)]
pub(super) struct History {
    half: usize,
    pub(super) total: usize,
    head: Vec<u8>,
    tail: Vec<u8>,
    head_runs: Vec<Run>,
    tail_runs: VecDeque<Run>,
}

/// A text with its middle left out.
pub(super) struct Ends {
    pub(super) head: Vec<u8>,
    pub(super) tail: Vec<u8>,
    pub(super) runs: Vec<Run>,
}

impl History {
    pub(super) fn new(keep: usize) -> Self {
        let half = (keep / 2).max(1);
        let (head, tail) = (vec![], vec![]);
        Self { half, total: 0, head, tail, head_runs: vec![], tail_runs: VecDeque::new() }
    }

    /// Takes the next text, all in one style.
    pub(super) fn add(&mut self, text: &[u8], style: Style) {
        let start = self.total;
        self.total += text.len();
        let (first, rest) = text.split_at(text.len().min(self.half.saturating_sub(self.head.len())));
        self.head.extend_from_slice(first);
        // Of more than can stay only the end is looked at.
        let last = &rest[rest.len().saturating_sub(self.half)..];
        if self.tail.len() + last.len() > 4 * self.half {
            let surplus = (self.tail.len() + last.len()).saturating_sub(self.half).min(self.tail.len());
            self.tail.drain(..surplus);
            let begin = self.total - last.len() - self.tail.len();
            while self.tail_runs.front().is_some_and(|run| run.end <= begin) {
                self.tail_runs.pop_front();
            }
        }
        self.tail.extend_from_slice(last);
        if style != Style::default() {
            self.note(Run { start, end: self.total, style });
        }
    }

    fn note(&mut self, run: Run) {
        if run.start < self.half {
            extend(self.head_runs.last_mut(), run).then(|| self.head_runs.push(run));
        }
        if run.end > self.half {
            extend(self.tail_runs.back_mut(), run).then(|| self.tail_runs.push_back(run));
        }
    }

    /// What is kept, with the middle out where it is too much.
    pub(super) fn ends(&self) -> Ends {
        let runs = || self.head_runs.iter().chain(&self.tail_runs).copied();
        if self.total <= 2 * self.half {
            let head = [&self.head[..], &self.tail].concat();
            return Ends { head, tail: vec![], runs: runs().collect() };
        }
        let head = whole_characters(&self.head).to_vec();
        let tail = &self.tail[self.tail.len() - self.half..];
        let cut = tail.iter().take(3).take_while(|&&byte| byte & 0xC0 == 0x80).count();
        Ends { head, tail: tail[cut..].to_vec(), runs: runs().collect() }
    }
}

/// Whether a run is not just more of the one before.
fn extend(last: Option<&mut Run>, run: Run) -> bool {
    match last {
        Some(last) if last.end == run.start && last.style == run.style => {
            last.end = run.end;
            false
        }
        _ => true,
    }
}

/// The bytes without an unfinished character at their end.
fn whole_characters(bytes: &[u8]) -> &[u8] {
    let end = bytes.len();
    let start = bytes.iter().rposition(|byte| byte & 0xC0 != 0x80).unwrap_or(0);
    let wanted = match bytes.get(start) {
        Some(0xC0..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..) => 4,
        _ => 1,
    };
    if start + wanted > end { &bytes[..start] } else { bytes }
}
