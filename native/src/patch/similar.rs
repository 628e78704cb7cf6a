//! The last resort: a block that begins and ends with the lines searched, and whose middle is much like theirs.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::keys::{INDENTATION, Text};
use super::locate::Spot;
use super::words::words;
use crate::error::Result;

/// How often each word is in a line, blanks left out.
type Bag = BTreeMap<Vec<u8>, usize>;

/// Blocks whose first and last line are those of `old`, of about its length, and with a similar middle.
pub(super) fn similar_spots(text: &Text<'_>, old: &[&[u8]], removed: &[bool]) -> Result<Vec<Spot>> {
    let rules = text.rules;
    let [first, middle @ .., last] = old else { return Ok(Vec::new()) };
    let is_blank = |line: &[u8]| rules.plain(line).trim_ascii().is_empty();
    if middle.is_empty() || is_blank(first) || is_blank(last) {
        return Ok(Vec::new());
    }
    let slack = (old.len() * rules.growth / 100).max(1);
    let firsts = text.find(&[first], INDENTATION)?;
    let lasts = text.find(&[last], INDENTATION)?;
    if firsts.is_empty() || lasts.is_empty() {
        return Ok(Vec::new());
    }
    let bags = |lines: &[&[u8]]| lines.iter().map(|line| bag(line, text)).collect::<Result<Vec<_>>>();
    let wanted = bags(middle)?;
    let mut compared: usize = 0;
    let mut spots = Vec::new();
    for &at in &firsts {
        let near = (at + old.len() - 1).saturating_sub(slack).max(at + 1);
        let ends = &lasts[lasts.partition_point(|&end| end < near)..];
        for &end in ends.iter().take_while(|&&end| end < at + old.len() + slack) {
            text.cancel.check()?;
            compared += middle.len() * (end - at);
            if compared > rules.cells {
                return Ok(Vec::new());
            }
            let found = bags(&text.lines[at + 1..end])?;
            let Some(pairs) = aligned(&wanted, &found, &removed[1..old.len() - 1], text)? else {
                continue;
            };
            let mut pairs: Vec<_> = pairs.into_iter().map(|pair| pair.map(|line| line + 1)).collect();
            pairs.insert(0, Some(0));
            pairs.push(Some(end - at));
            let spot = Spot { at, size: end - at + 1, lead: 0, trail: 0, level: INDENTATION, pairs };
            spots.extend(spot.is_shifted_as_a_whole(text, old)?.then_some(spot));
        }
    }
    Ok(spots)
}

/// The words of a line.
fn bag(line: &[u8], text: &Text<'_>) -> Result<Bag> {
    let plain = text.rules.plain(line);
    let mut bag = Bag::new();
    for word in words(&plain, text.cancel)?.into_iter().filter(|word| !word.trim_ascii().is_empty()) {
        text.cancel.check()?;
        if let Some(count) = bag.get_mut(word) {
            *count += 1;
        } else {
            bag.insert(word.to_vec(), 1);
        }
    }
    Ok(bag)
}

fn size(bag: &Bag) -> usize {
    bag.values().sum()
}

/// How many words two bags share.
fn shared(one: &Bag, other: &Bag, text: &Text<'_>) -> Result<usize> {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut count = 0;
    while let (Some((word, here)), Some((against, there))) = (one.peek(), other.peek()) {
        text.cancel.check()?;
        match word.cmp(against) {
            Ordering::Less => _ = one.next(),
            Ordering::Greater => _ = other.next(),
            Ordering::Equal => {
                count += (*here).min(*there);
                one.next();
                other.next();
            }
        }
    }
    Ok(count)
}

/// Which line found stands for each line wanted, in the order that shares most words; None where that is too little, or
/// where a line that is to be removed has no like.
fn aligned(
    wanted: &[Bag],
    found: &[Bag],
    removed: &[bool],
    text: &Text<'_>,
) -> Result<Option<Vec<Option<usize>>>> {
    let similar = text.rules.similar;
    let width = found.len() + 1;
    let mut common = vec![0; wanted.len() * width];
    let mut best = vec![0; (wanted.len() + 1) * width];
    for i in (0..wanted.len()).rev() {
        for j in (0..found.len()).rev() {
            common[i * width + j] = shared(&wanted[i], &found[j], text)?;
            best[i * width + j] = (best[(i + 1) * width + j + 1] + common[i * width + j])
                .max(best[(i + 1) * width + j])
                .max(best[i * width + j + 1]);
        }
    }
    let total: usize = wanted.iter().chain(found).map(size).sum();
    if best[0] * 200 < similar * total {
        return Ok(None);
    }
    let mut pairs = vec![None; wanted.len()];
    let (mut i, mut j) = (0, 0);
    while i < wanted.len() && j < found.len() {
        let here = best[i * width + j];
        let (one, other) = (&wanted[i], &found[j]);
        let is_pair = !one.is_empty() || other.is_empty();
        if is_pair && here == best[(i + 1) * width + j + 1] + common[i * width + j] {
            let is_alike = common[i * width + j] * 200 >= similar * (size(one) + size(other));
            let is_like_enough = is_alike || (!removed[i] && common[i * width + j] > 0);
            pairs[i] = is_like_enough.then_some(j);
            (i, j) = (i + 1, j + 1);
        } else if here == best[(i + 1) * width + j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    let is_lost = removed.iter().zip(&pairs).any(|(&removed, pair)| removed && pair.is_none());
    Ok((!is_lost).then_some(pairs))
}
