//! Two texts to hunks: which lines are the same ones (`same.rs`), moved to where people expect it, grouped as git groups.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput, Token};

use super::{Hunk, lines_of, same};
use crate::cancel::Cancel;
use crate::error::Result;

/// Lines of the shorter text up to which Myers' algorithm may take a line for one too common to keep.
const FEW: usize = 3;

/// One run of changed lines: which old lines became which new ones.
struct Run {
    before: Range<usize>,
    after: Range<usize>,
}

/// Two texts, and where they differ.
pub struct Difference<'a> {
    old: Vec<&'a [u8]>,
    new: Vec<&'a [u8]>,
    runs: Vec<Run>,
}

/// A hunk whose lines are not written down yet.
pub struct Outline<'a> {
    texts: &'a Difference<'a>,
    /// Its changes; never empty.
    group: &'a [Run],
    old: Range<usize>,
    new: Range<usize>,
}

/// The hunks that turn `before` into `after`, with `context` lines around each change; changes whose context would
/// touch share a hunk.
pub fn make_hunks(before: &[u8], after: &[u8], context: usize, cancel: &Cancel) -> Result<Vec<Hunk>> {
    let texts = Difference::between(before, after, cancel)?;
    texts.hunks(context).map(|outline| outline.written(cancel)).collect()
}

impl<'a> Difference<'a> {
    /// Compares them.
    pub fn between(before: &'a [u8], after: &'a [u8], cancel: &Cancel) -> Result<Self> {
        let (old, new) = (lines_of(before), lines_of(after));
        let runs = runs(&old, &new, cancel)?;
        Ok(Self { old, new, runs })
    }

    /// The hunks of `make_hunks`, one after the other.
    pub fn hunks(&'a self, context: usize) -> impl Iterator<Item = Outline<'a>> {
        let touch =
            move |one: &Run, next: &Run| next.before.start - one.before.end <= context.saturating_mul(2);
        self.runs.chunk_by(touch).map(move |group| {
            let (first, last) = (&group[0], &group[group.len() - 1]);
            let lead = context.min(first.before.start);
            let end = last.before.end.saturating_add(context).min(self.old.len());
            Outline {
                texts: self,
                group,
                old: first.before.start - lead..end,
                new: first.after.start - lead..last.after.end + (end - last.before.end),
            }
        })
    }
}

impl<'a> Outline<'a> {
    /// `old_start`, `old_count`, `new_start`, `new_count`, as a hunk has them.
    #[must_use]
    pub fn numbers(&self) -> (usize, usize, usize, usize) {
        let (old, new) = (self.old.len(), self.new.len());
        (self.old.start + usize::from(old > 0), old, self.new.start + usize::from(new > 0), new)
    }

    /// Its lines, and the sign of each.
    pub fn lines(&self) -> impl Iterator<Item = (u8, &'a [u8])> {
        let Self { texts, group, old, .. } = self;
        let (texts, group, start, end) = (*texts, *group, old.start, old.end);
        let stays = |range: Range<usize>| texts.old[range].iter().map(|line| (b' ', *line));
        let changes = group.iter().enumerate().flat_map(move |(number, run)| {
            let from = if number == 0 { start } else { group[number - 1].before.end };
            let gone = texts.old[run.before.clone()].iter().map(|line| (b'-', *line));
            let come = texts.new[run.after.clone()].iter().map(|line| (b'+', *line));
            stays(from..run.before.start).chain(gone).chain(come)
        });
        changes.chain(stays(group[group.len() - 1].before.end..end))
    }

    fn written(&self, cancel: &Cancel) -> Result<Hunk> {
        let (old_start, old_count, new_start, new_count) = self.numbers();
        let lines = self.lines().map(|(sign, line)| cancel.check().map(|()| [&[sign], line].concat()));
        let lines = lines.collect::<Result<_>>()?;
        Ok(Hunk { old_start, old_count, new_start, new_count, lines })
    }
}

/// The changed runs, in order.
fn runs(old: &[&[u8]], new: &[&[u8]], cancel: &Cancel) -> Result<Vec<Run>> {
    let mut input: InternedInput<&[u8]> = InternedInput::default();
    let goes_on = |_: &&[u8]| !cancel.is_cancelled();
    input.update_before(old.iter().copied().take_while(goes_on));
    input.update_after(new.iter().copied().take_while(goes_on));
    cancel.check()?;
    let kept = same::lines(&input.before, &input.after, input.interner.num_tokens(), cancel)?;
    let mut diff = along(&kept, old.len(), new.len());
    cancel.check()?;
    diff.postprocess_lines(&input);
    Ok(diff
        .hunks()
        .map(|hunk| Run {
            before: hunk.before.start as usize..hunk.before.end as usize,
            after: hunk.after.start as usize..hunk.after.end as usize,
        })
        .collect())
}

/// The diff that keeps these lines and no others: of numbers that are all different but for those.
fn along(kept: &[(usize, usize)], old: usize, new: usize) -> Diff {
    let mut number = 0..;
    let mut fresh = |count: usize| (&mut number).take(count).map(Token).collect::<Vec<_>>();
    let (before, mut after) = (fresh(old), fresh(new));
    for &(at, other) in kept {
        after[other] = before[at];
    }
    let lead = kept.iter().enumerate().take_while(|&(at, &pair)| pair == (at, at)).count();
    let is_tail = |&(at, pair): &(usize, &(usize, usize))| *pair == (old - 1 - at, new - 1 - at);
    let trail = kept[lead..].iter().rev().enumerate().take_while(is_tail).count();
    // Of numbers like these Myers' algorithm takes one pass, and a histogram the square of their number.
    let is_short = old.min(new) - lead - trail <= FEW;
    let algorithm = if is_short { Algorithm::Histogram } else { Algorithm::Myers };
    let mut diff = Diff::default();
    diff.compute_with(algorithm, &before, &after, number.start);
    diff
}
