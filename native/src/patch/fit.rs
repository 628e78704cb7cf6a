//! A change fitted to the text it was found in: what stays and goes are the text's own lines, and what comes gets their
//! indentation, their line endings, and the characters that were not meant to change.

use std::collections::VecDeque;

use super::keys::{INDENTATION, Rules, Text, content, ending, indent, letters, trimmed};
use super::locate::Spot;
use super::script::old_lines;
use super::words::{kept_pairs, words};
use crate::cancel::Cancel;
use crate::error::Result;

/// How indentation differs, as a whole.
pub(super) enum Shift {
    /// The text has this more.
    More(Vec<u8>),
    /// The text has this less.
    Less(Vec<u8>),
    /// The text has a tab for so many spaces.
    Tabs(usize),
    /// The text has so many spaces for a tab.
    Spaces(usize),
}

/// How the lines of a block differ in indentation from those as they were written that differ in nothing else; None where
/// they do in several ways.
pub(super) fn shift(
    old: &[&[u8]],
    block: &[&[u8]],
    pairs: &[Option<usize>],
    rules: &Rules,
    cancel: &Cancel,
) -> Result<Option<Shift>> {
    let mut same = Vec::with_capacity(old.len());
    for (&written, found) in old.iter().zip(pairs).filter_map(|(line, pair)| Some((line, block[(*pair)?]))) {
        cancel.check()?;
        let (plain, other) = (rules.plain(content(written)), rules.plain(content(found)));
        same.extend((trimmed(&plain) == trimmed(&other)).then_some((written, found)));
    }
    Ok(shift_of(&same))
}

fn shift_of(pairs: &[(&[u8], &[u8])]) -> Option<Shift> {
    let indents: Vec<_> = pairs
        .iter()
        .filter(|(written, _)| !trimmed(content(written)).is_empty())
        .map(|(written, found)| (indent(written), indent(found)))
        .collect();
    let &(written, found) = indents.first()?;
    let all = |fits: &dyn Fn(&[u8], &[u8]) -> bool| indents.iter().all(|(one, other)| fits(one, other));
    if let Some(more) = found.strip_suffix(written)
        && all(&|one, other| other.strip_prefix(more) == Some(one))
    {
        return Some(Shift::More(more.to_vec()));
    }
    if let Some(less) = written.strip_suffix(found)
        && all(&|one, other| one.strip_prefix(less) == Some(other))
    {
        return Some(Shift::Less(less.to_vec()));
    }
    let &(written, found) = indents.iter().find(|(one, other)| !one.is_empty() && !other.is_empty())?;
    let is_all = |blanks: &[u8], sign: u8| blanks.iter().all(|&byte| byte == sign);
    let width = written.len() / found.len();
    if all(&|one, other| is_all(one, b' ') && is_all(other, b'\t') && one.len() == width * other.len()) {
        return Some(Shift::Tabs(width));
    }
    let width = found.len() / written.len();
    let fits = |one: &[u8], other: &[u8]| {
        is_all(one, b'\t') && is_all(other, b' ') && other.len() == width * one.len()
    };
    all(&fits).then_some(Shift::Spaces(width))
}

impl Shift {
    /// A line with the indentation that the text would give it.
    fn applied(&self, line: &[u8]) -> Vec<u8> {
        if trimmed(line).is_empty() {
            return line.to_vec();
        }
        let (blanks, rest) = line.split_at(indent(line).len());
        let blanks = match self {
            Self::More(more) => [more, blanks].concat(),
            Self::Less(less) => {
                let same = blanks.iter().zip(less).take_while(|(one, other)| one == other).count();
                blanks[same..].to_vec()
            }
            Self::Tabs(width) if blanks.iter().all(|&byte| byte == b' ') => {
                [vec![b'\t'; blanks.len() / width], vec![b' '; blanks.len() % width]].concat()
            }
            Self::Tabs(_) => blanks.to_vec(),
            Self::Spaces(width) => {
                let tabs = blanks.iter().take_while(|&&byte| byte == b'\t').count();
                [&vec![b' '; tabs * width], &blanks[tabs..]].concat()
            }
        };
        [&blanks, rest].concat()
    }
}

