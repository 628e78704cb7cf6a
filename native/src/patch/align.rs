//! Which lines of two long texts are the same ones, where lines repeat so often that a histogram says nothing.
//!
//! Myers' shortest way from one to the other, looked for from both ends at once ("An O(ND) difference algorithm and its
//! variations", 1986). Texts that have little in common have no short way: a stretch for which it would take too many
//! steps is cut where one of the ends has come furthest, as git does. So time grows with the length, not its square.

use std::ops::Range;

use crate::cancel::Cancel;
use crate::error::Result;

/// Steps from either end, after which a stretch is cut.
const MOST_STEPS: usize = 256;

/// The places of lines that are kept, in order: in the old text, and in the new one.
pub(super) fn kept<T: PartialEq>(old: &[T], new: &[T], cancel: &Cancel) -> Result<Vec<(usize, usize)>> {
    let diagonals = old.len() + new.len() + 3;
    let middle = index(new.len()) + 1;
    let ways = || Way { reached: vec![0; diagonals], middle, least: 0, most: 0 };
    let mut search = Search { old, new, ahead: ways(), back: ways(), kept: Vec::new(), cancel };
    search.stretch(0..old.len(), 0..new.len())?;
    search.kept.sort_unstable();
    Ok(search.kept)
}

struct Search<'a, T> {
    old: &'a [T],
    new: &'a [T],
    ahead: Way,
    back: Way,
    kept: Vec<(usize, usize)>,
    cancel: &'a Cancel,
}

/// How far the old text was followed on each diagonal; a diagonal's number is the place in the old text less that in the
/// new one.
struct Way {
    reached: Vec<isize>,
    /// Where diagonal 0 stands.
    middle: isize,
    /// The diagonals that were reached.
    least: isize,
    most: isize,
}

impl Way {
    fn begin(&mut self, diagonal: isize, at: isize) {
        (self.least, self.most) = (diagonal, diagonal);
        self.set(diagonal, at);
    }

    fn at(&self, diagonal: isize) -> isize {
        self.reached[place(diagonal + self.middle)]
    }

    fn set(&mut self, diagonal: isize, at: isize) {
        self.reached[place(diagonal + self.middle)] = at;
    }

    /// One more step to both sides, as far as there are diagonals; beyond them nothing was reached.
    fn widen(&mut self, all: (isize, isize), unreached: isize) {
        if self.least > all.0 {
            self.least -= 1;
            self.set(self.least - 1, unreached);
        } else {
            self.least += 1;
        }
        if self.most < all.1 {
            self.most += 1;
            self.set(self.most + 1, unreached);
        } else {
            self.most -= 1;
        }
    }

    fn holds(&self, diagonal: isize) -> bool {
        (self.least..=self.most).contains(&diagonal)
    }

    /// Those of this step.
    fn diagonals(&self) -> impl Iterator<Item = isize> + use<> {
        (self.least..=self.most).step_by(2)
    }
}

/// Takes what both stretches begin and end with out of them, and to what is kept.
pub(super) fn trim<T: PartialEq>(
    old_all: &[T],
    new_all: &[T],
    old: &mut Range<usize>,
    new: &mut Range<usize>,
    kept: &mut Vec<(usize, usize)>,
) {
    while old.start < old.end && new.start < new.end && old_all[old.start] == new_all[new.start] {
        kept.push((old.start, new.start));
        (old.start, new.start) = (old.start + 1, new.start + 1);
    }
    while old.start < old.end && new.start < new.end && old_all[old.end - 1] == new_all[new.end - 1] {
        (old.end, new.end) = (old.end - 1, new.end - 1);
        kept.push((old.end, new.end));
    }
}

