//! Stories about patches, and what holds for all texts.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::cancel::Cancel;
use crate::error::Error;

fn made(before: &str, after: &str) -> Vec<Hunk> {
    make_hunks(before.as_bytes(), after.as_bytes(), 3, &Cancel::default()).unwrap()
}

fn applied(before: &str, hunks: &[Hunk], accepted: Option<&[usize]>) -> String {
    String::from_utf8(apply_hunks(before.as_bytes(), hunks, accepted, &Cancel::default()).unwrap()).unwrap()
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
    assert!(apply_hunks(b"x\n", &hunks, None, &Cancel::default()).is_err());
}

#[test]
fn moved_lines_are_found_again() {
    let hunks = made("a\nb\nc\n", "a\nB\nc\n");
    assert_eq!(applied("x\ny\na\nb\nc\n", &hunks, None), "x\ny\na\nB\nc\n");
}

#[test]
fn a_conflict_says_what_was_expected_and_what_is_there() {
    let hunks = made("a\nb\nc\n", "a\nB\nc\n");
    let error = apply_hunks(b"a\nother\nc\n", &hunks, None, &Cancel::default()).unwrap_err();
    assert!(matches!(error, Error::Conflict(_)));
    assert_eq!(error.to_string(), "hunk 1 does not fit: line 2 should be 'b\\n' but is 'other\\n'");
}

#[test]
fn text_is_never_glued_to_a_line_without_newline() {
    let hunks = made("a\n", "a");
    assert!(matches!(apply_hunks(b"a\nmore\n", &hunks, None, &Cancel::default()), Err(Error::Conflict(_))));
}

#[test]
fn a_head_that_lies_about_its_numbers_and_counts_does_no_harm() {
    let diff = b"--- a/x\n+++ b/x\n@@ -70,9 +80,2 @@\n-a\n+b\n+c\n";
    let files = parse_patch(diff, &Cancel::default()).unwrap();
    let fits = fit_chunks(b"0\na\nz\n", &files[0].chunks, false, &rules(), &Cancel::default()).unwrap();
    let hunk = fits[0].hunk.clone().unwrap();
    assert_eq!(applied("0\na\nz\n", &[hunk], None), "0\nb\nc\nz\n");
}

#[test]
fn an_envelope_that_was_cut_off_is_refused() {
    let error = parse_patch(b"*** Begin Patch\n*** Add File: x\n+a\n", &Cancel::default()).unwrap_err();
    assert_eq!(error.to_string(), "line 4: the patch has no *** End Patch: it may have been cut off");
}

#[test]
fn each_stage_is_told_by_its_number() {
    let text = "\u{201c}one\u{201d}  \n  two\n    three\nfour\n".as_bytes();
    for (old, stage) in [("four\n", 0), ("one\u{201d}\n", 1), ("\"one\"\n", 2), ("two\n  three\n", 3)] {
        let edit = Edit { old: old.into(), new: b"".to_vec(), everywhere: false };
        let (_, placed) = replace(text, &[edit], &rules(), &Cancel::default()).unwrap();
        assert_eq!((placed[0].verdict, placed[0].stage), (Verdict::Fits, stage), "{old}");
    }
}

fn edits(pairs: &[(&str, &str)]) -> Vec<Edit> {
    let edit = |&(old, new): &(&str, &str)| Edit { old: old.into(), new: new.into(), everywhere: false };
    pairs.iter().map(edit).collect()
}

#[test]
fn edits_far_apart_are_made_at_once() {
    let text = "one
-----
two
-----
three
-----
";
    let (after, placed) = batch::at_once(
        text.as_bytes(),
        &edits(&[
            ("three", "3"),
            (
                "one
", "",
            ),
            (
                "two", "2
2",
            ),
        ]),
        &Cancel::default(),
    )
    .unwrap()
    .unwrap();
    assert_eq!(
        String::from_utf8(after).unwrap(),
        "-----
2
2
-----
3
-----
"
    );
    assert_eq!(placed.iter().map(|one| one.lines[0]).collect::<Vec<_>>(), [5, 1, 2]);
}

#[test]
fn edits_that_meet_are_not_made_at_once() {
    for (text, pairs) in [
        ("one one -----", [("one", "1"), ("-----", "2")]),
        ("one--two", [("one", "1"), ("two", "2")]),
        ("one ------- two", [("one", "two"), ("two", "2")]),
        ("ab ------- wo", [("ab", "two"), ("wo", "2")]),
        ("one ------- two", [("one", "1"), ("", "2")]),
        ("one ------- two\r\n", [("one", "1"), ("two", "2")]),
    ] {
        assert!(
            batch::at_once(text.as_bytes(), &edits(&pairs), &Cancel::default()).unwrap().is_none(),
            "{text}"
        );
    }
}

