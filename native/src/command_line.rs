//! A shell line taken apart into its simple commands, so that each can be judged by itself.
//!
//! Two readers look at every line. `reader.rs` reads it character by character, by bash's rules of quoting, and says what
//! it cannot understand with certainty. A line that it has no doubt about is then parsed by tree-sitter's grammar of bash
//! (`grammar.rs`), which was written by others from another side, and which takes much for granted that bash does not.
//! Only where both put every name, word, assignment and redirection at the same place is the line certain: what one of
//! them gets wrong, the other would have to get wrong in the same way.
//!
//! What programs such as `timeout` or `xargs` start is not looked at here; it is known in one place, above both this and
//! its twin in Python (`claw_core/permissions/wrapper.py`).

mod grammar;
#[cfg(feature = "python")]
pub(crate) mod python;
mod reader;
#[cfg(test)]
mod tests;
mod word;

use reader::{Outcome, Reader};

/// One program with its words, as the shell would pass them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// Without quotes; empty where there are only assignments or redirections.
    pub words: Vec<String>,
    /// `NAME=value`, before the words.
    pub assignments: Vec<String>,
    /// Files that its output goes to.
    pub written: Vec<String>,
    /// Files that its input comes from.
    pub read: Vec<String>,
    /// The file that its standard output goes to at last; empty where that is none, or not known.
    pub output: String,
    /// Places of words that the shell makes into something else.
    pub expanded: Vec<usize>,
    /// Places of words that are patterns for file names.
    pub globbed: Vec<usize>,
    /// Its input is the output of the command before it.
    pub reads_pipe: bool,
    /// The name of a redirection's file is not known yet.
    pub redirect_expanded: bool,
}

/// What was read of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Those in substitutions before the one they stand in.
    pub commands: Vec<Command>,
    /// What could not be understood, in a few words; empty where everything was.
    pub doubt: String,
}

/// How far a line is followed; what goes beyond is doubted.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Substitutions and subshells in one another.
    pub depth: usize,
    /// Simple commands.
    pub commands: usize,
    /// Words, redirections among them.
    pub words: usize,
}

/// Takes a line apart. Time and memory grow with its length times the depth.
#[must_use]
pub fn parse(line: &str, limits: Limits) -> Reading {
    let mut out = Outcome::new(limits);
    Reader::new(line, Some(0), 0, &mut out).commands(None);
    if out.doubt.is_empty() && !grammar::agrees(line, &out.places) {
        "the grammar of bash reads it otherwise".clone_into(&mut out.doubt);
    }
    Reading { commands: out.commands, doubt: out.doubt }
}
