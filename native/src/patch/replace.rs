//! Pieces of a text for others: exactly the piece, or but for what models get wrong, in the stages of `locate`.
//!
//! A piece need not be whole lines. So the first stages compare the text and the piece as they are written plainer, and
//! remember where each part of the plainer text came from.

use std::borrow::Cow;

use memchr::memmem;

use super::apply::apply_hunks;
use super::batch::{FEWEST, at_once};
use super::fit::Place;
use super::keys::{LEVELS, Rules, content, ending, letters, trimmed_end};
use super::locate::{Verdict, fit_all, one_for_one};
use super::script::{between, old_lines};
use super::{Chunk, lines_of};
use crate::cancel::Cancel;
use crate::error::Result;

/// One piece for another.
#[derive(Clone, Debug)]
pub struct Edit {
    /// What stands there.
    pub old: Vec<u8>,
    /// What shall.
    pub new: Vec<u8>,
    /// Whether every place changes, where there are several.
    pub everywhere: bool,
}

/// What became of one edit.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Fits, or why not.
    pub verdict: Verdict,
    /// The number of the stage that found it.
    pub stage: usize,
    /// The lines where it stands; from 1, in the text as the edits before it left it.
    pub lines: Vec<usize>,
}

/// The text after all edits, each made on what those before it left. It ends with the first that does not fit.
pub fn replace(
    text: &[u8],
    edits: &[Edit],
    rules: &Rules,
    cancel: &Cancel,
) -> Result<(Vec<u8>, Vec<Placed>)> {
    cancel.check()?;
    if edits.len() >= FEWEST
        && let Some(done) = at_once(text, edits, cancel)?
    {
        return Ok(done);
    }
    one_by_one(text, edits, rules, cancel)
}

/// The same, edit after edit, whatever they do to each other.
pub(super) fn one_by_one(
    text: &[u8],
    edits: &[Edit],
    rules: &Rules,
    cancel: &Cancel,
) -> Result<(Vec<u8>, Vec<Placed>)> {
    let mut text = text.to_vec();
    let mut counted = Counted { at: 0, line: 1 };
    let mut placed = Vec::with_capacity(edits.len());
    for edit in edits {
        let one = one(&mut text, edit, &mut counted, rules, cancel)?;
        let fits = one.verdict == Verdict::Fits;
        placed.push(one);
        if !fits {
            break;
        }
    }
    Ok((text, placed))
}

fn one(
    text: &mut Vec<u8>,
    edit: &Edit,
    counted: &mut Counted,
    rules: &Rules,
    cancel: &Cancel,
) -> Result<Placed> {
    for level in 0..LEVELS {
        let spans = spans(text, &edit.old, level, rules, cancel)?;
        if spans.is_empty() {
            continue;
        }
        let stage = level.saturating_sub(1);
        let lines = counted.line_numbers(text, &spans, cancel)?;
        if spans.len() > 1 && !edit.everywhere {
            return Ok(Placed { verdict: Verdict::Ambiguous, stage, lines });
        }
        put_in(text, &spans, edit, stage, rules, cancel)?;
        return Ok(Placed { verdict: Verdict::Fits, stage, lines });
    }
    *counted = Counted { at: 0, line: 1 };
    whole_lines(text, edit, rules, cancel)
}

/// Puts what is new in place of all spans, in one pass over the text.
fn put_in(
    text: &mut Vec<u8>,
    spans: &[(usize, usize)],
    edit: &Edit,
    stage: usize,
    rules: &Rules,
    cancel: &Cancel,
) -> Result<()> {
    let mut endings = Endings { text, feed: None, is_last: false };
    let mut new = |span| written(&mut endings, span, edit, stage, rules, cancel);
    if let [(start, end)] = *spans {
        let new = new((start, end))?;
        text.splice(start..end, new);
        return Ok(());
    }
    let (mut after, mut at) = (Vec::with_capacity(text.len()), 0);
    for &(start, end) in spans {
        cancel.check()?;
        after.extend_from_slice(&text[at..start]);
        after.append(&mut new((start, end))?);
        at = end;
    }
    after.extend_from_slice(&text[at..]);
    *text = after;
    Ok(())
}

