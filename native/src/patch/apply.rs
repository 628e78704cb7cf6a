//! A chosen few of the hunks into a text. A hunk goes where its old lines are: at its place, or at the nearest place
//! where they stand exactly.

use super::{Hunk, lines_of, shown};
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// `before` with the hunks at the indices `accepted` applied (all of them for `None`).
///
/// A hunk that was not chosen may have been applied earlier; where its new lines stand in place of its old ones, those
/// after it are looked for that much further on.
pub fn apply_hunks(
    before: &[u8],
    hunks: &[Hunk],
    accepted: Option<&[usize]>,
    cancel: &Cancel,
) -> Result<Vec<u8>> {
    let taken = taken(hunks, accepted, cancel)?;
    let lines = lines_of(before);
    let mut order: Vec<usize> = (0..hunks.len()).collect();
    order.sort_by_cached_key(|&index| {
        let (hunk, core) = (&hunks[index], Core::of(&hunks[index]));
        let start = hunk.old_index();
        (start.saturating_add(core.lead), start.saturating_add(hunk.old_count - core.trail))
    });
    let mut result = Vec::with_capacity(before.len());
    let mut cursor: usize = 0;
    let mut drift: isize = 0;
    for index in order {
        let hunk = &hunks[index];
        let expected = hunk.old_index().saturating_add_signed(drift);
        cancel.check()?;
        if !taken[index] {
            drift += drift_of_untaken(hunk, &lines, expected);
            continue;
        }
        let core = Core::of(hunk);
        if core.lead == hunk.lines.len() {
            continue;
        }
        let floor = cursor.saturating_sub(core.lead);
        let at = place(hunk, &lines, expected, floor, cancel)?
            .ok_or_else(|| Error::Conflict(misfit(index, hunk, &lines, expected.max(floor))))?;
        drift += at.cast_signed() - expected.cast_signed();
        let (start, end) = (at + core.lead, at + hunk.old_count - core.trail);
        check_ends(index, hunk, &core, &lines, start, end)?;
        for line in lines[cursor..start].iter().chain(&core.added) {
            cancel.check()?;
            result.extend_from_slice(line);
        }
        cursor = end;
    }
    lines[cursor..].iter().for_each(|line| result.extend_from_slice(line));
    Ok(result)
}

/// The part of a hunk between the context that leads it in and out.
struct Core<'a> {
    lead: usize,
    trail: usize,
    /// The new lines of the part.
    added: Vec<&'a [u8]>,
}

impl<'a> Core<'a> {
    fn of(hunk: &'a Hunk) -> Self {
        let is_context = |line: &&Vec<u8>| line[0] == b' ';
        let lead = hunk.lines.iter().take_while(is_context).count();
        let trail = hunk.lines[lead..].iter().rev().take_while(is_context).count();
        let added = hunk.new_lines().skip(lead).take(hunk.new_count - lead - trail).collect();
        Self { lead, trail, added }
    }
}

/// Of each hunk whether it is taken; fails for one that contradicts itself, and for an index that is none.
fn taken(hunks: &[Hunk], accepted: Option<&[usize]>, cancel: &Cancel) -> Result<Vec<bool>> {
    for (index, hunk) in hunks.iter().enumerate() {
        cancel.check()?;
        if let Some(flaw) = hunk.flaw() {
            return Err(Error::Invalid(format!("hunk {} is damaged: {flaw}", index + 1)));
        }
    }
    let mut taken = vec![accepted.is_none(); hunks.len()];
    for &index in accepted.unwrap_or_default() {
        let Some(taken) = taken.get_mut(index) else {
            return Err(Error::Invalid(format!(
                "there is no hunk at index {index}: there are {}",
                hunks.len()
            )));
        };
        *taken = true;
    }
    Ok(taken)
}

/// How far a hunk that is not taken moves those after it: not at all, unless the text already has its new lines.
fn drift_of_untaken(hunk: &Hunk, lines: &[&[u8]], expected: usize) -> isize {
    // No old lines at all stand everywhere, so a bare insertion counts as applied where its lines stand.
    let is_old = hunk.old_count > 0 && stands(hunk.old_lines(), hunk.old_count, lines, expected);
    if !is_old && stands(hunk.new_lines(), hunk.new_count, lines, expected) {
        hunk.new_count.cast_signed() - hunk.old_count.cast_signed()
    } else {
        0
    }
}

/// Whether exactly these lines stand at an index.
fn stands<'a>(wanted: impl Iterator<Item = &'a [u8]>, count: usize, lines: &[&[u8]], at: usize) -> bool {
    lines.get(at..at.saturating_add(count)).is_some_and(|found| wanted.eq(found.iter().copied()))
}

/// The place nearest to `expected`, not before `floor`, where the hunk's old lines stand; the earlier of two equally near.
fn place(
    hunk: &Hunk,
    lines: &[&[u8]],
    expected: usize,
    floor: usize,
    cancel: &Cancel,
) -> Result<Option<usize>> {
    let Some(last) = lines.len().checked_sub(hunk.old_count) else { return Ok(None) };
    if hunk.old_count == 0 {
        return Ok((floor..=last).contains(&expected).then_some(expected));
    }
    if floor > last {
        return Ok(None);
    }
    let fits = |&at: &usize| cancel.is_cancelled() || stands(hunk.old_lines(), hunk.old_count, lines, at);
    // A number far outside of the text, as a model may write it, is as near as its last line.
    let nearest = expected.clamp(floor, last);
    let found = (0..=last - floor)
        .flat_map(|distance| {
            let back = nearest.checked_sub(distance);
            let ahead = if distance == 0 { None } else { nearest.checked_add(distance) };
            back.into_iter().chain(ahead)
        })
        .filter(|at| (floor..=last).contains(at))
        .find(fits);
    cancel.check().map(|()| found)
}

/// A line without an ending may only stand last: anything after it would be glued to it.
fn check_ends(
    index: usize,
    hunk: &Hunk,
    core: &Core<'_>,
    lines: &[&[u8]],
    start: usize,
    end: usize,
) -> Result<()> {
    let ended = |line: &[u8]| line.ends_with(b"\n");
    let glued_before = start > 0 && !core.added.is_empty() && !ended(lines[start - 1]);
    let open_last = match core.added.last() {
        Some(line) => !ended(line),
        None => false,
    };
    let open_inside = core.added.iter().rev().skip(1).any(|line| !ended(line));
    if glued_before || open_inside || (open_last && end < lines.len()) {
        return Err(Error::Conflict(format!(
            "hunk {} (line {}) does not fit: it ends the file with a line that has no newline, but the file has text {} it",
            index + 1,
            hunk.old_start,
            if glued_before { "before" } else { "after" },
        )));
    }
    Ok(())
}

/// What was expected where, and what is there.
fn misfit(index: usize, hunk: &Hunk, lines: &[&[u8]], at: usize) -> String {
    let number = index + 1;
    for (offset, wanted) in hunk.old_lines().enumerate() {
        let line = at + offset;
        match lines.get(line) {
            None => {
                return format!(
                    "hunk {number} does not fit: line {} should be {} but the text ends at line {}",
                    line + 1,
                    shown(wanted),
                    lines.len()
                );
            }
            Some(found) if *found != wanted => {
                return format!(
                    "hunk {number} does not fit: line {} should be {} but is {}",
                    line + 1,
                    shown(wanted),
                    shown(found)
                );
            }
            Some(_) => {}
        }
    }
    format!(
        "hunk {number} does not fit: it begins at line {}, but the text has {}",
        hunk.old_start,
        lines.len()
    )
}
