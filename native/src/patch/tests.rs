//! Stories about patches, and what holds for all texts.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::error::Error;

fn made(before: &str, after: &str) -> Vec<Hunk> {
    make_hunks(before.as_bytes(), after.as_bytes(), 3)
}

fn applied(before: &str, hunks: &[Hunk], accepted: Option<&[usize]>) -> String {
    String::from_utf8(apply_hunks(before.as_bytes(), hunks, accepted).unwrap()).unwrap()
}

#[test]
fn a_change_brings_the_lines_around_it() {
    let hunks = made("1\n2\n3\n4\n5\n", "1\n2\n3\nfour\n5\n");
    let lines: Vec<_> =
        hunks[0].lines.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    assert_eq!(lines, [" 1\n", " 2\n", " 3\n", "-4\n", "+four\n", " 5\n"]);
    assert_eq!(
        (hunks[0].old_start, hunks[0].old_count, hunks[0].new_start, hunks[0].new_count),
        (1, 5, 1, 5)
    );
}

#[test]
fn a_hunk_at_the_very_top_of_an_empty_text_starts_at_line_0() {
    let hunks = made("", "new\n");
    assert_eq!(
        (hunks[0].old_start, hunks[0].old_count, hunks[0].new_start, hunks[0].new_count),
        (0, 0, 1, 1)
    );
}

#[test]
fn a_line_number_far_outside_of_the_text_costs_nothing() {
    let mut hunks = made("a\nb\nc\n", "a\nB\nc\n");
    hunks[0].old_start = usize::MAX;
    assert_eq!(applied("x\ny\na\nb\nc\n", &hunks, None), "x\ny\na\nB\nc\n");
    assert!(apply_hunks(b"x\n", &hunks, None).is_err());
}

#[test]
fn moved_lines_are_found_again() {
    let hunks = made("a\nb\nc\n", "a\nB\nc\n");
    assert_eq!(applied("x\ny\na\nb\nc\n", &hunks, None), "x\ny\na\nB\nc\n");
}

#[test]
fn a_conflict_says_what_was_expected_and_what_is_there() {
    let hunks = made("a\nb\nc\n", "a\nB\nc\n");
    let error = apply_hunks(b"a\nother\nc\n", &hunks, None).unwrap_err();
    assert!(matches!(error, Error::Conflict(_)));
    assert_eq!(error.to_string(), "hunk 1 does not fit: line 2 should be 'b\\n' but is 'other\\n'");
}

#[test]
fn text_is_never_glued_to_a_line_without_newline() {
    let hunks = made("a\n", "a");
    assert!(matches!(apply_hunks(b"a\nmore\n", &hunks, None), Err(Error::Conflict(_))));
}

#[test]
fn a_head_that_lies_is_refused() {
    let diff = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n+c\n";
    let error = parse_unified(diff).unwrap_err();
    assert_eq!(error.to_string(), "line 6: the hunk has more lines than its head says");
}

#[test]
fn words_are_marked_by_characters() {
    let (old, new) = changed_words("naïve(日本)".as_bytes(), "naïve(日) 本".as_bytes(), 100);
    assert_eq!(old, std::slice::from_ref(&(6..8)));
    assert_eq!(new, [6..7, 8..10]);
}

fn text() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec!["a\n", "b\n", "\n", "c\r\n", "}\n", "é\n"]);
    let end = prop::sample::select(vec!["", "end"]);
    (vec(line, 0..25), end).prop_map(|(lines, end)| lines.concat() + end)
}

proptest! {
    #[test]
    fn all_hunks_lead_to_the_new_text_and_none_to_the_old(before in text(), after in text(), context in 0_usize..4) {
        let hunks = make_hunks(before.as_bytes(), after.as_bytes(), context);
        prop_assert_eq!(applied(&before, &hunks, None), after);
        prop_assert_eq!(applied(&before, &hunks, Some(&[])), before);
    }

    #[test]
    fn the_unified_form_is_read_back(before in text(), after in text(), path in "[a-z\"\\\\ \t]{0,9}x") {
        let hunks = made(&before, &after);
        let diff = format_unified(path.as_bytes(), &hunks, Change::Edit);
        let read = parse_unified(&diff).unwrap();
        prop_assert_eq!(read.first().map(|file| &file.hunks[..]).unwrap_or_default(), &hunks[..]);
        prop_assert!(read.iter().all(|file| file.new_path.as_deref() == Some(path.as_bytes())));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(
        diff in vec(
            prop_oneof![
                Just(b"--- a\n".to_vec()), Just(b"+++ b\n".to_vec()), Just(b"@@ -1 +1 @@\n".to_vec()),
                Just(b"diff --git \"".to_vec()), Just(b"diff --git a/x b/x\n".to_vec()), vec(any::<u8>(), 0..8),
            ],
            0..12,
        ),
    ) {
        let _ = parse_unified(&diff.concat());
    }
}
