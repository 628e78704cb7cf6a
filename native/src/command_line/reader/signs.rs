//! Words that mean something by themselves: keywords, assignments, descriptors.

use super::super::word::{digits, name};

pub(super) fn is_sign(text: &str) -> bool {
    matches!(text, "{" | "}" | "!")
}

pub(super) fn is_keyword(text: &str) -> bool {
    matches!(
        text,
        "if" | "then"
            | "elif"
            | "else"
            | "fi"
            | "while"
            | "until"
            | "for"
            | "do"
            | "done"
            | "case"
            | "esac"
            | "select"
            | "function"
            | "coproc"
            | "[["
            | "]]"
    )
}

/// `NAME=`, or `NAME+=`, with anything behind.
pub(super) fn assigns(text: &str) -> bool {
    let rest = &text[name(text)..];
    rest.len() < text.len() && rest.strip_prefix('+').unwrap_or(rest).starts_with('=')
}

pub(super) fn is_named_descriptor(text: &str) -> bool {
    text.strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .is_some_and(|inner| !inner.is_empty() && name(inner) == inner.len())
}

/// `2`, `2-` or `-`: another descriptor, or none, rather than a file.
pub(super) fn is_descriptor(text: &str) -> bool {
    let rest = &text[digits(text)..];
    rest == "-" || (rest.is_empty() && !text.is_empty())
}
