//! Where a chunk belongs: in stages, each of which forgives more than those before it, and never where several places
//! fit and nothing says which one is meant.

use super::fit::{fitted, shift};
use super::keys::{INDENTATION, LEVELS, Rules, Text, content};
use super::script::{self, Script};
use super::similar::similar_spots;
use super::{Chunk, Hunk};
use crate::cancel::Cancel;
use crate::error::Result;

/// The stage after those of the levels: some of the context around the change is not there.
const LESS_CONTEXT: usize = LEVELS;
/// The stage after that: the first and last line are there, and what is between is similar.
const SIMILAR: usize = LEVELS + 1;

/// What became of the search for a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has one place.
    Fits,
    /// It has none.
    Absent,
    /// It has several, and nothing says which.
    Ambiguous,
    /// Its place is taken by another chunk.
    Overlaps,
}

/// A chunk and its place.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// What became of the search.
    pub verdict: Verdict,
    /// The number of the stage that found it.
    pub stage: usize,
    /// The lines where it may begin; from 1.
    pub candidates: Vec<usize>,
    /// The change as it is made: with the lines that the text has.
    pub hunk: Option<Hunk>,
}

/// A place where a chunk fits.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// The first line; from 0.
    pub(super) at: usize,
    /// How many lines of the text it takes.
    pub(super) size: usize,
    /// Lines at the beginning that are not there: context, or blank.
    pub(super) lead: usize,
    /// Lines at the end that are not there.
    pub(super) trail: usize,
    /// The level at which its lines are the same.
    pub(super) level: usize,
    /// Which line of the spot stands for each old line.
    pub(super) pairs: Vec<Option<usize>>,
}

impl Spot {
    pub(super) fn is_shifted_as_a_whole(&self, text: &Text<'_>, old: &[&[u8]]) -> Result<bool> {
        let block = &text.lines[self.at..self.at + self.size];
        Ok(shift(old, block, &self.pairs, text.rules, text.cancel)?.is_some())
    }
}

/// The pairs of blocks that have the same lines.
pub(super) fn one_for_one(count: usize) -> Vec<Option<usize>> {
    (0..count).map(Some).collect()
}

/// A chunk made ready, and where it may go.
struct Search<'a> {
    chunk: &'a Chunk,
    script: Script<'a>,
    stage: usize,
    spots: Vec<Spot>,
    chosen: Option<usize>,
}

/// Every chunk as a hunk of exactly this text, as far as it has one place. `ends`: a new last line ends in a newline.
pub fn fit_chunks(
    text: &[u8],
    chunks: &[Chunk],
    ends: bool,
    rules: &Rules,
    cancel: &Cancel,
) -> Result<Vec<Fitted>> {
    fit_all(text, chunks, ends, true, rules, cancel)
}

/// `fit_chunks`; context that is not there is forgiven only where `is_diff`.
pub(super) fn fit_all(
    text: &[u8],
    chunks: &[Chunk],
    ends: bool,
    is_diff: bool,
    rules: &Rules,
    cancel: &Cancel,
) -> Result<Vec<Fitted>> {
    cancel.check()?;
    let text = Text::new(text, rules, cancel);
    let searches = chunks.iter().map(|chunk| Search::of(chunk, &text, is_diff));
    let mut searches = searches.collect::<Result<Vec<_>>>()?;
    choose(&mut searches, cancel)?;
    let clashes = clashes(&searches);
    let fits = searches.iter().zip(clashes).map(|(search, clashes)| {
        let lines = |spot: &Spot| spot.at + 1;
        let mut fitted = Fitted {
            verdict: Verdict::Absent,
            stage: search.stage,
            candidates: search.spots.iter().map(lines).collect(),
            hunk: None,
        };
        if let Some(chosen) = search.chosen {
            let spot = &search.spots[chosen];
            fitted.candidates = vec![lines(spot)];
            fitted.verdict = if clashes { Verdict::Overlaps } else { Verdict::Fits };
            fitted.hunk = if clashes { None } else { Some(fitted_hunk(&text, search, spot, ends)?) };
        } else if !search.spots.is_empty() {
            fitted.verdict = Verdict::Ambiguous;
        }
        Ok(fitted)
    });
    let mut fits = fits.collect::<Result<Vec<_>>>()?;
    number(&mut fits);
    Ok(fits)
}

fn fitted_hunk(text: &Text<'_>, search: &Search<'_>, spot: &Spot, ends: bool) -> Result<Hunk> {
    let script = &search.script[spot.lead..search.script.len() - spot.trail];
    let lines = fitted(text, script, spot, ends)?;
    let old_count = lines.iter().filter(|line| line[0] != b'+').count();
    let new_count = lines.iter().filter(|line| line[0] != b'-').count();
    let old_start = if old_count == 0 { spot.at } else { spot.at + 1 };
    Ok(Hunk { old_start, old_count, new_start: 0, new_count, lines })
}

