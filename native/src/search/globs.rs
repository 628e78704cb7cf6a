//! Which files are meant: globs as people write them for ripgrep, tried on paths relative to the root.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use ignore::overrides::{Override, OverrideBuilder};

use crate::error::{Error, Result};

/// What a caller chose by globs and by kinds of files. Both only take away from what ignore files leave.
pub(super) struct Globs {
    chosen: Override,
    kinds: Option<GlobSet>,
}

impl Globs {
    /// `globs` are ripgrep's `--glob`, of which the last that matches counts; `kinds` are globs for names, of which a
    /// file has to match one.
    pub(super) fn new(globs: &[String], kinds: &[String]) -> Result<Self> {
        // Without a root of its own, a glob with a slash is tried on the whole relative path.
        let mut builder = OverrideBuilder::new("");
        for glob in globs {
            builder.add(&written(glob)).map_err(|error| bad(glob, &error))?;
        }
        let chosen = builder.build().map_err(|error| bad(&globs.join(" "), &error))?;
        Ok(Self { chosen, kinds: name_set(kinds)? })
    }

    /// Whether a file is meant; `path` is relative to the root.
    pub(super) fn take_file(&self, path: &Path) -> bool {
        !self.chosen.matched(path, false).is_ignore()
            && self.kinds.as_ref().is_none_or(|kinds| kinds.is_match(path.file_name().unwrap_or_default()))
    }

    /// Whether a folder is taken away with everything below it.
    pub(super) fn drop_folder(&self, path: &Path) -> bool {
        self.chosen.matched(path, true).is_ignore()
    }

    /// Whether a name is of a kind that was asked for: then a dot before it does not hide it.
    pub(super) fn is_asked_for(&self, name: &Path) -> bool {
        self.kinds.as_ref().is_some_and(|kinds| kinds.is_match(name))
    }
}

/// A glob as the lines of ignore files are read: `#` is itself, `./` says nothing, and a folder means what is in it.
fn written(glob: &str) -> String {
    let (not, glob) = glob.strip_prefix('!').map_or(("", glob), |glob| ("!", glob));
    let glob = glob.strip_prefix("./").unwrap_or(glob);
    let is_choice = not.is_empty();
    let escape = if is_choice && glob.starts_with('#') { "\\" } else { "" };
    let inside = if is_choice && glob.ends_with('/') { "**" } else { "" };
    format!("{not}{escape}{glob}{inside}")
}

fn name_set(globs: &[String]) -> Result<Option<GlobSet>> {
    if globs.is_empty() {
        return Ok(None);
    }
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(
            GlobBuilder::new(glob)
                .literal_separator(true)
                .build()
                .map_err(|error| bad(glob, &error.kind()))?,
        );
    }
    set.build().map(Some).map_err(|error| bad(&globs.join(" "), &error.kind()))
}

fn bad(glob: &str, error: &impl ToString) -> Error {
    let told = error.to_string();
    let why = told.rsplit_once("': ").map_or(told.as_str(), |(_, why)| why);
    Error::Invalid(format!("the glob {glob:?} is bad: {why}"))
}
