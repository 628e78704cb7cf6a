//! What holds of patches whatever the texts and whatever the diff.

use std::ops::Range;

use claw_native::patch::{Change, apply_hunks, changed_words, format_unified, make_hunks, parse_unified};

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
    for context in [0, 3] {
        let hunks = make_hunks(before, after, context);
        assert_eq!(apply_hunks(before, &hunks, None).expect("its own hunks fit"), after);
        assert_eq!(apply_hunks(before, &hunks, Some(&[])).expect("nothing is always possible"), before);
        if !hunks.is_empty() {
            let written = format_unified(b"a file", &hunks, Change::Edit);
            let files = parse_unified(&written).expect("what is written can be read");
            assert_eq!(files.len(), 1);
            assert_eq!(files[0].hunks, hunks);
        }
    }
    if let (Ok(old), Ok(new)) = (str::from_utf8(before), str::from_utf8(after)) {
        let (removed, added) = changed_words(old.as_bytes(), new.as_bytes(), 10_000);
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

/// A diff that somebody wrote: it is read or refused, and applies or does not.
fn read(before: &[u8], diff: &[u8]) {
    for file in parse_unified(diff).unwrap_or_default() {
        let _ = apply_hunks(before, &file.hunks, None);
        let written = format_unified(b"a file", &file.hunks, Change::Edit);
        if !file.hunks.is_empty() {
            let again = parse_unified(&written).expect("what was read and written can be read again");
            assert_eq!(again[0].hunks, file.hunks);
        }
    }
}
