//! The last resort: a block that begins and ends with the lines searched, and whose middle is much like theirs.

use super::keys::{INDENTATION, Rules, Text};
use super::locate::Spot;
use super::words::words;

/// Blocks whose first and last line are those of `old`, of about its length, and with a similar middle.
pub(super) fn similar_spots(text: &Text<'_>, old: &[&[u8]], removed: &[bool]) -> Vec<Spot> {
    let rules = text.rules;
    let [first, middle @ .., last] = old else { return Vec::new() };
    let is_blank = |line: &[u8]| rules.plain(line).trim_ascii().is_empty();
    if middle.is_empty() || is_blank(first) || is_blank(last) {
        return Vec::new();
    }
    let slack = (old.len() * rules.growth / 100).max(1);
    let firsts = text.find(&[first], INDENTATION);
    let lasts = text.find(&[last], INDENTATION);
    let wanted: Vec<_> = middle.iter().map(|line| bag(line, rules)).collect();
    let mut compared: usize = 0;
    let mut spots = Vec::new();
    for &at in &firsts {
        for &end in lasts.iter().filter(|&&end| end > at && (end - at + 1).abs_diff(old.len()) <= slack) {
            compared += middle.len() * (end - at);
            if compared > rules.cells {
                return Vec::new();
            }
            let found: Vec<_> = text.lines[at + 1..end].iter().map(|line| bag(line, rules)).collect();
            let Some(pairs) = aligned(&wanted, &found, &removed[1..old.len() - 1], rules.similar) else {
                continue;
            };
            let mut pairs: Vec<_> = pairs.into_iter().map(|pair| pair.map(|line| line + 1)).collect();
            pairs.insert(0, Some(0));
            pairs.push(Some(end - at));
            let spot = Spot { at, size: end - at + 1, lead: 0, trail: 0, level: INDENTATION, pairs };
            spots.extend(spot.is_shifted_as_a_whole(text, old).then_some(spot));
        }
    }
    spots
}

/// The words of a line in order of the alphabet, blanks left out.
fn bag(line: &[u8], rules: &Rules) -> Vec<Vec<u8>> {
    let plain = rules.plain(line);
    let mut bag: Vec<_> =
        words(&plain).into_iter().filter(|word| !word.trim_ascii().is_empty()).map(<[u8]>::to_vec).collect();
    bag.sort_unstable();
    bag
}

/// How many words two bags share.
fn shared(one: &[Vec<u8>], other: &[Vec<u8>]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while i < one.len() && j < other.len() {
        match one[i].cmp(&other[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, count) = (i + 1, j + 1, count + 1),
        }
    }
    count
}

/// Which line found stands for each line wanted, in the order that shares most words; None where that is too little, or
/// where a line that is to be removed has no like.
fn aligned(
    wanted: &[Vec<Vec<u8>>],
    found: &[Vec<Vec<u8>>],
    removed: &[bool],
    similar: usize,
) -> Option<Vec<Option<usize>>> {
    let width = found.len() + 1;
    let mut common = vec![0; wanted.len() * width];
    let mut best = vec![0; (wanted.len() + 1) * width];
    for i in (0..wanted.len()).rev() {
        for j in (0..found.len()).rev() {
            common[i * width + j] = shared(&wanted[i], &found[j]);
            best[i * width + j] = (best[(i + 1) * width + j + 1] + common[i * width + j])
                .max(best[(i + 1) * width + j])
                .max(best[i * width + j + 1]);
        }
    }
    let total: usize = wanted.iter().chain(found).map(Vec::len).sum();
    if best[0] * 200 < similar * total {
        return None;
    }
    let mut pairs = vec![None; wanted.len()];
    let (mut i, mut j) = (0, 0);
    while i < wanted.len() && j < found.len() {
        let here = best[i * width + j];
        let (one, other) = (&wanted[i], &found[j]);
        let is_pair = !one.is_empty() || other.is_empty();
        if is_pair && here == best[(i + 1) * width + j + 1] + common[i * width + j] {
            let is_alike = common[i * width + j] * 200 >= similar * (one.len() + other.len());
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
    (!is_lost).then_some(pairs)
}
