//! Two texts to hunks: a histogram diff, moved to where people expect it, grouped as git groups.
//!
//! A histogram is made of lines that are rare. Of long texts that have hardly any (tables of a few values, lists of
//! braces) it makes nothing in a bearable time; there the shortest way is looked for (`align.rs`), and the histogram is
//! told which lines are the same by numbers that are all different.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput, Token};

use super::{Hunk, align, lines_of};

/// Times in a text from which on a line is none that a histogram is made of.
const OFTEN: u32 = 64;
/// Such lines that a text may have for a histogram, or more of if they are not a quarter of it.
const MOST_REPEATED: usize = 2000;

/// One run of changed lines: which old lines became which new ones.
struct Run {
    before: Range<usize>,
    after: Range<usize>,
}

/// The hunks that turn `before` into `after`, with `context` lines around each change; changes whose context would
/// touch share a hunk.
#[must_use]
pub fn make_hunks(before: &[u8], after: &[u8], context: usize) -> Vec<Hunk> {
    let (old, new) = (lines_of(before), lines_of(after));
    let mut hunks = Vec::new();
    let mut group: Vec<Run> = Vec::new();
    for run in runs(before, after) {
        if let Some(last) = group.last()
            && run.before.start - last.before.end > context.saturating_mul(2)
        {
            hunks.push(hunk_of(&group, &old, &new, context));
            group.clear();
        }
        group.push(run);
    }
    if !group.is_empty() {
        hunks.push(hunk_of(&group, &old, &new, context));
    }
    hunks
}

/// The changed runs, in order.
fn runs(before: &[u8], after: &[u8]) -> Vec<Run> {
    let mut input: InternedInput<&[u8]> = InternedInput::default();
    input.update_before(lines_of(before).into_iter());
    input.update_after(lines_of(after).into_iter());
    let mut diff = if repeats(&input.before, input.interner.num_tokens())
        && repeats(&input.after, input.interner.num_tokens())
    {
        along(&align::kept(&input.before, &input.after), input.before.len(), input.after.len())
    } else {
        Diff::compute(Algorithm::Histogram, &input)
    };
    diff.postprocess_lines(&input);
    diff.hunks()
        .map(|hunk| Run {
            before: hunk.before.start as usize..hunk.before.end as usize,
            after: hunk.after.start as usize..hunk.after.end as usize,
        })
        .collect()
}

/// Whether most of a long text is lines that it has very often.
fn repeats(lines: &[Token], kinds: u32) -> bool {
    if lines.len() < MOST_REPEATED {
        return false;
    }
    let mut times = vec![0_u32; kinds as usize];
    for line in lines {
        times[line.0 as usize] += 1;
    }
    let often: u32 = times.into_iter().filter(|&count| count >= OFTEN).sum();
    often as usize >= MOST_REPEATED.max(lines.len() / 4)
}

/// The diff that keeps these lines and no others.
fn along(kept: &[(usize, usize)], old: usize, new: usize) -> Diff {
    let mut number = 0..;
    let mut fresh = |count: usize| (&mut number).take(count).map(Token).collect::<Vec<_>>();
    let (before, mut after) = (fresh(old), fresh(new));
    for &(at, other) in kept {
        after[other] = before[at];
    }
    let mut diff = Diff::default();
    diff.compute_with(Algorithm::Histogram, &before, &after, number.start);
    diff
}

/// One hunk for a group of runs that lie close together; the group is not empty.
fn hunk_of(group: &[Run], old: &[&[u8]], new: &[&[u8]], context: usize) -> Hunk {
    let (first, last) = (&group[0], &group[group.len() - 1]);
    let lead = context.min(first.before.start);
    let old_from = first.before.start - lead;
    let new_from = first.after.start - lead;
    let old_to = last.before.end.saturating_add(context).min(old.len());
    let mut lines = Vec::new();
    let mut at = old_from;
    for run in group {
        lines.extend(old[at..run.before.start].iter().map(|line| signed(b' ', line)));
        lines.extend(old[run.before.clone()].iter().map(|line| signed(b'-', line)));
        lines.extend(new[run.after.clone()].iter().map(|line| signed(b'+', line)));
        at = run.before.end;
    }
    lines.extend(old[at..old_to].iter().map(|line| signed(b' ', line)));
    let old_count = old_to - old_from;
    let new_count = last.after.end + (old_to - last.before.end) - new_from;
    Hunk {
        old_start: if old_count == 0 { old_from } else { old_from + 1 },
        old_count,
        new_start: if new_count == 0 { new_from } else { new_from + 1 },
        new_count,
        lines,
    }
}

fn signed(sign: u8, line: &[u8]) -> Vec<u8> {
    let mut signed = Vec::with_capacity(line.len() + 1);
    signed.push(sign);
    signed.extend_from_slice(line);
    signed
}
