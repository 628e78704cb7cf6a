//! What is read of a line: its commands and their words' places, within bounds, and the first doubt.

use super::super::{Command, Limits};

/// What a word is in its command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Role {
    Name,
    Word,
    Assignment,
    /// The word after a redirection's operator.
    Target,
}

/// Where a word stands in the line, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Place {
    pub(in super::super) start: usize,
    pub(in super::super) end: usize,
    pub(in super::super) role: Role,
    /// The number of the command it belongs to.
    pub(in super::super) command: usize,
}

/// What all readers of one line add to.
#[derive(Debug)]
pub(in super::super) struct Outcome {
    pub(super) limits: Limits,
    pub(super) begun: usize,
    words: usize,
    /// Nothing more is read.
    pub(super) full: bool,
    pub(in super::super) commands: Vec<Command>,
    pub(in super::super) places: Vec<Place>,
    /// The first thing that could not be understood.
    pub(in super::super) doubt: String,
}

impl Outcome {
    pub(in super::super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            begun: 0,
            words: 0,
            full: false,
            commands: Vec::new(),
            places: Vec::new(),
            doubt: String::new(),
        }
    }

    /// Notes what could not be understood; the first is kept.
    pub(super) fn doubt(&mut self, why: &str) {
        if self.doubt.is_empty() {
            why.clone_into(&mut self.doubt);
        }
    }

    pub(super) fn add(&mut self, command: Command) {
        if self.commands.len() < self.limits.commands { self.commands.push(command) } else { self.stop() }
    }

    /// One more word was read.
    pub(super) fn count(&mut self) {
        self.words += 1;
        if self.words > self.limits.words {
            self.stop();
        }
    }

    fn stop(&mut self) {
        let Limits { commands, words, .. } = self.limits;
        self.full = true;
        self.doubt(&format!("it has more than {commands} commands or {words} words"));
    }
}

/// The command that is being read.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) command: Command,
    pub(super) number: usize,
    /// Some redirection was read, whether or not it names a file.
    pub(super) redirected: bool,
    /// Nothing but the keyword `time` and its options stands there yet.
    pub(super) only_timed: bool,
}

impl Draft {
    pub(super) fn begun(&self) -> bool {
        self.redirected || !(self.command.words.is_empty() && self.command.assignments.is_empty())
    }

    pub(super) fn runs_or_changes(&self) -> bool {
        let Command { words, assignments, written, read, redirect_expanded, .. } = &self.command;
        *redirect_expanded || [words, assignments, written, read].iter().any(|each| !each.is_empty())
    }
}
