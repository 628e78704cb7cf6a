//! How Python sees patches. Text crosses as bytes with lone surrogates kept, since that is how Python holds the bytes of
//! a file that is not UTF-8.

use std::ops::Range;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use super::{Action, Change, Chunk, Difference, Edit, Fitted, Hunk, Outline, Rules, Verdict};
use crate::cancel::Cancel;
use crate::cancel::python::CancelToken;

/// `(old_start, old_count, new_start, new_count, lines)`.
type HunkTuple<'py> = (usize, usize, usize, usize, Vec<Bound<'py, PyString>>);
/// `(start, anchors, lines, at_end)`.
type ChunkTuple<'py> = (Option<usize>, Vec<Bound<'py, PyString>>, Vec<Bound<'py, PyString>>, bool);
/// `(action, path, moved_to, chunks, ends)`.
type FileTuple<'py> =
    (&'static str, Option<Bound<'py, PyString>>, Option<Bound<'py, PyString>>, Vec<ChunkTuple<'py>>, bool);
/// `(verdict, stage, candidates, hunk)`.
type FittedTuple<'py> = (&'static str, usize, Vec<usize>, Option<HunkTuple<'py>>);
/// `(old, new, everywhere)`.
type EditTuple<'py> = (Bound<'py, PyString>, Bound<'py, PyString>, bool);
/// `(verdict, stage, lines)`.
type PlacedTuple = (&'static str, usize, Vec<usize>);
/// `(lookalikes, similar, growth, cells)`.
type RulesTuple = (Vec<(String, String)>, usize, usize, usize);
type Pairs = Vec<(usize, usize)>;

/// The hunks that turn one text into the other.
#[pyfunction]
#[pyo3(signature = (before, after, context, *, cancel = None))]
pub(crate) fn make_hunks<'py>(
    py: Python<'py>,
    before: &Bound<'py, PyString>,
    after: &Bound<'py, PyString>,
    context: usize,
    cancel: Option<&CancelToken>,
) -> PyResult<Vec<HunkTuple<'py>>> {
    let (before, after) = (bytes(before)?, bytes(after)?);
    let mut pace = Pace::new(py, cancel);
    let texts = py.detach(|| Difference::between(&before, &after, &pace.cancel))?;
    texts.hunks(context).map(|outline| pace.outline_tuple(&outline)).collect()
}

/// The text with the accepted hunks applied.
#[pyfunction]
#[pyo3(signature = (before, hunks, accepted, *, cancel = None))]
#[expect(clippy::needless_pass_by_value, reason = "made from a Python list for this call")]
pub(crate) fn apply_hunks<'py>(
    py: Python<'py>,
    before: &Bound<'py, PyString>,
    hunks: &Bound<'py, PyAny>,
    accepted: Option<Vec<usize>>,
    cancel: Option<&CancelToken>,
) -> PyResult<Bound<'py, PyString>> {
    let before = bytes(before)?;
    let mut pace = Pace::new(py, cancel);
    let hunks = pace.each(hunks, Pace::hunk_of)?;
    let after = py.detach(|| super::apply_hunks(&before, &hunks, accepted.as_deref(), &pace.cancel));
    pace.cancel.discard(hunks);
    text(py, &after?)
}

/// The hunks as a patch that `git apply` takes.
#[pyfunction]
#[pyo3(signature = (path, hunks, change, *, cancel = None))]
pub(crate) fn format_unified<'py>(
    py: Python<'py>,
    path: &Bound<'py, PyString>,
    hunks: &Bound<'py, PyAny>,
    change: &str,
    cancel: Option<&CancelToken>,
) -> PyResult<Bound<'py, PyString>> {
    let change = match change {
        "add" => Change::Add,
        "edit" => Change::Edit,
        "delete" => Change::Delete,
        other => return Err(PyValueError::new_err(format!("change is add, edit or delete, not {other:?}"))),
    };
    let path = bytes(path)?;
    let mut pace = Pace::new(py, cancel);
    let hunks = pace.each(hunks, Pace::hunk_of)?;
    let written = py.detach(|| super::format_unified(&path, &hunks, change, &pace.cancel));
    pace.cancel.discard(hunks);
    text(py, &written?)
}