/// Runs the work to its end, then stops it at many of its looks at the flag; it has to look as often as `least`.
fn stops_wherever<T>(least: usize, work: impl Fn(&Cancel) -> crate::error::Result<T>) {
    let calm = Cancel::default();
    assert!(work(&calm).is_ok());
    let looks = calm.looks();
    assert!(looks >= least, "{looks} looks at the flag, not {least}");
    for at in (0..looks).step_by(looks / 20 + 1) {
        let stopped = Cancel::after(at);
        assert!(matches!(work(&stopped), Err(Error::Cancelled)), "stopped at the look {at} of {looks}");
        assert!(stopped.looks() < at + 20, "it went on for {} looks", stopped.looks() - at);
    }
}

#[test]
fn whatever_is_cancelled_stops_within_a_few_lines() {
    const LINES: usize = 3000;
    let line = |number: usize| format!("    line “{number}” of many\n");
    let before: String = (0..LINES).map(line).collect();
    let after: String = before
        .split_inclusive('\n')
        .enumerate()
        .map(|(at, line)| if at % 3 > 0 { line } else { "new\n" })
        .collect();
    let (old, new) = (before.as_bytes(), after.as_bytes());
    stops_wherever(2 * LINES, |cancel| make_hunks(old, new, 1, cancel));
    let (few, fewer) = (table(1, LINES).concat(), table(2, LINES).concat());
    stops_wherever(2 * LINES, |cancel| make_hunks(few.as_bytes(), fewer.as_bytes(), 1, cancel));
    let hunks = make_hunks(old, new, 1, &Cancel::default()).unwrap();
    stops_wherever(LINES, |cancel| apply_hunks(old, &hunks, None, cancel));
    stops_wherever(LINES, |cancel| format_unified(b"x", &hunks, Change::Edit, cancel));
    let diff = format_unified(b"x", &hunks, Change::Edit, &Cancel::default()).unwrap();
    stops_wherever(LINES, |cancel| parse_patch(&diff, cancel));
    let fence = format!("x\n<<<<<<< SEARCH\n{before}=======\n{after}>>>>>>> REPLACE\n");
    stops_wherever(2 * LINES, |cancel| parse_patch(fence.as_bytes(), cancel));
    let envelope = format!("*** Begin Patch\n*** Add File: x\n+{}\n*** End Patch\n", "a\n+".repeat(LINES));
    stops_wherever(LINES, |cancel| parse_patch(envelope.as_bytes(), cancel));
    let shifted = |line: &str| format!("-{}\n", line.trim().replace(['“', '”'], "\"")).into_bytes();
    let chunk = Chunk { lines: before.lines().map(shifted).collect(), ..Chunk::default() };
    stops_wherever(5 * LINES, |cancel| {
        fit_chunks(old, std::slice::from_ref(&chunk), false, &rules(), cancel)
    });
    let edit = |old: &str, new: &str| vec![Edit { old: old.into(), new: new.into(), everywhere: true }];
    stops_wherever(LINES, |cancel| replace(old, &edit("of", "off"), &rules(), cancel));
    stops_wherever(LINES, |cancel| replace(old, &edit("not\n  there\nat all", ""), &rules(), cancel));
    let long = "one “two” ".repeat(LINES);
    stops_wherever(4 * LINES, |cancel| changed_words(long.as_bytes(), b"a b c", 100, cancel));
}

#[test]
fn every_other_line_of_a_long_text_may_have_changed() {
    let line = |number: usize, name: &str| format!("{name} {number}\n");
    let before: String = (0..100_000).map(|number| line(number, "line")).collect();
    let after: String =
        (0..100_000).map(|number| line(number, if number % 2 == 0 { "other" } else { "line" })).collect();
    let hunks = make_hunks(before.as_bytes(), after.as_bytes(), 0, &Cancel::default()).unwrap();
    assert_eq!(hunks.len(), 50_000);
    assert!(hunks.iter().all(|hunk| (hunk.old_count, hunk.new_count) == (1, 1)));
    assert_eq!(applied(&before, &hunks, None), after);
}

