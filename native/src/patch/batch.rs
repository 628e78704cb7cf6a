//! Many edits at once: where none can make or unmake another's piece, all pieces are looked for in one pass.

use std::ops::Range;

use aho_corasick::AhoCorasick;
use memchr::memchr;

use super::locate::Verdict;
use super::replace::{Edit, Placed};
use crate::cancel::Cancel;
use crate::error::Result;

/// Fewer are found sooner one by one.
pub(super) const FEWEST: usize = 16;
/// More would be compared with each other for too long.
const MOST: usize = 4096;
/// Bytes of all pieces together: what looks for them takes several times as many.
const PIECES: usize = 1 << 20;
/// Bytes of a text between two looks at the flag.
const PART: usize = 1 << 20;

/// What one edit after the other would come to, where each piece stands exactly once and far enough from the others.
/// None where that is not so: then only making them one by one tells what becomes of each.
pub(super) fn at_once(
    text: &[u8],
    edits: &[Edit],
    cancel: &Cancel,
) -> Result<Option<(Vec<u8>, Vec<Placed>)>> {
    let plain = |bytes: &[u8]| memchr(b'\r', bytes).is_none();
    let simple = |edit: &Edit| !edit.old.is_empty() && plain(&edit.new);
    let bytes: usize = edits.iter().map(|edit| edit.old.len()).sum();
    if edits.len() > MOST || bytes > PIECES || !plain(text) || !edits.iter().all(simple) {
        return Ok(None);
    }
    let Ok(pieces) = AhoCorasick::new(edits.iter().map(|edit| &edit.old)) else { return Ok(None) };
    let longest = edits.iter().map(|edit| edit.old.len()).max().unwrap_or_default();
    let Some(spans) = only_places(text, &pieces, edits.len(), longest, cancel)? else { return Ok(None) };
    let mut order: Vec<usize> = (0..edits.len()).collect();
    order.sort_unstable_by_key(|&edit| spans[edit].start);
    // No piece reaches from one change into another: what one makes, no other unmakes.
    if order.windows(2).any(|pair| spans[pair[0]].end + longest > spans[pair[1]].start) {
        return Ok(None);
    }
    let (after, written) = put_together(text, edits, &spans, &order);
    if disturbs_a_later_edit(&after, &pieces, &written, longest, cancel)? {
        return Ok(None);
    }
    let lines = line_numbers(text, edits, &spans, &order, cancel)?;
    let placed = lines.into_iter().map(|line| Placed { verdict: Verdict::Fits, stage: 0, lines: vec![line] });
    Ok(Some((after, placed.collect())))
}

/// All places of all pieces, until `take` has enough of them: part after part, so that it can be stopped between two.
fn look(
    text: &[u8],
    pieces: &AhoCorasick,
    longest: usize,
    cancel: &Cancel,
    mut take: impl FnMut(usize, Range<usize>) -> bool,
) -> Result<()> {
    for start in (0..text.len()).step_by(PART) {
        cancel.check()?;
        let end = (start + PART + longest).min(text.len());
        for found in pieces.find_overlapping_iter(&text[start..end]) {
            let span = start + found.start()..start + found.end();
            if found.start() < PART && !take(found.pattern().as_usize(), span) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Where each piece stands; None where one stands nowhere, or in several places.
fn only_places(
    text: &[u8],
    pieces: &AhoCorasick,
    count: usize,
    longest: usize,
    cancel: &Cancel,
) -> Result<Option<Vec<Range<usize>>>> {
    let mut spans = vec![None; count];
    let mut is_only = true;
    look(text, pieces, longest, cancel, |piece, span| {
        is_only = spans[piece].replace(span).is_none();
        is_only
    })?;
    Ok(if is_only { spans.into_iter().collect() } else { None })
}

/// The text with everything replaced, and what was written where in it: (span, edit), from left to right.
fn put_together(
    text: &[u8],
    edits: &[Edit],
    spans: &[Range<usize>],
    order: &[usize],
) -> (Vec<u8>, Vec<(Range<usize>, usize)>) {
    let (mut after, mut at) = (Vec::with_capacity(text.len()), 0);
    let mut written = Vec::with_capacity(order.len());
    for &edit in order {
        after.extend_from_slice(&text[at..spans[edit].start]);
        let start = after.len();
        after.extend_from_slice(&edits[edit].new);
        written.push((start..after.len(), edit));
        at = spans[edit].end;
    }
    after.extend_from_slice(&text[at..]);
    (after, written)
}

/// Whether what an edit wrote holds, with what stands around it, a piece that a later edit would have found there.
fn disturbs_a_later_edit(
    after: &[u8],
    pieces: &AhoCorasick,
    written: &[(Range<usize>, usize)],
    longest: usize,
    cancel: &Cancel,
) -> Result<bool> {
    let mut disturbs = false;
    look(after, pieces, longest, cancel, |piece, found| {
        let next = written.partition_point(|(span, _)| span.end.max(span.start + 1) <= found.start);
        // It stood in no other place before, so it lies over something written.
        disturbs = written.get(next).is_none_or(|&(_, writer)| writer < piece);
        !disturbs
    })?;
    Ok(disturbs)
}

/// The line on which each edit finds its piece, when those before it are made; from 1.
fn line_numbers(
    text: &[u8],
    edits: &[Edit],
    spans: &[Range<usize>],
    order: &[usize],
    cancel: &Cancel,
) -> Result<Vec<usize>> {
    let feeds = |bytes: &[u8]| memchr::memchr_iter(b'\n', bytes).count();
    let grown: Vec<_> = edits.iter().map(|edit| (feeds(&edit.new), feeds(&edit.old))).collect();
    let mut lines = vec![0; edits.len()];
    let (mut at, mut line) = (0, 1);
    for (place, &edit) in order.iter().enumerate() {
        cancel.check()?;
        line += feeds(&text[at..spans[edit].start]);
        at = spans[edit].start;
        let before = order[..place].iter().filter(|&&other| other < edit);
        let (more, fewer) =
            before.fold((0, 0), |(more, fewer), &other| (more + grown[other].0, fewer + grown[other].1));
        lines[edit] = line + more - fewer;
    }
    Ok(lines)
}