/// Where the hunks begin in the new text.
fn number(fits: &mut [Fitted]) {
    let mut hunks: Vec<_> = fits.iter_mut().filter_map(|fitted| fitted.hunk.as_mut()).collect();
    hunks.sort_by_key(|hunk| hunk.old_index());
    let mut drift: isize = 0;
    for hunk in hunks {
        let index = hunk.old_index().saturating_add_signed(drift);
        hunk.new_start = if hunk.new_count == 0 { index } else { index + 1 };
        drift += hunk.new_count.cast_signed() - hunk.old_count.cast_signed();
    }
}

impl<'a> Search<'a> {
    fn of(chunk: &'a Chunk, text: &Text<'a>, is_diff: bool) -> Result<Self> {
        text.cancel.check()?;
        let script = script::of_lines(&chunk.lines, text.rules.cells, text.cancel)?;
        let mut search = Self { chunk, script, stage: 0, spots: Vec::new(), chosen: None };
        let old = script::old_lines(&search.script);
        if old.is_empty() {
            search.insertion(text)?;
            return Ok(search);
        }
        search.spots = match search.told(text, &old) {
            Some(spot) => vec![spot],
            None => spots(text, &old, 0, 0)?,
        };
        search.stage = search.spots.first().map_or(0, |spot| spot.level);
        if search.spots.is_empty() && is_diff {
            search.spots = search.with_less_context(text, &old)?;
            search.stage = LESS_CONTEXT;
        }
        if search.spots.is_empty() {
            let signs = search.script.iter().filter(|(sign, _)| *sign != b'+');
            let removed: Vec<_> = signs.map(|(sign, _)| *sign == b'-').collect();
            search.spots = similar_spots(text, &old, &removed)?;
            search.stage = SIMILAR;
        }
        search.narrow(text)?;
        Ok(search)
    }

    /// The very place that the line number names, where its lines stand: no other could be meant.
    fn told(&self, text: &Text<'_>, old: &[&[u8]]) -> Option<Spot> {
        let at = self
            .chunk
            .start
            .filter(|_| !self.chunk.at_end && self.chunk.anchors.is_empty())?
            .checked_sub(1)?;
        let block = text.lines.get(at..at.checked_add(old.len())?)?;
        let is_there = block.iter().zip(old).all(|(found, line)| content(found) == content(line));
        let pairs = one_for_one(old.len());
        is_there.then_some(Spot { at, size: old.len(), lead: 0, trail: 0, level: 0, pairs })
    }

    /// Nothing but new lines: after the last anchor, after the line that the head names, or at the end.
    fn insertion(&mut self, text: &Text<'a>) -> Result<()> {
        let end = text.lines.len();
        let at = if self.chunk.anchors.is_empty() {
            let start = if self.chunk.at_end { None } else { self.chunk.start };
            vec![start.map_or(end, |line| line.min(end))]
        } else {
            anchored(text, &self.chunk.anchors)?.into_iter().map(|line| line + 1).collect()
        };
        let mut spot = Spot { at: 0, size: 0, lead: 0, trail: 0, level: 0, pairs: Vec::new() };
        // What follows the last line begins after its ending, and it may have none: that line takes part.
        if at == [end] && end > 0 {
            self.script.insert(0, (b' ', text.lines[end - 1]));
            spot.size = 1;
            spot.pairs = one_for_one(1);
        }
        let size = spot.size;
        self.spots = at.into_iter().map(|at| Spot { at: at - size, ..spot.clone() }).collect();
        self.chosen = (self.spots.len() == 1).then_some(0);
        Ok(())
    }

    fn with_less_context(&self, text: &Text<'_>, old: &[&[u8]]) -> Result<Vec<Spot>> {
        let (lead, trail) = script::edges(&self.script);
        if lead == self.script.len() {
            return Ok(Vec::new());
        }
        for less in 1..=lead.max(trail) {
            let (lead, trail) = (lead.min(less), trail.min(less));
            let rest = &old[lead..old.len() - trail];
            if rest.iter().all(|line| line.trim_ascii().is_empty()) {
                break;
            }
            let spots = spots(text, rest, lead, trail)?;
            if !spots.is_empty() {
                return Ok(spots);
            }
        }
        Ok(Vec::new())
    }

