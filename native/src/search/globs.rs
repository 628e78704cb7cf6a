//! Which files are meant: globs as people write them for ripgrep, tried on paths relative to the root.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::error::{Error, Result};

/// A set of globs. A glob without a slash means the name at any depth, one with a slash the path from the root; `!`
/// before it takes files away, and everything below a folder that it matches.
pub(super) struct Globs {
    wanted: Option<GlobSet>,
    unwanted: Option<GlobSet>,
}

impl Globs {
    pub(super) fn new(globs: &[String]) -> Result<Self> {
        let (unwanted, wanted): (Vec<&str>, Vec<&str>) =
            globs.iter().map(String::as_str).partition(|glob| glob.starts_with('!'));
        Ok(Self { wanted: set(&wanted)?, unwanted: set(&unwanted)? })
    }

    /// Whether a file is meant.
    pub(super) fn take_file(&self, path: &str) -> bool {
        self.wanted.as_ref().is_none_or(|wanted| wanted.is_match(path)) && !self.drop(path)
    }

    /// Whether a path is taken away by `!`; true for a folder means everything below it is.
    pub(super) fn drop(&self, path: &str) -> bool {
        self.unwanted.as_ref().is_some_and(|unwanted| unwanted.is_match(path))
    }
}

fn set(globs: &[&str]) -> Result<Option<GlobSet>> {
    if globs.is_empty() {
        return Ok(None);
    }
    let bad = |glob: &str, error: &globset::Error| {
        Error::Invalid(format!("the glob {glob:?} is bad: {}", error.kind()))
    };
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        let parsed = GlobBuilder::new(&anchored(glob))
            .literal_separator(true)
            .backslash_escape(true)
            .empty_alternates(true)
            .build()
            .map_err(|error| bad(glob, &error))?;
        builder.add(parsed);
    }
    builder.build().map(Some).map_err(|error| bad(&globs.join(" "), &error))
}

/// The glob for whole paths that a person's glob means.
fn anchored(glob: &str) -> String {
    let glob = glob.strip_prefix('!').unwrap_or(glob);
    let glob = glob.strip_prefix("./").unwrap_or(glob);
    let (folder, glob) = match glob.strip_suffix('/') {
        Some(glob) => ("/**", glob),
        None => ("", glob),
    };
    match glob.strip_prefix('/') {
        Some(rooted) => format!("{rooted}{folder}"),
        None if glob.contains('/') => format!("{glob}{folder}"),
        None => format!("**/{glob}{folder}"),
    }
}