/// The lines of a hunk for a script at a spot.
pub(super) fn fitted(
    text: &Text<'_>,
    script: &[(u8, &[u8])],
    spot: &Spot,
    ends: bool,
) -> Result<Vec<Vec<u8>>> {
    let block = &text.lines[spot.at..spot.at + spot.size];
    let old = old_lines(script);
    let is_open = |line: &[u8]| !line.ends_with(b"\n");
    let is_last = spot.at + spot.size == text.lines.len();
    let mut new = script.iter().rev().filter(|(sign, _)| *sign != b'-').map(|&(_, line)| line);
    let opens = new.next().is_some_and(is_open);
    let glues = (opens && !is_last) || new.any(is_open);
    if spot.level == 0 && old == block && !(old.is_empty() && spot.at > 0) && !glues {
        let lines =
            script.iter().map(|(sign, line)| text.cancel.check().map(|()| [&[*sign], *line].concat()));
        return lines.collect();
    }
    let ending = place_ending(&text.lines, spot.at);
    let place = Place { block, ending, ends: true, rules: text.rules, cancel: text.cancel };
    let mut lines = place.rewritten(script, &old, &spot.pairs, spot.level)?;
    if !is_last {
        return Ok(lines);
    }
    let was_open = text.lines.last().is_some_and(|line| is_open(line));
    let is_told = script.iter().any(|(_, line)| is_open(line));
    if was_open {
        end_inside(&mut lines, ending);
    }
    if opens || (was_open && !is_told && !ends) {
        open_last(&mut lines);
    }
    Ok(lines)
}

/// The lines of the text that a change is about, and what new ones take from them.
pub(super) struct Place<'a> {
    pub(super) block: &'a [&'a [u8]],
    pub(super) ending: &'a [u8],
    /// Whether a new line is ended that has no ending itself.
    pub(super) ends: bool,
    pub(super) rules: &'a Rules,
    pub(super) cancel: &'a Cancel,
}

impl Place<'_> {
    /// The script with the text's own lines; `pairs` says which of them stands for each old line.
    pub(super) fn rewritten(
        &self,
        script: &[(u8, &[u8])],
        old: &[&[u8]],
        pairs: &[Option<usize>],
        level: usize,
    ) -> Result<Vec<Vec<u8>>> {
        let shift =
            if level < INDENTATION { None } else { shift(old, self.block, pairs, self.rules, self.cancel)? };
        let mut lines: Vec<Vec<u8>> = Vec::with_capacity(script.len());
        let (mut index, mut cursor) = (0, 0);
        let mut gone: VecDeque<(&[u8], &[u8])> = VecDeque::new();
        for &(sign, line) in script {
            self.cancel.check()?;
            if sign == b'+' {
                let own = match gone.pop_front() {
                    Some((written, found)) => carried(written, line, found, self.rules, self.cancel)?,
                    None => None,
                };
                let own = own.unwrap_or_else(|| content(line).to_vec());
                let own = shift.as_ref().map_or_else(|| own.clone(), |shift| shift.applied(&own));
                let ending = if self.ends || line.ends_with(b"\n") { self.ending } else { b"" };
                lines.push([b"+", &own[..], ending].concat());
                continue;
            }
            if sign == b' ' {
                gone.clear();
            }
            if let Some(at) = pairs[index] {
                lines.extend(self.block[cursor..at].iter().map(|line| [b" ", *line].concat()));
                lines.push([&[sign], self.block[at]].concat());
                cursor = at + 1;
                if sign == b'-' {
                    gone.push_back((line, self.block[at]));
                }
            }
            index += 1;
        }
        lines.extend(self.block[cursor..].iter().map(|line| [b" ", *line].concat()));
        Ok(lines)
    }
}

