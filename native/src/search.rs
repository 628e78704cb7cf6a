//! Search: the lines that match a pattern, and the files that match a glob, below a folder.
//!
//! Folders are walked and files read on several threads; what they find comes out in the order of the paths while the
//! walk goes on (`walk.rs`). What is searched is exactly what is shown: a file is brought to UTF-8 first (`text.rs`).
//! Memory is bounded whatever the files are like: nothing runs ahead of whoever takes the results by more than a few
//! megabytes.

mod files;
mod globs;
mod lines;
mod listing;
mod part;
#[cfg(feature = "python")]
pub(crate) mod python;
mod rules;
mod text;
mod walk;

#[cfg(test)]
mod tests;

pub use files::{FilesFound, Sort, find};
pub use lines::Search;
pub use listing::Scope;
pub use part::{FileLines, Found, Line};

use crate::error::{Error, Result};

/// When upper and lower case are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Where the pattern has no upper-case letter.
    Smart,
    /// Never.
    Sensitive,
    /// Always.
    Insensitive,
}

/// What is wanted of a file that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Its lines.
    Lines,
    /// How many lines match.
    Counts,
    /// That it does: its first match ends it.
    Files,
}

/// What to look for in a file.
#[derive(Clone, Debug)]
pub struct Query {
    /// A regular expression in ripgrep's dialect, or plain text.
    pub pattern: String,
    /// Whether the pattern is plain text.
    pub literal: bool,
    /// When upper and lower case are the same.
    pub case: Case,
    /// Whether a match may span lines.
    pub multiline: bool,
    /// What is wanted of a file that matches.
    pub want: Want,
    /// Lines to show before a match.
    pub before: usize,
    /// Lines to show after a match.
    pub after: usize,
    /// How many matching lines to return; all are counted.
    pub limit: Option<u64>,
    /// Characters after which a line is cut; 0 for never.
    pub max_columns: usize,
    /// The most bytes to hold of a file at once: a longer line, or with `multiline` a longer file, is a problem.
    pub max_bytes: u64,
}

impl Query {
    /// Why the pattern cannot be used, with the place marked. The builder wraps the pattern in a group before it parses,
    /// so the place is taken from the pattern as it was written.
    fn flaw(&self, wrapped: &str) -> String {
        match regex_syntax::parse(&self.pattern) {
            Err(error) if !self.literal => format!("the pattern is bad: {error}"),
            _ => format!("the pattern is bad: {wrapped}"),
        }
    }

    /// The compiled pattern.
    fn matcher(&self) -> Result<grep_regex::RegexMatcher> {
        let mut builder = grep_regex::RegexMatcherBuilder::new();
        builder
            .multi_line(true)
            .crlf(true)
            .fixed_strings(self.literal)
            .case_smart(self.case == Case::Smart)
            .case_insensitive(self.case == Case::Insensitive);
        // With a terminator the engine may look for lines one by one; a match over lines must not have one.
        builder.line_terminator(if self.multiline { None } else { Some(b'\n') });
        builder.build(&self.pattern).map_err(|error| Error::Invalid(self.flaw(&error.to_string())))
    }
}
