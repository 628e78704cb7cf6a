//! Many edits at once: where none can make or unmake another's piece, all pieces are looked for in one pass.

use std::ops::Range;

use aho_corasick::AhoCorasick;
use memchr::memchr;

use super::locate::Verdict;
use super::replace::{Edit, Placed};

/// Fewer are found sooner one by one.
pub(super) const FEWEST: usize = 16;
/// More would be compared with each other for too long.
const MOST: usize = 4096;
/// Bytes of all pieces together: what looks for them takes several times as many.
const PIECES: usize = 1 << 20;

/// What one edit after the other would come to, where each piece stands exactly once and far enough from the others.
/// None where that is not so: then only making them one by one tells what becomes of each.
pub(super) fn at_once(text: &[u8], edits: &[Edit]) -> Option<(Vec<u8>, Vec<Placed>)> {
    let plain = |bytes: &[u8]| memchr(b'\r', bytes).is_none();
    let simple = |edit: &Edit| !edit.old.is_empty() && plain(&edit.new);
    let bytes: usize = edits.iter().map(|edit| edit.old.len()).sum();
    if edits.len() > MOST || bytes > PIECES || !plain(text) || !edits.iter().all(simple) {
        return None;
    }
    let pieces = AhoCorasick::new(edits.iter().map(|edit| &edit.old)).ok()?;
    let spans = only_places(text, &pieces, edits.len())?;
    let mut order: Vec<usize> = (0..edits.len()).collect();
    order.sort_unstable_by_key(|&edit| spans[edit].start);
    // No piece reaches from one change into another: what one makes, no other unmakes.
    let longest = edits.iter().map(|edit| edit.old.len()).max()?;
    if order.windows(2).any(|pair| spans[pair[0]].end + longest > spans[pair[1]].start) {
        return None;
    }
    let (after, written) = put_together(text, edits, &spans, &order);
    if disturbs_a_later_edit(&after, &pieces, &written) {
        return None;
    }
    let placed = line_numbers(text, edits, &spans, &order).into_iter().map(|line| Placed {
        verdict: Verdict::Fits,
        stage: 0,
        lines: vec![line],
    });
    Some((after, placed.collect()))
}

/// Where each piece stands; None where one stands nowhere, or in several places.
fn only_places(text: &[u8], pieces: &AhoCorasick, count: usize) -> Option<Vec<Range<usize>>> {
    let mut spans = vec![None; count];
    for found in pieces.find_overlapping_iter(text) {
        if spans[found.pattern().as_usize()].replace(found.range()).is_some() {
            return None;
        }
    }
    spans.into_iter().collect()
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
fn disturbs_a_later_edit(after: &[u8], pieces: &AhoCorasick, written: &[(Range<usize>, usize)]) -> bool {
    pieces.find_overlapping_iter(after).any(|found| {
        let next = written.partition_point(|(span, _)| span.end.max(span.start + 1) <= found.start());
        // It stood in no other place before, so it lies over something written.
        written.get(next).is_none_or(|&(_, writer)| writer < found.pattern().as_usize())
    })
}

/// The line on which each edit finds its piece, when those before it are made; from 1.
fn line_numbers(text: &[u8], edits: &[Edit], spans: &[Range<usize>], order: &[usize]) -> Vec<usize> {
    let feeds = |bytes: &[u8]| memchr::memchr_iter(b'\n', bytes).count();
    let grown: Vec<_> = edits.iter().map(|edit| (feeds(&edit.new), feeds(&edit.old))).collect();
    let mut lines = vec![0; edits.len()];
    let (mut at, mut line) = (0, 1);
    for (place, &edit) in order.iter().enumerate() {
        line += feeds(&text[at..spans[edit].start]);
        at = spans[edit].start;
        let before = order[..place].iter().filter(|&&other| other < edit);
        let (more, fewer) =
            before.fold((0, 0), |(more, fewer), &other| (more + grown[other].0, fewer + grown[other].1));
        lines[edit] = line + more - fewer;
    }
    lines
}
