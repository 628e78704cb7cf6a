//! The file finder: a list of paths, ranked by how well they fit what somebody types.
//!
//! Ranking is nucleo's, made for paths: letters at the beginning of a folder, a name or a word count more, and what is
//! found in the file's own name more than the same in its folders. Most paths are told apart by a set of the letters
//! they hold, before anything is compared; a query that goes on from the one before looks only at what that one left.

#[cfg(feature = "python")]
pub(crate) mod python;
mod query;
mod rank;

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use crate::cancel::Cancel;
use crate::error::Result;
use crate::search::{Scope, Sort, find};
use query::{Paths, Query, letters};

/// The files of a folder, by their paths.
#[derive(Default)]
pub struct Index {
    /// All paths, one behind the other, in order.
    text: String,
    /// The same in lower case, as far as it is ASCII.
    folded: String,
    /// Where each path ends.
    ends: Vec<usize>,
    /// Where the file's own name begins in each.
    names: Vec<usize>,
    /// The letters of each.
    letters: Vec<u64>,
    problems: Vec<String>,
    last: Mutex<Option<Narrowed>>,
}

/// What a query left, for the next that goes on from it.
struct Narrowed {
    query: String,
    fits: Arc<Vec<u32>>,
}

/// One path that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// As it is in the index.
    pub path: String,
    /// How well it fits: more is better.
    pub score: u32,
    /// Which of its characters were found, in order.
    pub positions: Vec<u32>,
}

/// What a query found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranking {
    /// The best, as many as were asked for. Of two that fit alike the shorter comes first, then the first in order.
    pub best: Vec<Ranked>,
    /// How many fit.
    pub total: usize,
    /// Whether it was stopped before its end.
    pub cancelled: bool,
}

impl Index {
    /// An index of paths, whatever they name.
    #[must_use]
    pub fn new(mut paths: Vec<String>) -> Self {
        paths.sort_unstable();
        let mut index =
            Self { text: String::with_capacity(paths.iter().map(String::len).sum()), ..Self::default() };
        for path in paths {
            index.names.push(path.rfind('/').map_or(0, |at| at + 1));
            index.text.push_str(&path);
            index.ends.push(index.text.len());
            index.letters.push(letters(&path));
        }
        index.folded = index.text.to_ascii_lowercase();
        index
    }

    /// An index of the files below a folder; empty when it was cancelled.
    pub fn below(scope: &Scope, cancel: &Cancel) -> Result<Self> {
        let found = find(scope, None, Sort::Path, cancel)?;
        let paths = if found.cancelled { Vec::new() } else { found.paths };
        Ok(Self { problems: found.problems, ..Self::new(paths) })
    }

    /// An index of the folders that these paths lie in, each once.
    #[must_use]
    pub fn folders(&self) -> Self {
        let mut folders = HashSet::new();
        for at in 0..u32::try_from(self.len()).unwrap_or(u32::MAX) {
            let mut path = self.paths(at).path;
            while let Some((folder, _)) = path.rsplit_once('/') {
                if folder.is_empty() || !folders.insert(folder) {
                    break;
                }
                path = folder;
            }
        }
        Self::new(folders.into_iter().map(str::to_owned).collect())
    }

    /// How many paths there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// What could not be read when the folder was listed.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// The paths that fit every word of the query, best first; all fit an empty one. A word with an upper-case letter
    /// tells cases apart. `name_bonus` is what a word counts more that is found in the file's own name.
    pub fn rank(&self, query: &str, limit: usize, name_bonus: u32, cancel: &Cancel) -> Ranking {
        let words = Query::new(query, name_bonus);
        let left = self.left_by_last(query);
        let all: Range<u32> = 0..u32::try_from(self.len()).unwrap_or(u32::MAX);
        let (ranking, fits) = match &left {
            Some(left) => rank::rank(self, left.len(), |at| left[at], &words, limit, cancel),
            None => {
                rank::rank(self, all.len(), |at| u32::try_from(at).unwrap_or(u32::MAX), &words, limit, cancel)
            }
        };
        if !ranking.cancelled && !query.is_empty() {
            *self.last.lock().expect(LOCK) = Some(Narrowed { query: query.to_owned(), fits: Arc::new(fits) });
        }
        ranking
    }

    /// What the query before this one left, if this one goes on from it: more letters fit fewer paths.
    fn left_by_last(&self, query: &str) -> Option<Arc<Vec<u32>>> {
        let last = self.last.lock().expect(LOCK);
        let last = last.as_ref().filter(|last| query.starts_with(&last.query))?;
        Some(last.fits.clone())
    }

    fn paths(&self, at: u32) -> Paths<'_> {
        let at = at as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        let range = start..self.ends[at];
        Paths { path: &self.text[range.clone()], folded: &self.folded[range], name_at: self.names[at] }
    }
}

const LOCK: &str = "no thread panics with it";
