//! Stories about what a terminal shows.

use proptest::prelude::*;

use super::*;

fn text(bytes: &[u8]) -> String {
    let mut terminal = Terminal::new(5, 20, 10_000, true);
    terminal.feed(bytes);
    terminal.finish();
    terminal.seen().head
}

#[test]
fn overwritten_lines_are_shown_as_they_ended() {
    assert_eq!(text(b"10%\r100%\n\x1b[31mred\x1b[0m\n"), "100%\nred\n");
    assert_eq!(text(b"one\ntwo\x1b[A\rONE\n"), "ONE\ntwo");
}

#[test]
fn what_is_wider_than_the_screen_is_one_line() {
    let line = "0123456789".repeat(7);
    assert_eq!(text(format!("{line}\nend").as_bytes()), format!("{line}\nend"));
}

#[test]
fn a_wide_character_that_is_cut_in_half_is_gone() {
    assert_eq!(text("日本\rx".as_bytes()), "x 本");
    assert_eq!(text("日本\x1b[2Gx".as_bytes()), " x本");
}

#[test]
fn a_letter_keeps_its_marks() {
    assert_eq!(text("e\u{301}\u{327}x".as_bytes()), "e\u{301}\u{327}x");
}

#[test]
fn a_question_is_answered_within_a_bound() {
    let mut terminal = Terminal::new(5, 20, 100, true);
    terminal.feed(b"ab\x1b[6n");
    assert_eq!(terminal.replies(), b"\x1b[1;3R");
    terminal.feed(&b"\x1b[c".repeat(10_000));
    assert!(terminal.replies().len() <= MOST_REPLIES);
}

/// Bytes that programs send to terminals, whole and torn.
fn printed() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => "[ -~]{0,30}".prop_map(String::into_bytes),
        4 => "([ -~]{0,25}\n){0,12}".prop_map(String::into_bytes),
        4 => "((\x1b\\[([0-9]{1,3}[;:]?){0,6}m)?[ -~]{0,25}\r?\n){0,12}".prop_map(String::into_bytes),
        4 => r"\x1b\[[?]?([0-9]{1,4};?){0,3}[@A-Za-z]".prop_map(String::into_bytes),
        2 => r"\x1b[ #()\[\]PX^_0-~][0-~]?".prop_map(String::into_bytes),
        2 => r"[\r\n\t\x08\x0b\x0e\x0f]{1,3}".prop_map(String::into_bytes),
        2 => r"\PC{0,6}".prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..8),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_in_any_pieces_show_the_same(
        bytes in printed(),
        rows in 1_u16..8,
        columns in 2_u16..30,
        keep in 2_usize..200,
        newline: bool,
        size in 1_usize..9,
    ) {
        let mut whole = Terminal::new(rows, columns, keep, newline);
        let mut pieces = whole.clone();
        let left = [whole.feed(&bytes), whole.finish()].concat();
        let mut others: Vec<u8> = bytes.chunks(size).flat_map(|piece| pieces.feed(piece)).collect();
        others.extend(pieces.finish());
        prop_assert_eq!(&left, &others);
        prop_assert_eq!(whole.seen(), pieces.seen());
        prop_assert_eq!(whole.rows(), pieces.rows());
        let Seen { head, tail, omitted, .. } = whole.seen();
        prop_assert_eq!(head.len() + tail.len() + omitted, left.len() + whole.on_screen().len());
        prop_assert!(head.len() + tail.len() <= keep.max(2));
        prop_assert!((head + &tail).chars().all(|letter| !letter.is_control() || "\n\t".contains(letter)));
        prop_assert!(whole.rows().iter().all(|row| row.chars().count() <= usize::from(columns) + 2000));
    }
}
