//! What a line is compared by: itself, or itself without what models get wrong. Each level forgives what those before it
//! do, and something more.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::lines_of;
use crate::cancel::Cancel;
use crate::error::Result;

/// How many levels of forgiveness there are: nothing, white space at the end, typographic characters, indentation.
pub(super) const LEVELS: usize = 4;
/// The level at which indentation does not count.
pub(super) const INDENTATION: usize = 3;

/// What counts as alike. Every number comes from the door.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Characters, and the plain ones that are meant by them.
    pub lookalikes: HashMap<Vec<u8>, Vec<u8>>,
    /// Per cent of the words that two blocks have to share to be similar.
    pub similar: usize,
    /// Per cent by which a similar block may be longer or shorter than what was searched.
    pub growth: usize,
    /// Pairs of lines, or of words, up to which two lists are compared.
    pub cells: usize,
}

impl Rules {
    /// A text with plain characters.
    pub(super) fn plain<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        if text.is_ascii() {
            return Cow::Borrowed(text);
        }
        let mut plain = Vec::with_capacity(text.len());
        for letter in letters(text) {
            plain.extend_from_slice(self.lookalikes.get(letter).map_or(letter, Vec::as_slice));
        }
        Cow::Owned(plain)
    }

    /// What a line is compared by at a level.
    fn key<'a>(&self, line: &'a [u8], level: usize) -> Cow<'a, [u8]> {
        let line = content(line);
        match level {
            0 => Cow::Borrowed(line),
            1 => Cow::Borrowed(trimmed_end(line)),
            _ => {
                let trimmed = if level < INDENTATION { trimmed_end } else { trimmed };
                match self.plain(line) {
                    Cow::Borrowed(line) => Cow::Borrowed(trimmed(line)),
                    Cow::Owned(line) => Cow::Owned(trimmed(&line).to_vec()),
                }
            }
        }
    }
}

/// The characters of a text; what is no UTF-8 falls into pieces that are like none.
pub(super) fn letters(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.chunk_by(|_, &next| next & 0xc0 == 0x80)
}

/// A line without its ending.
pub(super) fn content(line: &[u8]) -> &[u8] {
    match line.strip_suffix(b"\n") {
        Some(line) => line.strip_suffix(b"\r").unwrap_or(line),
        None => line,
    }
}

/// The ending of a line; empty where it has none.
pub(super) fn ending(line: &[u8]) -> &[u8] {
    &line[content(line).len()..]
}

/// The blanks that a line begins with.
pub(super) fn indent(line: &[u8]) -> &[u8] {
    let length = line.iter().take_while(|&&byte| matches!(byte, b' ' | b'\t')).count();
    &line[..length]
}

pub(super) fn trimmed_end(line: &[u8]) -> &[u8] {
    let blanks = line.iter().rev().take_while(|&&byte| is_white(byte)).count();
    &line[..line.len() - blanks]
}

/// Without blanks on either side.
pub(super) fn trimmed(line: &[u8]) -> &[u8] {
    let line = trimmed_end(line);
    &line[indent(line).len()..]
}

/// What may stand at the end of a line and not be seen.
fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | 0x0b | 0x0c)
}

/// The lines of a text and, once they are asked for, where each of them stands.
pub(super) struct Text<'a> {
    pub(super) lines: Vec<&'a [u8]>,
    pub(super) rules: &'a Rules,
    pub(super) cancel: &'a Cancel,
    levels: [OnceCell<Index<'a>>; LEVELS],
}

#[derive(Default)]
struct Index<'a> {
    /// Of each key, its number.
    numbers: HashMap<Cow<'a, [u8]>, u32, RandomState>,
    /// Of each line, its key's number.
    keys: Vec<u32>,
    /// Of each number, the lines that have it.
    places: Vec<Vec<u32>>,
}

impl<'a> Text<'a> {
    pub(super) fn new(text: &'a [u8], rules: &'a Rules, cancel: &'a Cancel) -> Self {
        Self { lines: lines_of(text), rules, cancel, levels: Default::default() }
    }

    /// Where a row of lines stands at a level, from the top.
    pub(super) fn find(&self, wanted: &[&[u8]], level: usize) -> Result<Vec<usize>> {
        let index = self.index(level)?;
        let mut numbers = Vec::with_capacity(wanted.len());
        for line in wanted {
            self.cancel.check()?;
            let Some(&number) = index.numbers.get(&self.rules.key(line, level)) else {
                return Ok(Vec::new());
            };
            numbers.push(number);
        }
        let Some((offset, rarest)) = (0..numbers.len())
            .map(|offset| (offset, &index.places[numbers[offset] as usize]))
            .min_by_key(|(_, places)| places.len())
        else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for at in rarest.iter().filter_map(|&place| (place as usize).checked_sub(offset)) {
            self.cancel.check()?;
            found.extend((index.keys.get(at..at + numbers.len()) == Some(&numbers[..])).then_some(at));
        }
        Ok(found)
    }

    fn index(&self, level: usize) -> Result<&Index<'a>> {
        if let Some(index) = self.levels[level].get() {
            return Ok(index);
        }
        let mut index = Index::default();
        for (at, line) in (0_u32..).zip(&self.lines) {
            self.cancel.check()?;
            let next = u32::try_from(index.places.len()).unwrap_or(u32::MAX);
            let number = *index.numbers.entry(self.rules.key(line, level)).or_insert(next);
            if number == next {
                index.places.push(Vec::new());
            }
            index.places[number as usize].push(at);
            index.keys.push(number);
        }
        Ok(self.levels[level].get_or_init(|| index))
    }
}