#[test]
fn a_row_of_blank_lines_in_a_diff_is_gone_through_once() {
    let blank = "\n".repeat(300_000);
    for patch in [
        format!("--- a/x\n+++ b/x\n@@\n-a\n{blank}"),
        format!("*** Begin Patch\n*** Update File: x\n@@\n-a\n{blank}*** End Patch\n"),
    ] {
        assert_eq!(parse_patch(patch.as_bytes(), &Cancel::default()).unwrap()[0].chunks[0].lines, [b"-a\n"]);
    }
}

#[test]
fn a_cancelled_search_says_nothing() {
    let cancel = Cancel::default();
    cancel.cancel();
    assert!(fit_chunks(b"a\n", &[Chunk::default()], false, &rules(), &cancel).is_err());
    let edit = Edit { old: b"a".to_vec(), new: b"b".to_vec(), everywhere: false };
    assert!(replace(b"a\n", &[edit], &rules(), &cancel).is_err());
}

fn rules() -> Rules {
    let pairs = [("\u{201c}", "\""), ("\u{201d}", "\""), ("\u{a0}", " "), ("\u{2026}", "...")];
    let lookalikes = pairs.map(|(one, plain)| (one.as_bytes().to_vec(), plain.as_bytes().to_vec()));
    Rules { lookalikes: lookalikes.into(), similar: 70, growth: 25, cells: 250_000 }
}

#[test]
fn words_are_marked_by_characters() {
    let (old, new) =
        changed_words("naïve(日本)".as_bytes(), "naïve(日) 本".as_bytes(), 100, &Cancel::default()).unwrap();
    assert_eq!(old, std::slice::from_ref(&(6..8)));
    assert_eq!(new, [6..7, 8..10]);
}

fn text() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec!["a\n", "b\n", "\n", "c\r\n", "}\n", "é\n"]);
    let end = prop::sample::select(vec!["", "end"]);
    (vec(line, 0..25), end).prop_map(|(lines, end)| lines.concat() + end)
}

#[test]
fn very_many_places_in_one_very_long_line_are_replaced_in_one_pass() {
    let text = "a,".repeat(300_000);
    for (new, wanted) in [("bb", "bb,"), ("b\n", "b\n,")] {
        let edit = Edit { old: b"a".to_vec(), new: new.into(), everywhere: true };
        let (after, placed) = replace(text.as_bytes(), &[edit], &rules(), &Cancel::default()).unwrap();
        assert!(after == wanted.repeat(300_000).as_bytes());
        assert_eq!(placed[0].lines.len(), 300_000);
    }
}

/// Lines of a few kinds, as tables have them; the same seed gives the same.
fn table(seed: u32, count: usize) -> Vec<&'static str> {
    let kinds = ["{\n", "},\n", "0\n", "1\n", "\n"];
    let mut next = seed;
    let mut kind = || {
        next = next.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        kinds[(next >> 16) as usize % kinds.len()]
    };
    (0..count).map(|_| kind()).collect()
}

#[test]
fn long_texts_of_few_kinds_of_lines_are_compared_as_others_are() {
    let before = table(1, 6000);
    let (mut after, other) = (before.clone(), table(2, 5000));
    after.splice(1000..1002, ["new\n"]);
    after.splice(4000..4000, ["more\n", "{\n"]);
    after.push("end");
    for (after, hunks) in [(after, Some(3)), (other, None)] {
        let (before, after) = (before.concat(), after.concat());
        let made = made(&before, &after);
        assert_eq!(applied(&before, &made, None), after);
        assert!(hunks.is_none_or(|count| made.len() == count), "{}", made.len());
    }
}

