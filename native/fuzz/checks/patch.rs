//! What holds of patches whatever the texts and whatever the diff.

use std::ops::Range;

use claw_native::cancel::Cancel;
use claw_native::patch::{
    Change, Edit, Hunk, Rules, Verdict, apply_hunks, changed_words, fit_chunks, format_unified, make_hunks,
    parse_patch, replace,
};

const UNCANCELLED: &str = "nobody cancelled";

/// The data are a text, another text and a diff, with NULs between them. Panics where something does not hold.
pub(crate) fn check(data: &[u8]) {
    let mut parts = data.splitn(3, |&byte| byte == 0);
    let before = parts.next().unwrap_or_default();
    let after = parts.next().unwrap_or_default();
    let diff = parts.next().unwrap_or_default();
    between(before, after);
    read(before, diff);
}

/// Two texts: the hunks lead from the one to the other, also when they were written and read in between.
fn between(before: &[u8], after: &[u8]) {
    let cancel = Cancel::default();
    for context in [0, 3] {
        let hunks = make_hunks(before, after, context, &cancel).expect(UNCANCELLED);
        assert_eq!(apply_hunks(before, &hunks, None, &cancel).expect("its own hunks fit"), after);
        assert_eq!(
            apply_hunks(before, &hunks, Some(&[]), &cancel).expect("nothing is always possible"),
            before
        );
        if !hunks.is_empty() {
            let written = format_unified(b"a file", &hunks, Change::Edit, &cancel).expect(UNCANCELLED);
            let files = parse_patch(&written, &cancel).expect("what is written can be read");
            assert_eq!(files.len(), 1);
            assert!(
                files[0].chunks.iter().map(|chunk| &chunk.lines).eq(hunks.iter().map(|hunk| &hunk.lines))
            );
        }
    }
    if let (Ok(old), Ok(new)) = (str::from_utf8(before), str::from_utf8(after)) {
        let (removed, added) =
            changed_words(old.as_bytes(), new.as_bytes(), 10_000, &cancel).expect(UNCANCELLED);
        inside(old, &removed);
        inside(new, &added);
    }
}

/// Ranges of characters in order, apart from each other, none beyond the line.
fn inside(line: &str, ranges: &[Range<usize>]) {
    let mut from = 0;
    for &Range { start, end } in ranges {
        assert!(from <= start && start < end, "{ranges:?}");
        from = end;
    }
    assert!(from <= line.chars().count(), "{ranges:?} in {line:?}");
}

/// A patch that somebody wrote: it is read or refused; what fits is a hunk of this text and leaves all other lines; and its
/// old lines are a piece that is found or not.
fn read(before: &[u8], patch: &[u8]) {
    let rules = Rules {
        lookalikes: [("\u{201c}".into(), "\"".into()), ("\u{2026}".into(), "...".into())].into(),
        similar: 70,
        growth: 25,
        cells: 10_000,
    };
    let cancel = Cancel::default();
    for file in parse_patch(patch, &cancel).unwrap_or_default() {
        let fits = fit_chunks(before, &file.chunks, file.ends, &rules, &cancel).expect(UNCANCELLED);
        assert_eq!(fits.len(), file.chunks.len());
        for (fitted, chunk) in fits.iter().zip(&file.chunks) {
            assert_eq!(fitted.hunk.is_some(), fitted.verdict == Verdict::Fits);
            if let Some(hunk) = &fitted.hunk {
                alone(before, hunk);
            }
            let side = |other: u8| -> Vec<u8> {
                let lines = chunk.lines.iter().filter(|line| line[0] != other);
                lines.flat_map(|line| line[1..].iter().copied()).collect()
            };
            let edit = Edit { old: side(b'+'), new: side(b'-'), everywhere: file.ends };
            let (after, placed) = replace(before, &[edit], &rules, &cancel).expect(UNCANCELLED);
            assert!(placed[0].verdict == Verdict::Fits || after == before);
        }
    }
}

fn alone(before: &[u8], hunk: &Hunk) {
    let lines =
        |text: &[u8]| text.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let after = apply_hunks(before, std::slice::from_ref(hunk), None, &Cancel::default())
        .expect("a fitted hunk fits");
    let (old, new) = (lines(before), lines(&after));
    let first = if hunk.old_count == 0 { hunk.old_start } else { hunk.old_start - 1 };
    assert_eq!(old[..first], new[..first]);
    assert_eq!(old[first + hunk.old_count..], new[first + hunk.new_count..]);
}