/// The stages that compare whole lines.
fn whole_lines(text: &mut Vec<u8>, edit: &Edit, rules: &Rules, cancel: &Cancel) -> Result<Placed> {
    let absent = Placed { verdict: Verdict::Absent, stage: 0, lines: Vec::new() };
    if edit.old.trim_ascii().is_empty() {
        return Ok(absent);
    }
    let ended = |piece: &[u8]| if piece.is_empty() { Vec::new() } else { [piece, b"\n"].concat() };
    let without = |piece: &[u8]| piece.strip_suffix(b"\n").unwrap_or(piece).to_vec();
    let (old, new) = (ended(&without(&edit.old)), ended(&without(&edit.new)));
    let script = between(&lines_of(&old), &lines_of(&new), rules.cells, cancel)?;
    let lines = script.iter().map(|(sign, line)| [&[*sign], *line].concat()).collect();
    let chunk = Chunk { lines, ..Chunk::default() };
    let Some(fitted) = fit_all(text, &[chunk], false, false, rules, cancel)?.pop() else {
        return Ok(absent);
    };
    if let Some(hunk) = fitted.hunk
        && let Ok(after) = apply_hunks(text, &[hunk], None, cancel)
    {
        *text = after;
    }
    cancel.check()?;
    Ok(Placed { verdict: fitted.verdict, stage: fitted.stage, lines: fitted.candidates })
}

/// Where a piece stands, from left to right, none inside another.
fn spans(
    text: &[u8],
    piece: &[u8],
    level: usize,
    rules: &Rules,
    cancel: &Cancel,
) -> Result<Vec<(usize, usize)>> {
    let plain = Plain::of(text, level, rules, cancel)?;
    let wanted = Plain::of(piece, level, rules, cancel)?.text;
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let splits = |at: usize| level == 0 && at > 0 && text[at - 1..].starts_with(b"\r\n");
    let mut spans = Vec::new();
    for start in memmem::find_iter(&plain.text, &*wanted) {
        cancel.check()?;
        let end = start + wanted.len();
        match plain.span(start, end) {
            Some(span) if !splits(start) && !splits(end) => spans.push(span),
            _ => return Ok(Vec::new()),
        }
    }
    Ok(spans)
}

/// A text written plainer: with LF alone, without white space at the ends of lines, without typographic characters.
struct Plain<'a> {
    text: Cow<'a, [u8]>,
    steps: Vec<Step>,
}

/// Where the plain text and the text part; from there on they are in step again.
struct Step {
    plain: usize,
    /// Where what comes before it ends in the text.
    before: usize,
    /// Where what comes after it begins there.
    after: usize,
    /// What comes after it is one character, whatever became of it.
    is_whole: bool,
}

impl<'a> Plain<'a> {
    fn of(text: &'a [u8], level: usize, rules: &Rules, cancel: &Cancel) -> Result<Self> {
        cancel.check()?;
        let start = Step { plain: 0, before: 0, after: 0, is_whole: false };
        let mut plain = Self { text: Cow::Borrowed(text), steps: vec![start] };
        if level == 0 {
            return Ok(plain);
        }
        plain.text = Cow::Owned(Vec::with_capacity(text.len()));
        let mut at = 0;
        for line in lines_of(text) {
            cancel.check()?;
            let (body, ending) = (content(line), ending(line));
            let kept = if level == 1 || ending.is_empty() { body } else { trimmed_end(body) };
            if level < 3 || kept.is_ascii() {
                plain.text.to_mut().extend_from_slice(kept);
            } else {
                plain.add_letters(kept, at, rules, cancel)?;
            }
            let ending_at = at + body.len();
            if kept.len() < body.len() {
                plain.step(at + kept.len(), ending_at, false);
            }
            if ending.len() > 1 {
                plain.step(ending_at, ending_at, true);
            }
            at += line.len();
            if !ending.is_empty() {
                plain.text.to_mut().push(b'\n');
            }
            if ending.len() > 1 {
                plain.step(at, at, false);
            }
        }
        Ok(plain)
    }

    fn add_letters(&mut self, line: &[u8], mut at: usize, rules: &Rules, cancel: &Cancel) -> Result<()> {
        for letter in letters(line) {
            cancel.check()?;
            let end = at + letter.len();
            if let Some(meant) = rules.lookalikes.get(letter) {
                self.step(at, at, true);
                self.text.to_mut().extend_from_slice(meant);
                self.step(end, end, false);
            } else {
                self.text.to_mut().extend_from_slice(letter);
            }
            at = end;
        }
        Ok(())
    }

