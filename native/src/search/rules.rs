//! What ignore files hide: `.ignore`, `.gitignore`, git's own lists, each folder's nearest word first.
//!
//! One file's lines are ripgrep's to interpret; here is only which file counts where. A folder without such files has
//! no level of its own, so a path is held against as many lists as there are and no more.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The files and folders in a folder that make it a level.
pub(super) const MARKS: [&str; 4] = [".ignore", ".gitignore", ".git", ".jj"];

/// A folder with ignore files, and through `above` those it lies in.
pub(super) struct Level {
    above: Option<Arc<Level>>,
    ignore: Gitignore,
    gitignore: Gitignore,
    exclude: Gitignore,
    is_repository: bool,
    in_repository: bool,
}

impl Level {
    /// The level of a folder that has one of `MARKS`.
    pub(super) fn new(folder: &Path, above: Option<Arc<Level>>) -> Self {
        let git = folder.join(".git");
        let is_repository = git.metadata().is_ok() || folder.join(".jj").exists();
        Self {
            in_repository: is_repository || above.as_ref().is_some_and(|level| level.in_repository),
            above,
            ignore: lines_of(folder, &folder.join(".ignore")),
            gitignore: lines_of(folder, &folder.join(".gitignore")),
            exclude: exclude_file(&git).map_or_else(Gitignore::empty, |file| lines_of(folder, &file)),
            is_repository,
        }
    }

    /// The level of a folder, through all folders above it.
    pub(super) fn of(folder: &Path) -> Option<Arc<Level>> {
        let mut level = None;
        let mut parts: Vec<&Path> = folder.ancestors().skip(1).collect();
        parts.reverse();
        for part in parts {
            if MARKS.iter().any(|mark| part.join(mark).symlink_metadata().is_ok()) {
                level = Some(Arc::new(Level::new(part, level)));
            }
        }
        level
    }

    /// What is said of an absolute path: true for hidden, false for brought back by `!`, None for nothing.
    /// `everywhere` is git's list for all repositories.
    pub(super) fn hides(&self, path: &Path, is_dir: bool, everywhere: &Gitignore) -> Option<bool> {
        let (mut ignore, mut gitignore, mut exclude) = (None, None, None);
        let mut inside = self.in_repository;
        let mut next = Some(self);
        while let Some(level) = next {
            ignore = ignore.or_else(|| word(&level.ignore, path, is_dir));
            if inside {
                gitignore = gitignore.or_else(|| word(&level.gitignore, path, is_dir));
                exclude = exclude.or_else(|| word(&level.exclude, path, is_dir));
                inside = !level.is_repository;
            }
            next = level.above.as_deref();
        }
        let global = || if self.in_repository { word(everywhere, path, is_dir) } else { None };
        ignore.or(gitignore).or(exclude).or_else(global)
    }
}

/// Git's list for all repositories, for paths below `root`.
pub(super) fn everywhere(root: &Path) -> Gitignore {
    GitignoreBuilder::new(root).build_global().0
}

fn word(list: &Gitignore, path: &Path, is_dir: bool) -> Option<bool> {
    let found = list.matched(path, is_dir);
    if found.is_none() { None } else { Some(found.is_ignore()) }
}

/// The lines of one file, as far as they can be read: like git, a line that is no glob says nothing.
fn lines_of(folder: &Path, file: &Path) -> Gitignore {
    if !file.is_file() {
        return Gitignore::empty();
    }
    let mut builder = GitignoreBuilder::new(folder);
    builder.add(file);
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// Where a repository's own list is; a worktree's `.git` is a file that names its folder, and that the shared one.
fn exclude_file(git: &Path) -> Option<PathBuf> {
    if !git.is_file() {
        return Some(git.join("info/exclude"));
    }
    let own = fs::read_to_string(git).ok()?;
    let own = git.parent()?.join(own.lines().next()?.strip_prefix("gitdir: ")?);
    let shared = fs::read_to_string(own.join("commondir")).unwrap_or_default();
    Some(own.join(shared.lines().next().unwrap_or_default()).join("info/exclude"))
}