    /// What the chunk says about where it is counts only among places where it fits.
    fn narrow(&mut self, text: &Text<'_>) -> Result<()> {
        let end = text.lines.len();
        if self.chunk.at_end && self.spots.iter().any(|spot| spot.at + spot.size == end) {
            self.spots.retain(|spot| spot.at + spot.size == end);
        }
        if self.spots.len() > 1 && !self.chunk.anchors.is_empty() {
            let anchors = anchored(text, &self.chunk.anchors)?;
            let first_after = |line: &usize| self.spots.partition_point(|spot| spot.at < *line);
            let mut kept: Vec<_> = anchors.iter().map(first_after).collect();
            kept.dedup();
            kept.retain(|&index| index < self.spots.len());
            if !kept.is_empty() {
                self.spots = kept.into_iter().map(|index| self.spots[index].clone()).collect();
            }
        }
        self.chosen = if self.spots.len() == 1 { Some(0) } else { self.hinted() };
        Ok(())
    }

    /// The place that the line number means: the very one, or one at a quarter of the distance of any other.
    fn hinted(&self) -> Option<usize> {
        let expected = self.chunk.start?.saturating_sub(1);
        let distance = |spot: &Spot| (spot.at - spot.lead.min(spot.at)).abs_diff(expected);
        let mut by_distance: Vec<usize> = (0..self.spots.len()).collect();
        by_distance.sort_by_key(|&index| distance(&self.spots[index]));
        let (&nearest, &second) = (by_distance.first()?, by_distance.get(1)?);
        (distance(&self.spots[nearest]) * 4 <= distance(&self.spots[second])).then_some(nearest)
    }

    /// The lines between its context: what no other chunk may touch.
    fn core(&self, spot: &Spot) -> (usize, usize) {
        let (lead, trail) = script::margins(&self.script);
        if lead == self.script.len() {
            return (spot.at, spot.at);
        }
        (spot.at + lead.saturating_sub(spot.lead), spot.at + spot.size - trail.saturating_sub(spot.trail))
    }
}

/// Where lines stand, at the first level that finds them; `lead` and `trail` lines around them were left out.
fn spots(text: &Text<'_>, old: &[&[u8]], lead: usize, trail: usize) -> Result<Vec<Spot>> {
    for level in 0..LEVELS {
        let mut found = Vec::new();
        for at in text.find(old, level)? {
            text.cancel.check()?;
            let spot = Spot { at, size: old.len(), lead, trail, level, pairs: one_for_one(old.len()) };
            if level < INDENTATION || spot.is_shifted_as_a_whole(text, old)? {
                found.push(spot);
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// Where the last of a chain of anchors stands, each after the one before.
fn anchored(text: &Text<'_>, anchors: &[Vec<u8>]) -> Result<Vec<usize>> {
    let mut ends: Option<Vec<usize>> = None;
    for anchor in anchors {
        let mut found = Vec::new();
        for level in 0..LEVELS {
            found = text.find(&[anchor], level)?;
            if !found.is_empty() {
                break;
            }
        }
        ends = Some(match ends {
            None => found,
            Some(outer) => {
                let next = |line: &usize| found.get(found.partition_point(|at| at <= line)).copied();
                let mut inner: Vec<_> = outer.iter().filter_map(next).collect();
                inner.dedup();
                inner
            }
        });
    }
    Ok(ends.unwrap_or_default())
}

/// Chunks come in the order of the text: between its neighbours, a chunk may have only one place.
fn choose(searches: &mut [Search<'_>], cancel: &Cancel) -> Result<()> {
    for index in 0..searches.len() {
        cancel.check()?;
        if searches[index].chosen.is_some() || searches[index].spots.is_empty() {
            continue;
        }
        let core = |search: &Search<'_>| search.chosen.map(|chosen| search.core(&search.spots[chosen]));
        let floor = searches[..index].iter().rev().find_map(core).map_or(0, |(_, end)| end);
        let ceiling = searches[index + 1..].iter().find_map(core).map_or(usize::MAX, |(start, _)| start);
        let search = &searches[index];
        let inside = |&spot: &usize| {
            let (start, end) = search.core(&search.spots[spot]);
            cancel.is_cancelled() || (floor <= start && end <= ceiling)
        };
        let mut left = (0..search.spots.len()).filter(inside);
        let only = left.next().filter(|_| left.next().is_none());
        searches[index].chosen = only;
    }
    cancel.check()
}

/// Of each search, whether its place is taken by an earlier one.
fn clashes(searches: &[Search<'_>]) -> Vec<bool> {
    let mut order: Vec<_> = searches
        .iter()
        .enumerate()
        .filter_map(|(index, search)| Some((search.core(&search.spots[search.chosen?]), index)))
        .collect();
    order.sort_unstable();
    let mut clashes = vec![false; searches.len()];
    let mut taken = 0;
    for ((start, end), index) in order {
        clashes[index] = start < taken;
        taken = taken.max(end);
    }
    clashes
}
