//! The files that match a glob.

use std::fs;
use std::sync::Mutex;
use std::time::SystemTime;

use super::walk::{Scope, walk};
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
    /// What could not be read.
    pub problems: Vec<String>,
    /// Whether it was stopped before its end.
    pub cancelled: bool,
}

/// Every file of the scope, in order.
pub fn find(scope: &Scope, limit: Option<usize>, sort: Sort, cancel: &Cancel) -> Result<FilesFound> {
    let files = Mutex::new(Vec::new());
    let problems = walk(scope, cancel, |path, shown| {
        let modified = match sort {
            Sort::Path => None,
            Sort::Modified => fs::symlink_metadata(path).and_then(|data| data.modified()).ok(),
        };
        files.lock().expect("no thread panics with it").push((modified, shown.to_owned()));
        Ok(())
    })?;
    let mut files: Vec<(Option<SystemTime>, String)> = files.into_inner().expect("no thread panics with it");
    files.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let total = files.len();
    files.truncate(limit.unwrap_or(usize::MAX));
    let paths = files.into_iter().map(|(_, path)| path).collect();
    Ok(FilesFound { paths, total, problems, cancelled: cancel.is_cancelled() })
}
