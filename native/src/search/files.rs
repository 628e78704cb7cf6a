//! The files that match a glob.

use std::cmp::Reverse;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::listing::Scope;
use super::part::Part;
use super::walk::{Passing, Visit, Walk};
use crate::cancel::Cancel;
use crate::error::Result;

/// The order of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// By path.
    Path,
    /// The one changed last comes first; by path where two changed at once.
    Modified,
}

/// The files found.
#[derive(Clone, Debug, Default)]
pub struct FilesFound {
    /// Paths relative to the root, as many as the limit allows.
    pub paths: Vec<String>,
    /// How many there are.
    pub total: usize,
    /// What could not be read, in order of the paths.
    pub problems: Vec<String>,
    /// Whether it was stopped before its end.
    pub cancelled: bool,
}

/// Every file of the scope, in order.
pub fn find(scope: &Scope, limit: Option<usize>, sort: Sort, cancel: &Cancel) -> Result<FilesFound> {
    let walk = Walk::start(Names { sort }, scope, Cancel::default())?;
    let mut all = Listed::default();
    // Nobody wakes this thread when the token is raised, so it looks by itself.
    while let Some(listed) = walk.take(usize::MAX, Some(Duration::from_millis(10)))
        && !cancel.is_cancelled()
    {
        all.append(listed);
    }
    if sort == Sort::Modified {
        all.files.sort_by_key(|file| Reverse(file.modified));
    }
    let total = all.files.len();
    let paths = all.files.into_iter().take(limit.unwrap_or(usize::MAX)).map(|file| file.path).collect();
    Ok(FilesFound { paths, total, problems: all.problems, cancelled: cancel.is_cancelled() })
}

struct Names {
    sort: Sort,
}

struct Listing {
    path: String,
    modified: Option<SystemTime>,
}

#[derive(Default)]
struct Listed {
    files: Vec<Listing>,
    problems: Vec<String>,
}

impl Visit for Names {
    type Part = Listed;
    type Desk = ();

    fn desk(&self) {}

    fn visit(&self, (): &mut (), path: &Path, shown: &str, passing: &mut Passing<'_, Self>) {
        let modified = match self.sort {
            Sort::Path => None,
            Sort::Modified => fs::symlink_metadata(path).and_then(|about| about.modified()).ok(),
        };
        passing.part.files.push(Listing { path: shown.to_owned(), modified });
    }

    fn admit(&self, _: &mut Listed) {}
}

impl Part for Listed {
    fn weight(&self) -> usize {
        self.files.len() * 100
    }

    fn results(&self) -> usize {
        self.files.len()
    }

    fn append(&mut self, mut next: Self) {
        self.files.append(&mut next.files);
        self.problems.append(&mut next.problems);
    }

    fn tell(&mut self, problem: String) {
        self.problems.push(problem);
    }
}
