//! What changed inside a pair of lines: words, runs of blanks, and single signs, compared by their longest common
//! subsequence.

use std::ops::Range;

use crate::cancel::Cancel;
use crate::error::Result;

/// Ranges of characters, from 0, in order, none touching another.
pub type Ranges = Vec<Range<usize>>;

/// The character ranges that differ, in the old line and in the new one. Where the table of the comparison would have
/// more than `cells` cells, everything between the first and the last difference counts as changed.
pub fn changed_words(old: &[u8], new: &[u8], cells: usize, cancel: &Cancel) -> Result<(Ranges, Ranges)> {
    let (old, new) = (words(old, cancel)?, words(new, cancel)?);
    let mut old_kept = vec![false; old.len()];
    let mut new_kept = vec![false; new.len()];
    for (i, j) in kept_pairs(&old, &new, cells, cancel)? {
        old_kept[i] = true;
        new_kept[j] = true;
    }
    Ok((ranges(&old, &old_kept, cancel)?, ranges(&new, &new_kept, cancel)?))
}

/// The pairs of items that stay from one list to the other, in order: those that both begin with, those that both end
/// with, and between them a longest common subsequence where its table has at most `cells` cells.
pub(super) fn kept_pairs<T: PartialEq>(
    old: &[T],
    new: &[T],
    cells: usize,
    cancel: &Cancel,
) -> Result<Vec<(usize, usize)>> {
    let are_same = |(a, b): &(&T, &T)| a == b && !cancel.is_cancelled();
    let lead = old.iter().zip(new).take_while(are_same).count();
    let (old_rest, new_rest) = (&old[lead..], &new[lead..]);
    let trail = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(are_same).count();
    cancel.check()?;
    let old_middle = &old_rest[..old_rest.len() - trail];
    let new_middle = &new_rest[..new_rest.len() - trail];
    let mut pairs: Vec<_> = (0..lead).map(|at| (at, at)).collect();
    if old_middle.len().saturating_mul(new_middle.len()) <= cells {
        pairs.extend(common(old_middle, new_middle).into_iter().map(|(i, j)| (lead + i, lead + j)));
    }
    let (old_end, new_end) = (lead + old_middle.len(), lead + new_middle.len());
    pairs.extend((0..trail).map(|at| (old_end + at, new_end + at)));
    Ok(pairs)
}

/// The pieces of a line. Every byte above ASCII counts as part of a word, whatever script it is from.
pub(super) fn words<'a>(line: &'a [u8], cancel: &Cancel) -> Result<Vec<&'a [u8]>> {
    let kind = |byte: u8| match byte {
        b'_' | 0x80.. => 0,
        byte if byte.is_ascii_alphanumeric() => 0,
        b' ' | b'\t' => 1,
        _ => 2,
    };
    let words = line.chunk_by(|&a, &b| kind(a) == kind(b) && kind(a) != 2);
    words.map(|word| cancel.check().map(|()| word)).collect()
}

/// The pairs of a longest common subsequence, the earliest where several are as long.
fn common<T: PartialEq>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let mut length = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            length[i * width + j] = if old[i] == new[j] {
                length[(i + 1) * width + j + 1] + 1
            } else {
                length[(i + 1) * width + j].max(length[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            pairs.push((i, j));
            i += 1;
            j += 1;
        } else if length[(i + 1) * width + j] >= length[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// Where the words that are not kept stand, in characters.
fn ranges(words: &[&[u8]], kept: &[bool], cancel: &Cancel) -> Result<Ranges> {
    let mut found: Ranges = Vec::new();
    let mut at = 0;
    for (word, kept) in words.iter().zip(kept) {
        cancel.check()?;
        // A byte that continues a character does not begin one.
        let end = at + word.iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
        if !kept {
            match found.last_mut() {
                Some(last) if last.end == at => last.end = end,
                _ => found.push(at..end),
            }
        }
        at = end;
    }
    Ok(found)
}