proptest! {
    #[test]
    fn all_hunks_lead_to_the_new_text_and_none_to_the_old(before in text(), after in text(), context in 0_usize..4) {
        let hunks = make_hunks(before.as_bytes(), after.as_bytes(), context, &Cancel::default()).unwrap();
        prop_assert_eq!(applied(&before, &hunks, None), after);
        prop_assert_eq!(applied(&before, &hunks, Some(&[])), before);
    }

    #[test]
    fn the_unified_form_is_read_back(before in text(), after in text(), path in "[a-z\"\\\\ \t]{0,9}x") {
        let hunks = made(&before, &after);
        let diff = format_unified(path.as_bytes(), &hunks, Change::Edit, &Cancel::default()).unwrap();
        if hunks.is_empty() {
            return Ok(());
        }
        let read = parse_patch(&diff, &Cancel::default()).unwrap();
        prop_assert_eq!(read[0].path.as_deref(), Some(path.as_bytes()));
        let lines: Vec<_> = read[0].chunks.iter().map(|chunk| &chunk.lines).collect();
        prop_assert_eq!(lines, hunks.iter().map(|hunk| &hunk.lines).collect::<Vec<_>>());
    }

    #[test]
    fn what_fits_is_applied_and_leaves_every_other_line(
        before in text(), lines in vec((prop::sample::select(vec![' ', '-', '+']), text()), 1..4), start in 0_usize..30,
    ) {
        let signed = |(sign, text): &(char, String)| {
            text.split_inclusive('\n').map(|line| format!("{sign}{line}").into_bytes()).collect::<Vec<_>>()
        };
        let lines: Vec<_> = lines.iter().flat_map(signed).collect();
        let chunk = Chunk { start: Some(start), lines, ..Chunk::default() };
        let fits = fit_chunks(before.as_bytes(), &[chunk], true, &rules(), &Cancel::default()).unwrap();
        if let Some(hunk) = fits[0].hunk.clone() {
            let after = apply_hunks(before.as_bytes(), std::slice::from_ref(&hunk), None, &Cancel::default()).unwrap();
            let (old, new) = (lines_of(before.as_bytes()), lines_of(&after));
            let first = hunk.old_index();
            prop_assert_eq!(&old[..first], &new[..first]);
            prop_assert_eq!(&old[first + hunk.old_count..], &new[first + hunk.new_count..]);
        }
    }

    #[test]
    fn no_piece_makes_the_search_panic(text in text(), old in text(), new in text(), everywhere: bool) {
        let edit = Edit { old: old.into_bytes(), new: new.into_bytes(), everywhere };
        let (after, placed) = replace(text.as_bytes(), &[edit], &rules(), &Cancel::default()).unwrap();
        prop_assert!(placed[0].verdict == Verdict::Fits || after == text.as_bytes());
    }

    #[test]
    fn edits_made_at_once_are_what_they_are_one_by_one(
        gaps in vec("[ab\n]{0,14}", 5),
        edits in vec(("[abc]{1,3}", "[abc\n]{0,4}"), 1..5).prop_shuffle(),
        order in Just([0_usize, 1, 2, 3]).prop_shuffle(),
    ) {
        let mut text = gaps[0].clone();
        for (place, gap) in order.iter().zip(&gaps[1..]) {
            text += edits.get(*place).map_or("", |(old, _)| old.as_str());
            text += gap;
        }
        let edit = |(old, new): &(String, String)| Edit {
            old: old.clone().into_bytes(),
            new: new.clone().into_bytes(),
            everywhere: false,
        };
        let edits: Vec<_> = edits.iter().map(edit).collect();
        if let Some((after, placed)) = batch::at_once(text.as_bytes(), &edits, &Cancel::default()).unwrap() {
            let (expected, each) =
                replace::one_by_one(text.as_bytes(), &edits, &rules(), &Cancel::default()).unwrap();
            prop_assert_eq!(String::from_utf8(after), String::from_utf8(expected));
            let told = |placed: &[Placed]| placed.iter().map(|one| (one.verdict, one.stage, one.lines.clone())).collect::<Vec<_>>();
            prop_assert_eq!(told(&placed), told(&each));
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(
        diff in vec(
            prop_oneof![
                Just(b"--- a\n".to_vec()), Just(b"+++ b\n".to_vec()), Just(b"@@ -1 +1 @@\n".to_vec()),
                Just(b"diff --git \"".to_vec()), Just(b"diff --git a/x b/x\n".to_vec()), vec(any::<u8>(), 0..8),
                Just(b"*** Begin Patch\n".to_vec()), Just(b"*** Update File: x\n".to_vec()),
                Just(b"*** End Patch\n".to_vec()), Just(b"<<<<<<< SEARCH\n".to_vec()), Just(b"=======\n".to_vec()),
                Just(b"-a\n".to_vec()), Just(b"@@ x\n".to_vec()), Just(b"\\ No newline\n".to_vec()),
            ],
            0..12,
        ),
    ) {
        let _ = parse_patch(&diff.concat(), &Cancel::default());
    }
}

#[test]
fn a_patch_that_does_not_end_in_a_newline_ends_the_files_line_all_the_same() {
    let lines = |patch: &[u8]| parse_patch(patch, &Cancel::default()).unwrap()[0].chunks[0].lines.clone();
    let whole: &[u8] = b"--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n a\n+b\n";
    assert_eq!(lines(&whole[..whole.len() - 1]), lines(whole));
    assert_eq!(lines(&[whole, b"\\ No newline at end of file"].concat()), [&b" a\n"[..], b"+b"]);
    assert_eq!(lines(b"--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n a\n+\n\\ No newline at end of file\n"), [b" a\n"]);
}
