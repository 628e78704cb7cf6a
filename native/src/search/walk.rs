//! Which files lie below a folder: ripgrep's walker, on several threads, with problems told and not fatal.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::{fs, thread};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::globs::Globs;
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// Where to look, and at which files.
#[derive(Clone, Debug)]
pub struct Scope {
    /// A folder, or one file.
    pub root: PathBuf,
    /// Globs that a file has to match one of; those with `!` take away.
    pub globs: Vec<String>,
    /// Globs of its type that a file has to match one of.
    pub types: Vec<String>,
    /// Whether names that begin with a dot count.
    pub hidden: bool,
    /// Whether `.gitignore`, `.ignore`, `.git/info/exclude` and git's global excludes hold.
    pub respect_ignore: bool,
}

/// More threads than this wait for the disk and not for each other.
const MOST_THREADS: usize = 8;

/// Shows every file of the scope to `visit`, with its path relative to the root, from several threads and in no order.
/// What could not be read is returned, in order.
pub(super) fn walk(
    scope: &Scope,
    cancel: &Cancel,
    visit: impl Fn(&Path, &str) -> Visit + Sync,
) -> Result<Vec<String>> {
    let root = fs::canonicalize(&scope.root).map_err(|error| Error::os(&scope.root, error))?;
    let (globs, types) = (Globs::new(&scope.globs)?, Globs::new(&scope.types)?);
    let problems = Mutex::new(Vec::new());
    let tell = |problem: String| problems.lock().expect("no thread panics with it").push(problem);
    let look = |path: &Path, shown: &str| {
        if globs.take_file(shown)
            && types.take_file(shown)
            && let Err(problem) = visit(path, shown)
        {
            tell(format!("{shown}: {problem}"));
        }
    };
    if root.is_dir() {
        let wanted = |entry: &DirEntry| entry.depth() == 0 || entry.file_name() != ".git";
        builder(scope, &root).filter_entry(wanted).build_parallel().run(|| {
            Box::new(|entry| {
                if cancel.is_cancelled() {
                    return WalkState::Quit;
                }
                match entry {
                    Err(error) => tell(told(&error, &root)),
                    Ok(entry) => {
                        let shown = relative(entry.path(), &root);
                        let kind = entry.file_type();
                        if kind.is_some_and(|kind| kind.is_dir()) && entry.depth() > 0 && globs.drop(&shown) {
                            return WalkState::Skip;
                        }
                        if kind.is_some_and(|kind| kind.is_file()) {
                            look(entry.path(), &shown);
                        }
                    }
                }
                WalkState::Continue
            })
        });
    } else if !root.is_file() {
        // Opening a pipe would wait for somebody to write into it.
        return Err(Error::Invalid(format!("neither a file nor a folder: {}", root.display())));
    } else {
        look(&root, &root.file_name().unwrap_or_default().to_string_lossy());
    }
    let mut problems = problems.into_inner().expect("no thread panics with it");
    problems.sort();
    Ok(problems)
}

/// What a visit says: nothing, or the problem it had.
pub(super) type Visit = std::result::Result<(), String>;

fn builder(scope: &Scope, root: &Path) -> WalkBuilder {
    let threads = thread::available_parallelism().map_or(1, |count| count.get().min(MOST_THREADS));
    let mut builder = WalkBuilder::new(root);
    builder
        .standard_filters(false)
        .hidden(!scope.hidden)
        .parents(scope.respect_ignore)
        .ignore(scope.respect_ignore)
        .git_ignore(scope.respect_ignore)
        .git_exclude(scope.respect_ignore)
        .git_global(scope.respect_ignore)
        .follow_links(false)
        .threads(threads);
    builder
}

/// A path as results show it: from the root, with slashes, and with � for what is not UTF-8.
fn relative(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned()
}

fn told(error: &ignore::Error, root: &Path) -> String {
    match error {
        ignore::Error::WithPath { path, err } => format!("{}: {err}", relative(path, root)),
        ignore::Error::WithDepth { err, .. } => told(err, root),
        other => other.to_string(),
    }
}
