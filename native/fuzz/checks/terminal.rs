//! What holds of terminal output whatever a program prints.

use claw_native::terminal::Terminal;

/// Panics where something does not hold.
pub(crate) fn check(data: &[u8]) {
    let mut whole = Terminal::new(6, 20, 4096, true);
    let mut pieces = whole.clone();
    let left = [whole.feed(data), whole.finish()].concat();
    let mut others: Vec<u8> = data.chunks(3).flat_map(|piece| pieces.feed(piece)).collect();
    others.extend(pieces.finish());
    assert_eq!(left, others, "where the bytes are cut makes no difference");
    let seen = whole.seen();
    assert_eq!(seen, pieces.seen());
    assert!(seen.head.len() + seen.tail.len() <= 4096);
    let shown = seen.head + &seen.tail;
    assert!(
        shown.chars().all(|letter| letter == '\n' || letter == '\t' || !letter.is_control()),
        "{shown:?}"
    );
}
