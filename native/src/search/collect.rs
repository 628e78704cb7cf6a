//! The lines that match a pattern, collected from many files at once and put in order.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Mutex;

use grep_regex::RegexMatcher;
use grep_searcher::{Searcher, SearcherBuilder, Sink, SinkContext, SinkMatch};

use super::text::{decode, read, shown};
use super::walk::{Scope, Visit, walk};
use super::{Query, text};
use crate::cancel::Cancel;
use crate::error::Result;

/// A line of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: u64,
    /// Without its ending.
    pub text: String,
    /// Whether it matches; else it is there because a line near it does.
    pub is_match: bool,
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct SearchFound {
    /// The files in order of their paths, each with its lines in order; as many matching lines as the limit allows.
    pub lines: Vec<(String, Vec<Line>)>,
    /// For each file with a match, in order: its path and how many lines match.
    pub counts: Vec<(String, u64)>,
    /// Files that were read and are text.
    pub searched: u64,
    /// Whether matching lines were left out.
    pub truncated: bool,
    /// What could not be read.
    pub problems: Vec<String>,
    /// Whether it was stopped before its end.
    pub cancelled: bool,
}

/// Every line of the scope's files that matches.
pub fn search(query: &Query, scope: &Scope, cancel: &Cancel) -> Result<SearchFound> {
    let matcher = query.matcher()?;
    let store = Mutex::new(Store { limit: query.limit, ..Store::default() });
    let problems = walk(scope, cancel, |path, relative| {
        search_file(query, &matcher, path, cancel, |lines, matches| {
            store.lock().expect("no thread panics with it").add(relative, lines, matches);
        })
    })?;
    let mut found = store.into_inner().expect("no thread panics with it").ordered(query.after);
    found.problems = problems;
    found.cancelled = cancel.is_cancelled();
    Ok(found)
}

/// Searches one file, and hands over its lines if it is text.
fn search_file(
    query: &Query,
    matcher: &RegexMatcher,
    path: &Path,
    cancel: &Cancel,
    add: impl FnOnce(Vec<Line>, u64),
) -> Visit {
    let problem = |error: io::Error| text::told(&error);
    let size = path.metadata().map_err(problem)?.len();
    if size > query.max_bytes {
        return Err(format!("not searched: {size} bytes are more than {}", query.max_bytes));
    }
    let Some(bytes) = read(path, cancel).map_err(problem)? else { return Ok(()) };
    let Some(text) = decode(bytes) else { return Ok(()) };
    let mut sink = Collector { query, cancel, lines: Vec::new(), matches: 0 };
    let reader = Pieces { rest: &text, cancel };
    match searcher(query).search_reader(matcher, reader, &mut sink) {
        Ok(()) => add(sink.lines, sink.matches),
        Err(_) if cancel.is_cancelled() => {}
        Err(error) => return Err(error.to_string()),
    }
    Ok(())
}

fn searcher(query: &Query) -> Searcher {
    SearcherBuilder::new()
        .line_number(true)
        .multi_line(query.multiline)
        .before_context(query.before)
        .after_context(query.after)
        .bom_sniffing(false)
        .build()
}

/// A text as a reader that fails once the search is cancelled; the searcher asks for 64 KiB at a time.
struct Pieces<'a> {
    rest: &'a [u8],
    cancel: &'a Cancel,
}

impl io::Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(io::Error::other("cancelled"));
        }
        self.rest.read(buffer)
    }
}

/// Takes the lines of one file, up to the limit; counts all that match.
struct Collector<'a> {
    query: &'a Query,
    cancel: &'a Cancel,
    lines: Vec<Line>,
    matches: u64,
}

impl Collector<'_> {
    fn is_full(&self) -> bool {
        self.query.limit.is_some_and(|limit| self.matches > limit as u64)
    }

    fn push(&mut self, number: u64, line: &[u8], is_match: bool) {
        if !self.is_full() {
            self.lines.push(Line { number, text: shown(line, self.query.max_columns), is_match });
        }
    }
}

impl Sink for Collector<'_> {
    type Error = io::Error;

    fn matched(&mut self, _: &Searcher, found: &SinkMatch<'_>) -> io::Result<bool> {
        let first = found.line_number().unwrap_or(0);
        for (number, line) in (first..).zip(found.lines()) {
            self.matches += 1;
            self.push(number, line, true);
        }
        Ok(!self.cancel.is_cancelled())
    }

    fn context(&mut self, _: &Searcher, near: &SinkContext<'_>) -> io::Result<bool> {
        self.push(near.line_number().unwrap_or(0), near.bytes(), false);
        Ok(true)
    }
}

/// The files seen so far. With a limit, those that can no longer come into the result lose their lines.
#[derive(Default)]
struct Store {
    limit: Option<usize>,
    files: BTreeMap<String, Vec<Line>>,
    kept: usize,
    counts: BTreeMap<String, u64>,
    searched: u64,
}

impl Store {
    fn add(&mut self, path: &str, lines: Vec<Line>, matches: u64) {
        self.searched += 1;
        if matches == 0 {
            return;
        }
        self.counts.insert(path.to_owned(), matches);
        self.kept += matching(&lines);
        self.files.insert(path.to_owned(), lines);
        let Some(limit) = self.limit else { return };
        while let Some(last) = self.files.last_entry() {
            let without = self.kept - matching(last.get());
            if without < limit {
                break;
            }
            last.remove();
            self.kept = without;
        }
    }

    fn ordered(self, after: usize) -> SearchFound {
        let mut left = self.limit.unwrap_or(usize::MAX);
        let mut lines = Vec::new();
        let total: u64 = self.counts.values().sum();
        for (path, mut file) in self.files {
            cut(&mut file, left, after);
            left -= matching(&file);
            if !file.is_empty() {
                lines.push((path, file));
            }
        }
        let shown: usize = lines.iter().map(|(_, file)| matching(file)).sum();
        SearchFound {
            lines,
            counts: self.counts.into_iter().collect(),
            searched: self.searched,
            truncated: total > shown as u64,
            ..SearchFound::default()
        }
    }
}

fn matching(lines: &[Line]) -> usize {
    lines.iter().filter(|line| line.is_match).count()
}

/// Keeps the first `most` matching lines, and of the lines after them those that belong to the last one.
fn cut(lines: &mut Vec<Line>, most: usize, after: usize) {
    let mut matches = lines.iter().enumerate().filter(|(_, line)| line.is_match).map(|(index, _)| index);
    let Some(last) = most.checked_sub(1).and_then(|index| matches.nth(index)) else {
        if most == 0 {
            lines.clear();
        }
        return;
    };
    let Some(next) = matches.next() else { return };
    let reach = lines[last].number + after as u64;
    lines.truncate(next);
    lines.retain(|line| line.number <= reach);
}
