//! How Python sees shell lines.

use pyo3::prelude::*;

/// Words, assignments, files written, files read, the file that its output goes to, places of expanded words, places of
/// patterns, whether it reads a pipe, whether the name of a redirection's file is unknown.
type CommandTuple =
    (Vec<String>, Vec<String>, Vec<String>, Vec<String>, String, Vec<usize>, Vec<usize>, bool, bool);

/// All simple commands of a line, and the first doubt.
#[pyfunction]
pub(crate) fn read_commands(
    py: Python<'_>,
    line: &str,
    deepest: usize,
    most_commands: usize,
    most_words: usize,
) -> (Vec<CommandTuple>, String) {
    let limits = super::Limits { depth: deepest, commands: most_commands, words: most_words };
    let reading = py.detach(|| super::parse(line, limits));
    let commands = reading.commands.into_iter().map(|command| {
        let super::Command { words, assignments, written, read, output, expanded, globbed, .. } = command;
        let (reads_pipe, redirect_expanded) = (command.reads_pipe, command.redirect_expanded);
        (words, assignments, written, read, output, expanded, globbed, reads_pipe, redirect_expanded)
    });
    (commands.collect(), reading.doubt)
}
