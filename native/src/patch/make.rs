//! Two texts to hunks: a histogram diff, moved to where people expect it, grouped as git groups.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

use super::{Hunk, lines_of};

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
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    diff.hunks()
        .map(|hunk| Run {
            before: hunk.before.start as usize..hunk.before.end as usize,
            after: hunk.after.start as usize..hunk.after.end as usize,
        })
        .collect()
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