/// The line ending of a place: of its own lines, else of the next one after it, else of the one before.
pub(super) fn place_ending<'a>(lines: &[&'a [u8]], at: usize) -> &'a [u8] {
    let nearest = lines[at..].iter().chain(lines[..at].iter().rev());
    nearest.map(|line| ending(line)).find(|ending| !ending.is_empty()).unwrap_or(b"\n")
}

/// A last line without a newline that others now follow is ended, and so it changes.
fn end_inside(lines: &mut Vec<Vec<u8>>, ending: &[u8]) {
    let last = lines.len().saturating_sub(1);
    if let Some(at) = lines[..last].iter().position(|line| line[0] == b' ' && !line.ends_with(b"\n")) {
        let ended = [b"+", &lines[at][1..], ending].concat();
        lines[at][0] = b'-';
        lines.insert(at + 1, ended);
    }
}

/// The new text's last line loses its newline.
fn open_last(lines: &mut [Vec<u8>]) {
    if let Some(last) = lines.iter_mut().rfind(|line| line[0] != b'-')
        && last[0] == b'+'
    {
        let length = content(last).len();
        last.truncate(length);
    }
}

/// A new line made from the line as it is found where it was written in plainer characters: what was not meant to change
/// keeps its own. None where there is nothing to keep.
fn carried(
    written: &[u8],
    new: &[u8],
    found: &[u8],
    rules: &Rules,
    cancel: &Cancel,
) -> Result<Option<Vec<u8>>> {
    let (written, found) = (trimmed(content(written)), trimmed(content(found)));
    let (indented, new) = (content(new), trimmed(content(new)));
    if written == found || rules.plain(written) != rules.plain(found) {
        return Ok(None);
    }
    let (old_words, new_words) = (words(written, cancel)?, words(new, cancel)?);
    let mut kept = kept_pairs(&old_words, &new_words, rules.cells, cancel)?.into_iter().peekable();
    let (mut from, mut to) = (Offsets::of(written, rules), Offsets::of(found, rules));
    let mut place = |at: usize| from.plain_at(at).and_then(|plain| to.own_at(plain));
    let mut line = indent(indented).to_vec();
    let (mut at, mut index) = (0, 0);
    for (number, word) in new_words.iter().enumerate() {
        cancel.check()?;
        let Some((old, _)) = kept.next_if(|&(_, new)| new == number) else {
            line.extend_from_slice(word);
            continue;
        };
        at += old_words[index..old].iter().map(|word| word.len()).sum::<usize>();
        index = old;
        let own = place(at).zip(place(at + word.len()));
        line.extend_from_slice(own.map_or(word, |(start, end)| &found[start..end]));
    }
    line.extend_from_slice(&indented[indent(indented).len() + new.len()..]);
    Ok(Some(line))
}

/// Goes through a text from its start, and knows of the character it stands at where that begins, in the text itself and
/// in its plain form.
struct Offsets<'a, I> {
    letters: I,
    rules: &'a Rules,
    plain: usize,
    own: usize,
}

impl<'a> Offsets<'a, ()> {
    fn of(text: &'a [u8], rules: &'a Rules) -> Offsets<'a, impl Iterator<Item = &'a [u8]>> {
        Offsets { letters: letters(text), rules, plain: 0, own: 0 }
    }
}

impl<'a, I: Iterator<Item = &'a [u8]>> Offsets<'a, I> {
    /// Where the character that begins here in the text begins in its plain form; asked for from left to right.
    fn plain_at(&mut self, own: usize) -> Option<usize> {
        while self.own < own && self.step() {}
        (self.own == own).then_some(self.plain)
    }

    /// The other way.
    fn own_at(&mut self, plain: usize) -> Option<usize> {
        while self.plain < plain && self.step() {}
        (self.plain == plain).then_some(self.own)
    }

    fn step(&mut self) -> bool {
        let Some(letter) = self.letters.next() else { return false };
        self.plain += self.rules.lookalikes.get(letter).map_or(letter, Vec::as_slice).len();
        self.own += letter.len();
        true
    }
}
