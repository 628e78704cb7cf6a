//! Which lines of two texts are the same ones.
//!
//! A histogram tells it, which begins with the lines that are rarest. It takes the square of a long text's length where
//! much of it changed here and there. So a long text is cut first, at the lines that both have once and in the same order,
//! as in a patience diff. A long stretch that has no such lines (tables of a few values, lists of braces) is `align`ed.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, Token};

use super::align;
use crate::cancel::Cancel;
use crate::error::Result;

/// Steps up to which a histogram is made: the lines of the shorter side times those of both.
const MOST_STEPS: usize = 4_000_000;
/// How often what was cut is cut again.
const DEEPEST: usize = 16;

/// The places of the lines that are kept, in order: in the old text, and in the new one. `kinds` is more than any token.
pub(super) fn lines(
    old: &[Token],
    new: &[Token],
    kinds: u32,
    cancel: &Cancel,
) -> Result<Vec<(usize, usize)>> {
    let seen = vec![Seen::default(); kinds as usize];
    let mut search = Search { old, new, seen, kept: Vec::new(), cancel };
    search.stretch(0..old.len(), 0..new.len(), 0)?;
    search.kept.sort_unstable();
    Ok(search.kept)
}

struct Search<'a> {
    old: &'a [Token],
    new: &'a [Token],
    /// What is known of each token in the stretch that is looked at; nothing between two of them.
    seen: Vec<Seen>,
    kept: Vec<(usize, usize)>,
    cancel: &'a Cancel,
}

/// How often a token is in either side of a stretch (2 is often), and where.
#[derive(Clone, Copy, Default)]
struct Seen {
    old: u8,
    new: u8,
    at: u32,
}

impl Search<'_> {
    fn stretch(&mut self, mut old: Range<usize>, mut new: Range<usize>, depth: usize) -> Result<()> {
        self.cancel.check()?;
        align::trim(self.old, self.new, &mut old, &mut new, &mut self.kept);
        let shorter = old.len().min(new.len());
        if shorter == 0 {
            return Ok(());
        }
        if shorter.saturating_mul(old.len() + new.len()) <= MOST_STEPS {
            self.histogram(&old, &new);
            return Ok(());
        }
        let anchors = if depth < DEEPEST { self.anchors(&old, &new)? } else { Vec::new() };
        if anchors.is_empty() {
            let kept = align::kept(&self.old[old.clone()], &self.new[new.clone()], self.cancel)?;
            self.kept.extend(kept.into_iter().map(|(at, other)| (old.start + at, new.start + other)));
            return Ok(());
        }
        let (mut from, mut other_from) = (old.start, new.start);
        for (at, other) in anchors {
            self.kept.push((at, other));
            self.stretch(from..at, other_from..other, depth + 1)?;
            (from, other_from) = (at + 1, other + 1);
        }
        self.stretch(from..old.end, other_from..new.end, depth + 1)
    }

    /// What a histogram finds in a short stretch.
    fn histogram(&mut self, old: &Range<usize>, new: &Range<usize>) {
        // Numbered anew, since it makes room for each number there is.
        let mut kinds = 0;
        let mut numbered = |token: &Token| {
            let seen = &mut self.seen[token.0 as usize];
            if seen.old == 0 {
                (seen.old, seen.at) = (1, kinds);
                kinds += 1;
            }
            Token(seen.at)
        };
        let before: Vec<_> = self.old[old.clone()].iter().map(&mut numbered).collect();
        let after: Vec<_> = self.new[new.clone()].iter().map(&mut numbered).collect();
        self.forget(old, new);
        let mut diff = Diff::default();
        diff.compute_with(Algorithm::Histogram, &before, &after, kinds);
        let stays = (0_u32..).zip(old.clone()).filter(|&(number, _)| !diff.is_removed(number));
        let stands = (0_u32..).zip(new.clone()).filter(|&(number, _)| !diff.is_added(number));
        self.kept.extend(stays.zip(stands).map(|((_, at), (_, other))| (at, other)));
    }

    /// The lines that both sides have once: as many of them as are in the same order.
    fn anchors(&mut self, old: &Range<usize>, new: &Range<usize>) -> Result<Vec<(usize, usize)>> {
        for at in old.clone() {
            let seen = &mut self.seen[self.old[at].0 as usize];
            seen.old = (seen.old + 1).min(2);
        }
        for (number, at) in (0_u32..).zip(new.clone()) {
            let seen = &mut self.seen[self.new[at].0 as usize];
            (seen.new, seen.at) = ((seen.new + 1).min(2), number);
        }
        self.cancel.check()?;
        let mut pairs = Vec::new();
        for at in old.clone() {
            let seen = self.seen[self.old[at].0 as usize];
            if (seen.old, seen.new) == (1, 1) {
                pairs.push((at, new.start + seen.at as usize));
            }
        }
        self.forget(old, new);
        self.rising(&pairs)
    }

    /// The longest row of pairs of which both sides rise; the left ones do already.
    fn rising(&self, pairs: &[(usize, usize)]) -> Result<Vec<(usize, usize)>> {
        /// No pair comes before.
        const NONE: usize = usize::MAX;
        let mut before = Vec::with_capacity(pairs.len());
        // Of the rows of each length the one that ends lowest, by its last pair.
        let mut last: Vec<usize> = Vec::new();
        for (number, pair) in pairs.iter().enumerate() {
            self.cancel.check()?;
            let length = last.partition_point(|&other| pairs[other].1 < pair.1);
            before.push(if length == 0 { NONE } else { last[length - 1] });
            if length == last.len() {
                last.push(number);
            } else {
                last[length] = number;
            }
        }
        let mut row = Vec::with_capacity(last.len());
        let mut at = last.last().copied().unwrap_or(NONE);
        while at != NONE {
            row.push(pairs[at]);
            at = before[at];
        }
        row.reverse();
        Ok(row)
    }

    fn forget(&mut self, old: &Range<usize>, new: &Range<usize>) {
        for token in self.old[old.clone()].iter().chain(&self.new[new.clone()]) {
            self.seen[token.0 as usize] = Seen::default();
        }
    }
}
