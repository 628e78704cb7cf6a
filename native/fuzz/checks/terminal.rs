//! What holds of terminal output whatever a program prints.

use claw_native::shell::plain;

/// Panics where something does not hold.
pub(crate) fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let seen = plain(&text);
    assert!(seen.chars().all(|letter| letter == '\n' || letter == '\t' || !letter.is_control()), "{seen:?}");
    assert_eq!(plain(&seen), seen, "what was plain stays so");
}