    fn step(&mut self, before: usize, after: usize, is_whole: bool) {
        self.steps.push(Step { plain: self.text.len(), before, after, is_whole });
    }

    /// The part of the text that a part of the plain text came from; None where that ends inside of what one character
    /// became.
    fn span(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let inside = |step: &Step, at: usize| (!step.is_whole).then(|| step.after + at - step.plain);
        let step = &self.steps[self.steps.partition_point(|step| step.plain <= start) - 1];
        let from = if step.plain == start { Some(step.after) } else { inside(step, start) };
        let next = self.steps.partition_point(|step| step.plain < end);
        let to = match self.steps.get(next) {
            Some(step) if step.plain == end => Some(step.before),
            _ => inside(&self.steps[next - 1], end),
        };
        Some((from?, to?))
    }
}

/// What is put in place of a span.
fn written(
    endings: &mut Endings<'_>,
    (start, end): (usize, usize),
    edit: &Edit,
    stage: usize,
    rules: &Rules,
    cancel: &Cancel,
) -> Result<Vec<u8>> {
    let new = lines_of(&edit.new);
    if stage == 0 {
        // Only a text that has lines has any endings.
        let Some(ending) = edit.new.contains(&b'\n').then(|| endings.of(start)).flatten() else {
            return Ok(edit.new.clone());
        };
        let mut written = Vec::with_capacity(edit.new.len() + new.len());
        for line in new {
            written.extend_from_slice(content(line));
            written.extend_from_slice(if line.ends_with(b"\n") { ending } else { b"" });
        }
        return Ok(written);
    }
    let ending = endings.of(start).unwrap_or(b"\n");
    let (block, old) = (lines_of(&endings.text[start..end]), lines_of(&edit.old));
    let script = between(&old, &new, rules.cells, cancel)?;
    let place = Place { block: &block, ending, ends: false, rules, cancel };
    let lines = place.rewritten(&script, &old_lines(&script), &one_for_one(old.len()), 0)?;
    Ok(lines.iter().filter(|line| line[0] != b'-').flat_map(|line| line[1..].iter().copied()).collect())
}

/// The line endings of a text, asked for from its start to its end: a line may be very long, and hold very many spans.
struct Endings<'a> {
    text: &'a [u8],
    /// The end of a line that was found: the first behind where it was asked, else the last of all.
    feed: Option<usize>,
    /// Whether no line ends behind it.
    is_last: bool,
}

impl Endings<'_> {
    /// The ending of the first line that ends behind a place, else of the one before it; none where there are no lines.
    fn of(&mut self, start: usize) -> Option<&'static [u8]> {
        if !self.is_last && self.feed.is_none_or(|feed| feed < start) {
            let next = memchr::memchr(b'\n', &self.text[start..]).map(|at| start + at);
            self.is_last = next.is_none();
            self.feed = next.or_else(|| memchr::memrchr(b'\n', &self.text[..start]));
        }
        let feed = self.feed?;
        Some(if self.text[..feed].ends_with(b"\r") { b"\r\n" } else { b"\n" })
    }
}

/// A place up to which lines were counted: edits often come in order, and what stands before one does not change.
struct Counted {
    at: usize,
    line: usize,
}

impl Counted {
    /// The lines on which spans begin; from 1.
    fn line_numbers(&mut self, text: &[u8], spans: &[(usize, usize)], cancel: &Cancel) -> Result<Vec<usize>> {
        let feeds = |from: usize, to: usize| memchr::memchr_iter(b'\n', &text[from..to]).count();
        let first = spans[0].0;
        self.line = if first < self.at {
            self.line - feeds(first, self.at)
        } else {
            self.line + feeds(self.at, first)
        };
        self.at = first;
        let (mut at, mut line) = (self.at, self.line);
        let mut numbers = Vec::with_capacity(spans.len());
        for &(start, _) in spans {
            cancel.check()?;
            line += feeds(at, start);
            at = start;
            numbers.push(line);
        }
        Ok(numbers)
    }
}