/// The files and chunks of a patch, in whichever form it is written.
#[pyfunction]
#[pyo3(signature = (patch, *, cancel = None))]
pub(crate) fn parse_patch<'py>(
    py: Python<'py>,
    patch: &Bound<'py, PyString>,
    cancel: Option<&CancelToken>,
) -> PyResult<Vec<FileTuple<'py>>> {
    let patch = bytes(patch)?;
    let mut pace = Pace::new(py, cancel);
    let files = py.detach(|| super::parse_patch(&patch, &pace.cancel))?;
    let named = |name: Option<Vec<u8>>| name.map(|name| text(py, &name)).transpose();
    files
        .into_iter()
        .map(|file| {
            let action = match file.action {
                Action::Add => "add",
                Action::Update => "update",
                Action::Delete => "delete",
            };
            let chunks = file.chunks.iter().map(|chunk| pace.chunk_tuple(chunk)).collect::<PyResult<_>>()?;
            Ok((action, named(file.path)?, named(file.moved_to)?, chunks, file.ends))
        })
        .collect()
}

/// Each chunk as a hunk of exactly this text, where it has one place in it.
#[pyfunction]
#[pyo3(signature = (text, chunks, ends, rules, *, cancel = None))]
pub(crate) fn fit_chunks<'py>(
    py: Python<'py>,
    text: &Bound<'py, PyString>,
    chunks: &Bound<'py, PyAny>,
    ends: bool,
    rules: RulesTuple,
    cancel: Option<&CancelToken>,
) -> PyResult<Vec<FittedTuple<'py>>> {
    let text = bytes(text)?;
    let mut pace = Pace::new(py, cancel);
    let chunks = pace.each(chunks, Pace::chunk_of)?;
    let rules = rules_of(rules);
    let fits = py.detach(|| super::fit_chunks(&text, &chunks, ends, &rules, &pace.cancel));
    pace.cancel.discard(chunks);
    let mut tuple = |fitted: Fitted| {
        let hunk = fitted.hunk.map(|hunk| pace.hunk_tuple(&hunk)).transpose()?;
        Ok((named(fitted.verdict), fitted.stage, fitted.candidates, hunk))
    };
    fits?.into_iter().map(&mut tuple).collect()
}

/// The text with pieces of it replaced, one after the other.
#[pyfunction]
#[pyo3(signature = (text, edits, rules, *, cancel = None))]
#[expect(clippy::needless_pass_by_value, reason = "made from a Python list for this call")]
pub(crate) fn replace<'py>(
    py: Python<'py>,
    text: &Bound<'py, PyString>,
    edits: Vec<EditTuple<'py>>,
    rules: RulesTuple,
    cancel: Option<&CancelToken>,
) -> PyResult<(Bound<'py, PyString>, Vec<PlacedTuple>)> {
    let before = bytes(text)?;
    let edits = edits
        .iter()
        .map(|(old, new, everywhere)| {
            Ok(Edit { old: bytes(old)?, new: bytes(new)?, everywhere: *everywhere })
        })
        .collect::<PyResult<Vec<_>>>()?;
    let (rules, cancel) = (rules_of(rules), flag(cancel));
    let (after, placed) = py.detach(|| super::replace(&before, &edits, &rules, &cancel))?;
    let placed = placed.into_iter().map(|one| (named(one.verdict), one.stage, one.lines)).collect();
    Ok((self::text(py, &after)?, placed))
}

/// The character ranges that differ between two lines.
#[pyfunction]
#[pyo3(signature = (old_line, new_line, cells, *, cancel = None))]
pub(crate) fn changed_words(
    py: Python<'_>,
    old_line: &Bound<'_, PyString>,
    new_line: &Bound<'_, PyString>,
    cells: usize,
    cancel: Option<&CancelToken>,
) -> PyResult<(Pairs, Pairs)> {
    let (old, new, cancel) = (bytes(old_line)?, bytes(new_line)?, flag(cancel));
    let (old, new) = py.detach(|| super::changed_words(&old, &new, cells, &cancel))?;
    let pairs =
        |ranges: Vec<Range<usize>>| ranges.into_iter().map(|range| (range.start, range.end)).collect();
    Ok((pairs(old), pairs(new)))
}

fn bytes(text: &Bound<'_, PyString>) -> PyResult<Vec<u8>> {
    match text.to_str() {
        Ok(text) => Ok(text.as_bytes().to_vec()),
        Err(_) => text.call_method1("encode", ("utf-8", "surrogatepass"))?.extract(),
    }
}

fn text<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyString>> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(PyString::new(py, text));
    }
    Ok(PyBytes::new(py, bytes).call_method1("decode", ("utf-8", "surrogatepass"))?.cast_into()?)
}