impl<T: PartialEq> Search<'_, T> {
    fn stretch(&mut self, mut old: Range<usize>, mut new: Range<usize>) -> Result<()> {
        loop {
            self.cancel.check()?;
            trim(self.old, self.new, &mut old, &mut new, &mut self.kept);
            if old.is_empty() || new.is_empty() {
                return Ok(());
            }
            let (at, other) = self.cut(&old, &new);
            self.stretch(old.start..at, new.start..other)?;
            (old.start, new.start) = (at, other);
        }
    }

    /// A place on the shortest way, or on a short one: neither the first nor the last of the stretch, whose lines differ
    /// at both ends.
    fn cut(&mut self, old: &Range<usize>, new: &Range<usize>) -> (usize, usize) {
        let (from, to) = ((index(old.start), index(new.start)), (index(old.end), index(new.end)));
        let all = (from.0 - to.1, to.0 - from.1);
        let (first, last) = (from.0 - from.1, to.0 - to.1);
        let is_odd = (first - last) % 2 != 0;
        self.ahead.begin(first, from.0);
        self.back.begin(last, to.0);
        for _ in 0..MOST_STEPS {
            self.ahead.widen(all, -1);
            for diagonal in self.ahead.diagonals() {
                let mut at = (self.ahead.at(diagonal - 1) + 1).max(self.ahead.at(diagonal + 1));
                while at < to.0 && at - diagonal < to.1 && self.same(at, at - diagonal) {
                    at += 1;
                }
                self.ahead.set(diagonal, at);
                if is_odd && self.back.holds(diagonal) && self.back.at(diagonal) <= at {
                    return (place(at), place(at - diagonal));
                }
            }
            self.back.widen(all, isize::MAX);
            for diagonal in self.back.diagonals() {
                let mut at = self.back.at(diagonal - 1).min(self.back.at(diagonal + 1) - 1);
                while at > from.0 && at - diagonal > from.1 && self.same(at - 1, at - diagonal - 1) {
                    at -= 1;
                }
                self.back.set(diagonal, at);
                if !is_odd && self.ahead.holds(diagonal) && at <= self.ahead.at(diagonal) {
                    return (place(at), place(at - diagonal));
                }
            }
        }
        self.furthest(from, to)
    }

    /// Where one of the ends has come furthest.
    fn furthest(&self, from: (isize, isize), to: (isize, isize)) -> (usize, usize) {
        let ahead = self.ahead.diagonals().map(|diagonal| {
            let at = self.ahead.at(diagonal).min(to.0).min(to.1 + diagonal);
            (at, at - diagonal)
        });
        let back = self.back.diagonals().map(|diagonal| {
            let at = self.back.at(diagonal).max(from.0).max(from.1 + diagonal);
            (at, at - diagonal)
        });
        let (ahead, back) =
            (ahead.max_by_key(|spot| spot.0 + spot.1), back.min_by_key(|spot| spot.0 + spot.1));
        let gone = |spot: &(isize, isize)| spot.0 + spot.1 - from.0 - from.1;
        let left = |spot: &(isize, isize)| to.0 + to.1 - spot.0 - spot.1;
        match (ahead, back) {
            (Some(ahead), Some(back)) if gone(&ahead) < left(&back) => (place(back.0), place(back.1)),
            (Some(ahead), _) => (place(ahead.0), place(ahead.1)),
            (None, _) => (place(to.0), place(from.1)),
        }
    }

    fn same(&self, at: isize, other: isize) -> bool {
        self.old[place(at)] == self.new[place(other)]
    }
}

fn index(place: usize) -> isize {
    place.cast_signed()
}

fn place(index: isize) -> usize {
    index.cast_unsigned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_kept_is_the_same_in_both_and_in_order(
            old in prop::collection::vec(0_u8..4, 0..80),
            new in prop::collection::vec(0_u8..4, 0..80),
        ) {
            let kept = kept(&old, &new, &Cancel::default()).unwrap();
            prop_assert!(kept.iter().all(|&(at, other)| old[at] == new[other]));
            prop_assert!(kept.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1));
            prop_assert_eq!(kept.len(), longest(&old, &new));
        }
    }

    /// How many can be kept at most.
    fn longest(old: &[u8], new: &[u8]) -> usize {
        let mut row = vec![0; new.len() + 1];
        for one in old {
            let before = row.clone();
            for (at, other) in new.iter().enumerate() {
                row[at + 1] = if one == other { before[at] + 1 } else { before[at + 1].max(row[at]) };
            }
        }
        row[new.len()]
    }

    #[test]
    fn texts_with_little_in_common_are_cut_and_still_in_order() {
        let letters = |mut seed: u32| -> Vec<u8> {
            let mut next = || {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 29) as u8
            };
            (0..20_000).map(|_| next()).collect()
        };
        let (old, new) = (letters(1), letters(2));
        let kept = kept(&old, &new, &Cancel::default()).unwrap();
        assert!(kept.iter().all(|&(at, other)| old[at] == new[other]));
        assert!(kept.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1));
        assert!(kept.len() > 10_000, "{}", kept.len());
    }
}
