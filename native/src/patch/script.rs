//! A change as somebody wrote it, line by line: what stays, goes and comes.

use super::words::kept_pairs;
use crate::cancel::Cancel;
use crate::error::Result;

/// Lines with their sign apart; each with its own ending.
pub(super) type Script<'a> = Vec<(u8, &'a [u8])>;

/// From signed lines. Lines that go and come again at once stay.
pub(super) fn of_lines<'a>(lines: &'a [Vec<u8>], cells: usize, cancel: &Cancel) -> Result<Script<'a>> {
    let mut script = Script::new();
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for line in lines {
        cancel.check()?;
        match line[0] {
            b'-' => gone.push(&line[1..]),
            b'+' => come.push(&line[1..]),
            _ => {
                script.extend(between(&gone, &come, cells, cancel)?);
                gone.clear();
                come.clear();
                script.push((b' ', &line[1..]));
            }
        }
    }
    script.extend(between(&gone, &come, cells, cancel)?);
    Ok(script)
}

/// From the old lines to the new ones.
pub(super) fn between<'a>(
    old: &[&'a [u8]],
    new: &[&'a [u8]],
    cells: usize,
    cancel: &Cancel,
) -> Result<Script<'a>> {
    let mut script = Script::new();
    let (mut i, mut j) = (0, 0);
    let kept = kept_pairs(old, new, cells, cancel)?;
    for (kept_old, kept_new) in kept.into_iter().chain([(old.len(), new.len())]) {
        script.extend(old[i..kept_old].iter().map(|&line| (b'-', line)));
        script.extend(new[j..kept_new].iter().map(|&line| (b'+', line)));
        script.extend(old.get(kept_old).map(|&line| (b' ', line)));
        (i, j) = (kept_old + 1, kept_new + 1);
    }
    Ok(script)
}

/// The lines that the script expects to be there.
pub(super) fn old_lines<'a>(script: &[(u8, &'a [u8])]) -> Vec<&'a [u8]> {
    script.iter().filter(|(sign, _)| *sign != b'+').map(|&(_, line)| line).collect()
}

/// How many lines of context it begins with, and how many it ends with.
pub(super) fn margins(script: &[(u8, &[u8])]) -> (usize, usize) {
    let is_context = |line: &&(u8, &[u8])| line.0 == b' ';
    let lead = script.iter().take_while(is_context).count();
    (lead, script[lead..].iter().rev().take_while(is_context).count())
}

/// As `margins`, with blank lines that are to be removed: such are often written where there are none.
pub(super) fn edges(script: &[(u8, &[u8])]) -> (usize, usize) {
    let says_little =
        |(sign, line): &&(u8, &[u8])| *sign == b' ' || (*sign == b'-' && line.trim_ascii().is_empty());
    let lead = script.iter().take_while(says_little).count();
    (lead, script[lead..].iter().rev().take_while(says_little).count())
}