/// The flag of a token, or one that nobody raises.
fn flag(cancel: Option<&CancelToken>) -> Cancel {
    cancel.map(|token| token.inner.clone()).unwrap_or_default()
}

/// Lines between two moments in which other threads may have the interpreter.
const LINES_AT_ONCE: usize = 1000;

/// Crossing to Python and back takes the interpreter, and a text may have very many lines: others get their turn in
/// between, and it can be cancelled, too.
struct Pace<'py> {
    py: Python<'py>,
    cancel: Cancel,
    lines: usize,
}

impl<'py> Pace<'py> {
    fn new(py: Python<'py>, cancel: Option<&CancelToken>) -> Self {
        Self { py, cancel: flag(cancel), lines: 0 }
    }

    fn step(&mut self) -> PyResult<()> {
        self.lines += 1;
        if self.lines.is_multiple_of(LINES_AT_ONCE) {
            self.py.detach(|| {});
        }
        Ok(self.cancel.check()?)
    }

    /// What each tuple of a list becomes.
    fn each<T, U>(
        &mut self,
        tuples: &Bound<'py, PyAny>,
        becomes: impl Fn(&mut Self, T) -> PyResult<U>,
    ) -> PyResult<Vec<U>>
    where
        T: for<'a> FromPyObject<'a, 'py, Error = PyErr>,
    {
        let mut all = Vec::with_capacity(tuples.len()?);
        for tuple in tuples.try_iter()? {
            all.push(becomes(self, tuple?.extract()?)?);
        }
        Ok(all)
    }

    fn outline_tuple(&mut self, outline: &Outline<'_>) -> PyResult<HunkTuple<'py>> {
        let (old_start, old_count, new_start, new_count) = outline.numbers();
        let mut signed = Vec::new();
        let mut lines = Vec::new();
        for (sign, line) in outline.lines() {
            self.step()?;
            signed.clear();
            signed.push(sign);
            signed.extend_from_slice(line);
            lines.push(text(self.py, &signed)?);
        }
        Ok((old_start, old_count, new_start, new_count, lines))
    }

    fn hunk_tuple(&mut self, hunk: &Hunk) -> PyResult<HunkTuple<'py>> {
        let lines = self.texts(&hunk.lines)?;
        Ok((hunk.old_start, hunk.old_count, hunk.new_start, hunk.new_count, lines))
    }

    fn hunk_of(&mut self, hunk: HunkTuple<'py>) -> PyResult<Hunk> {
        let (old_start, old_count, new_start, new_count, lines) = hunk;
        let lines = self.bytes_of(&lines)?;
        Ok(Hunk { old_start, old_count, new_start, new_count, lines })
    }

    fn chunk_tuple(&mut self, chunk: &Chunk) -> PyResult<ChunkTuple<'py>> {
        Ok((chunk.start, self.texts(&chunk.anchors)?, self.texts(&chunk.lines)?, chunk.at_end))
    }

    fn chunk_of(&mut self, chunk: ChunkTuple<'py>) -> PyResult<Chunk> {
        let (start, anchors, lines, at_end) = chunk;
        let (anchors, lines) = (self.bytes_of(&anchors)?, self.bytes_of(&lines)?);
        if let Some(line) = lines.iter().find(|line| !matches!(line.first(), Some(b' ' | b'+' | b'-'))) {
            let line = super::shown(line);
            return Err(PyValueError::new_err(format!("a line begins with neither space, - nor +: {line}")));
        }
        Ok(Chunk { start, anchors, lines, at_end })
    }

    fn texts(&mut self, lines: &[Vec<u8>]) -> PyResult<Vec<Bound<'py, PyString>>> {
        lines.iter().map(|line| self.step().and_then(|()| text(self.py, line))).collect()
    }

    fn bytes_of(&mut self, lines: &[Bound<'py, PyString>]) -> PyResult<Vec<Vec<u8>>> {
        lines.iter().map(|line| self.step().and_then(|()| bytes(line))).collect()
    }
}

fn rules_of((lookalikes, similar, growth, cells): RulesTuple) -> Rules {
    let lookalikes =
        lookalikes.into_iter().map(|(one, plain)| (one.into_bytes(), plain.into_bytes())).collect();
    Rules { lookalikes, similar, growth, cells }
}

fn named(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fits => "fits",
        Verdict::Absent => "absent",
        Verdict::Ambiguous => "ambiguous",
        Verdict::Overlaps => "overlaps",
    }
}
