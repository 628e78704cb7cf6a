//! The lines that match a pattern.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use grep_regex::RegexMatcher;
use grep_searcher::{Searcher, SearcherBuilder, Sink, SinkContext, SinkMatch};

use super::listing::Scope;
use super::part::{Found, Line};
use super::text::{self, Piece, Pieces, told};
use super::walk::{Passing, Visit, Walk};
use super::{Query, Want};
use crate::cancel::Cancel;
use crate::error::Result;

/// A search that is under way. Dropped, it stops.
pub struct Search(Walk<Lines>);

impl Search {
    /// Starts it.
    pub fn start(query: Query, scope: &Scope) -> Result<Self> {
        let stopped = Cancel::default();
        let matcher = query.matcher()?;
        let lines = Lines {
            query,
            matcher,
            passed: AtomicU64::new(0),
            follow: scope.follow,
            stopped: stopped.clone(),
        };
        Ok(Self(Walk::start(lines, scope, stopped)?))
    }

    /// What was found since the last time, in order, once there are `enough` lines and files or `patience` is over;
    /// None once all was taken, and after a stop.
    #[must_use]
    pub fn take(&self, enough: usize, patience: Option<Duration>) -> Option<Found> {
        self.0.take(enough, patience)
    }

    /// Ends it: whoever waits in `take` is free at once.
    pub fn stop(&self) {
        self.0.stop();
    }
}

/// Files up to this many bytes are read whole.
const SMALL: usize = 1 << 20;

struct Lines {
    query: Query,
    matcher: RegexMatcher,
    /// Matching lines that were admitted; no more than the limit.
    passed: AtomicU64,
    follow: bool,
    stopped: Cancel,
}

/// What a thread keeps from file to file.
struct Desk {
    searcher: Searcher,
    matcher: RegexMatcher,
    raw: Vec<u8>,
    room: Vec<u8>,
}

impl Visit for Lines {
    type Part = Found;
    type Desk = Desk;

    fn desk(&self) -> Desk {
        let searcher = SearcherBuilder::new()
            .line_number(true)
            .multi_line(self.query.multiline)
            .before_context(self.query.before)
            .after_context(self.query.after)
            .bom_sniffing(false)
            .build();
        Desk { searcher, matcher: self.matcher.clone(), raw: Vec::new(), room: Vec::new() }
    }

    fn visit(&self, desk: &mut Desk, path: &Path, shown: &str, passing: &mut Passing<'_, Self>) {
        match self.search_file(desk, path, shown, passing) {
            Ok(()) => {}
            Err(_) if self.stopped.is_cancelled() => {}
            Err(problem) => passing.part.problems.push(format!("{shown}: {problem}")),
        }
    }

    fn admit(&self, part: &mut Found) {
        if let Some(limit) = self.query.limit {
            let left = limit - self.passed.load(Ordering::Relaxed);
            self.passed.fetch_add(part.cut(left, self.query.after), Ordering::Relaxed);
        }
    }
}

impl Lines {
    fn search_file(
        &self,
        desk: &mut Desk,
        path: &Path,
        shown: &str,
        passing: &mut Passing<'_, Self>,
    ) -> std::result::Result<(), String> {
        let problem = |error: io::Error| told(&error);
        let mut file = text::open(path, self.follow).map_err(problem)?;
        let Some(length) = text::fill(&mut file, &mut desk.raw, SMALL).map_err(problem)? else {
            return self.search_large(desk, &mut file, shown, passing);
        };
        let Some(text) = text::decode(&desk.raw[..length], &mut desk.room) else { return Ok(()) };
        if self.query.multiline && length as u64 > self.query.max_bytes {
            return Err(self.too_large());
        }
        if text::has_long_line(text, self.query.max_bytes) {
            return Err(self.long_line());
        }
        let mut sink = self.collector(shown, passing);
        desk.searcher.search_slice(&desk.matcher, text, &mut sink).map_err(problem)?;
        sink.end();
        Ok(())
    }

    /// A file that is not held whole is read twice: whether it is text is known only at its end.
    fn search_large(
        &self,
        desk: &mut Desk,
        file: &mut File,
        shown: &str,
        passing: &mut Passing<'_, Self>,
    ) -> std::result::Result<(), String> {
        let problem = |error: io::Error| told(&error);
        let size = file.metadata().map_err(problem)?.len();
        let most = self.query.max_bytes;
        let is_too_large = self.query.multiline && size > most;
        let mut pieces = Pieces::new(file, most, &self.stopped).map_err(problem)?;
        loop {
            match pieces.next().map_err(problem)? {
                Piece::Text => {}
                Piece::End => break,
                Piece::Binary => return Ok(()),
                Piece::LongLine if is_too_large => break,
                Piece::LongLine => return Err(self.long_line()),
            }
        }
        if is_too_large {
            return Err(self.too_large());
        }
        let pieces = Pieces::new(file, most, &self.stopped).map_err(problem)?;
        let mut sink = self.collector(shown, passing);
        desk.searcher.search_reader(&desk.matcher, pieces, &mut sink).map_err(problem)?;
        sink.end();
        Ok(())
    }

    fn collector<'a, 'b>(&'a self, path: &'a str, passing: &'a mut Passing<'b, Self>) -> Collector<'a, 'b> {
        let room = self.query.limit.map(|limit| limit - self.passed.load(Ordering::Relaxed));
        Collector { lines: self, path, passing, room, matches: 0 }
    }

    fn too_large(&self) -> String {
        format!("not searched: it has more than {} bytes, and a match may span lines", self.query.max_bytes)
    }

    fn long_line(&self) -> String {
        format!("not searched: it has a line of more than {} bytes", self.query.max_bytes)
    }
}

/// Takes the lines of one file, up to the limit; counts all that match.
struct Collector<'a, 'b> {
    lines: &'a Lines,
    path: &'a str,
    passing: &'a mut Passing<'b, Lines>,
    /// How many matching lines there is room for, at most.
    room: Option<u64>,
    matches: u64,
}

impl Collector<'_, '_> {
    fn is_full(&self) -> bool {
        self.room.is_some_and(|room| room == 0 || self.matches > room)
    }

    fn push(&mut self, number: u64, line: &[u8], is_match: bool) {
        if self.lines.query.want == Want::Lines && !self.is_full() {
            let text = text::shown(line, self.lines.query.max_columns);
            self.passing.part.push(self.path, Line { number, text, is_match });
            self.passing.relieve();
        }
    }

    fn end(self) {
        self.passing.part.searched += 1;
        if self.matches > 0 {
            self.passing.part.counts.push((self.path.to_owned(), self.matches));
        }
    }
}

impl Sink for Collector<'_, '_> {
    type Error = io::Error;

    fn matched(&mut self, _: &Searcher, found: &SinkMatch<'_>) -> io::Result<bool> {
        let first = found.line_number().unwrap_or(0);
        for (number, line) in (first..).zip(found.lines()) {
            self.matches += 1;
            self.push(number, line, true);
            if self.lines.query.want == Want::Files {
                return Ok(false);
            }
        }
        Ok(!self.lines.stopped.is_cancelled())
    }

    fn context(&mut self, _: &Searcher, near: &SinkContext<'_>) -> io::Result<bool> {
        self.push(near.line_number().unwrap_or(0), near.bytes(), false);
        Ok(true)
    }
}
