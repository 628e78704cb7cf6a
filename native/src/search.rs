//! Search: the lines that match a pattern, and the files that match a glob, below a folder.
//!
//! Folders are walked on several threads by ripgrep's own walker, so ignore files mean what they mean there. A file is
//! read whole and brought to UTF-8 first, so what is searched is exactly what is shown. The outcome is put in order
//! afterwards, and is the same on every run.

mod collect;
mod files;
mod globs;
#[cfg(feature = "python")]
pub(crate) mod python;
mod text;
mod walk;

#[cfg(test)]
mod tests;

pub use collect::{Line, SearchFound, search};
pub use files::{FilesFound, Sort, find};
pub use walk::Scope;

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
    /// Lines to show before a match.
    pub before: usize,
    /// Lines to show after a match.
    pub after: usize,
    /// How many matching lines to return; all are counted.
    pub limit: Option<usize>,
    /// Characters after which a line is cut; 0 for never.
    pub max_columns: usize,
    /// Bytes above which a file is reported and not read.
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
