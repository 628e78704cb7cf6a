//! What holds of shell lines whatever somebody writes: a certain reading stays the same in company and in wrapping.

use claw_native::command_line::{Command, Limits, Reading, parse};

const LIMITS: Limits = Limits { depth: 8, commands: 100, words: 1_000 };

/// Panics where something does not hold.
pub(crate) fn check(data: &[u8]) {
    let Ok(line) = str::from_utf8(data) else { return };
    let alone = parse(line, LIMITS);
    assert!(alone.commands.len() <= LIMITS.commands, "{} commands", alone.commands.len());
    if !alone.doubt.is_empty() {
        return;
    }
    let other = Command { words: vec!["other".into(), "x".into()], ..Command::default() };
    let (mut after, mut before) = (alone.commands.clone(), vec![other.clone()]);
    after.push(other);
    before.extend(alone.commands.iter().cloned());
    same(line, &format!("{line}\nother x"), &after);
    same(line, &format!("other x\n{line}"), &before);
    same(line, &format!("(\n{line}\n)"), &alone.commands);
    same(line, &format!("{{\n{line}\n}}"), &alone.commands);
}

/// The longer line has these commands, or it is doubted.
fn same(line: &str, longer: &str, wanted: &[Command]) {
    let Reading { commands, doubt } = parse(longer, LIMITS);
    assert!(!doubt.is_empty() || commands == wanted, "{line:?}\n{longer:?}\n{wanted:#?}\n{commands:#?}");
}
