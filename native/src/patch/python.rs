//! How Python sees patches. Text crosses as bytes with lone surrogates kept, since that is how Python holds the bytes of
//! a file that is not UTF-8.

use std::ops::Range;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use super::{Action, Change, Chunk, Edit, Fitted, Hunk, Rules, Verdict};
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
pub(crate) fn make_hunks<'py>(
    py: Python<'py>,
    before: &Bound<'py, PyString>,
    after: &Bound<'py, PyString>,
    context: usize,
) -> PyResult<Vec<HunkTuple<'py>>> {
    let (before, after) = (bytes(before)?, bytes(after)?);
    let hunks = py.detach(|| super::make_hunks(&before, &after, context));
    to_tuples(py, &hunks)
}

/// The text with the accepted hunks applied.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "made from a Python list for this call")]
pub(crate) fn apply_hunks<'py>(
    py: Python<'py>,
    before: &Bound<'py, PyString>,
    hunks: Vec<HunkTuple<'py>>,
    accepted: Option<Vec<usize>>,
) -> PyResult<Bound<'py, PyString>> {
    let before = bytes(before)?;
    let hunks = from_tuples(hunks)?;
    let after = py.detach(|| super::apply_hunks(&before, &hunks, accepted.as_deref()))?;
    text(py, &after)
}

/// The hunks as a patch that `git apply` takes.
#[pyfunction]
pub(crate) fn format_unified<'py>(
    py: Python<'py>,
    path: &Bound<'py, PyString>,
    hunks: Vec<HunkTuple<'py>>,
    change: &str,
) -> PyResult<Bound<'py, PyString>> {
    let change = match change {
        "add" => Change::Add,
        "edit" => Change::Edit,
        "delete" => Change::Delete,
        other => return Err(PyValueError::new_err(format!("change is add, edit or delete, not {other:?}"))),
    };
    text(py, &super::format_unified(&bytes(path)?, &from_tuples(hunks)?, change))
}

/// The files and chunks of a patch, in whichever form it is written.
#[pyfunction]
pub(crate) fn parse_patch<'py>(
    py: Python<'py>,
    patch: &Bound<'py, PyString>,
) -> PyResult<Vec<FileTuple<'py>>> {
    let patch = bytes(patch)?;
    let files = py.detach(|| super::parse_patch(&patch))?;
    let named = |name: Option<Vec<u8>>| name.map(|name| text(py, &name)).transpose();
    files
        .into_iter()
        .map(|file| {
            let action = match file.action {
                Action::Add => "add",
                Action::Update => "update",
                Action::Delete => "delete",
            };
            let chunks = file.chunks.iter().map(|chunk| chunk_tuple(py, chunk)).collect::<PyResult<_>>()?;
            Ok((action, named(file.path)?, named(file.moved_to)?, chunks, file.ends))
        })
        .collect()
}

/// Each chunk as a hunk of exactly this text, where it has one place in it.
#[pyfunction]
#[pyo3(signature = (text, chunks, ends, rules, *, cancel))]
pub(crate) fn fit_chunks<'py>(
    py: Python<'py>,
    text: &Bound<'py, PyString>,
    chunks: Vec<ChunkTuple<'py>>,
    ends: bool,
    rules: RulesTuple,
    cancel: &CancelToken,
) -> PyResult<Option<Vec<FittedTuple<'py>>>> {
    let text = bytes(text)?;
    let chunks = chunks.into_iter().map(chunk_of).collect::<PyResult<Vec<_>>>()?;
    let (rules, cancel) = (rules_of(rules), cancel.inner.clone());
    let fits = py.detach(|| super::fit_chunks(&text, &chunks, ends, &rules, &cancel));
    let Some(fits) = fits else { return Ok(None) };
    let tuple = |fitted: Fitted| {
        let hunk = fitted.hunk.map(|hunk| hunk_tuple(py, &hunk)).transpose()?;
        Ok((named(fitted.verdict), fitted.stage, fitted.candidates, hunk))
    };
    fits.into_iter().map(tuple).collect::<PyResult<_>>().map(Some)
}

/// The text with pieces of it replaced, one after the other.
#[pyfunction]
#[pyo3(signature = (text, edits, rules, *, cancel))]
#[expect(clippy::needless_pass_by_value, reason = "made from a Python list for this call")]
pub(crate) fn replace<'py>(
    py: Python<'py>,
    text: &Bound<'py, PyString>,
    edits: Vec<EditTuple<'py>>,
    rules: RulesTuple,
    cancel: &CancelToken,
) -> PyResult<Option<(Bound<'py, PyString>, Vec<PlacedTuple>)>> {
    let before = bytes(text)?;
    let edits = edits
        .iter()
        .map(|(old, new, everywhere)| {
            Ok(Edit { old: bytes(old)?, new: bytes(new)?, everywhere: *everywhere })
        })
        .collect::<PyResult<Vec<_>>>()?;
    let (rules, cancel) = (rules_of(rules), cancel.inner.clone());
    let Some((after, placed)) = py.detach(|| super::replace(&before, &edits, &rules, &cancel)) else {
        return Ok(None);
    };
    let placed = placed.into_iter().map(|one| (named(one.verdict), one.stage, one.lines)).collect();
    Ok(Some((self::text(py, &after)?, placed)))
}

/// The character ranges that differ between two lines.
#[pyfunction]
pub(crate) fn changed_words(
    old_line: &Bound<'_, PyString>,
    new_line: &Bound<'_, PyString>,
    cells: usize,
) -> PyResult<(Pairs, Pairs)> {
    let (old, new) = super::changed_words(&bytes(old_line)?, &bytes(new_line)?, cells);
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

fn to_tuples<'py>(py: Python<'py>, hunks: &[Hunk]) -> PyResult<Vec<HunkTuple<'py>>> {
    hunks.iter().map(|hunk| hunk_tuple(py, hunk)).collect()
}

fn hunk_tuple<'py>(py: Python<'py>, hunk: &Hunk) -> PyResult<HunkTuple<'py>> {
    let lines = texts(py, &hunk.lines)?;
    Ok((hunk.old_start, hunk.old_count, hunk.new_start, hunk.new_count, lines))
}

fn from_tuples(hunks: Vec<HunkTuple<'_>>) -> PyResult<Vec<Hunk>> {
    hunks
        .into_iter()
        .map(|(old_start, old_count, new_start, new_count, lines)| {
            let lines = lines.iter().map(bytes).collect::<PyResult<_>>()?;
            Ok(Hunk { old_start, old_count, new_start, new_count, lines })
        })
        .collect()
}

fn chunk_tuple<'py>(py: Python<'py>, chunk: &Chunk) -> PyResult<ChunkTuple<'py>> {
    Ok((chunk.start, texts(py, &chunk.anchors)?, texts(py, &chunk.lines)?, chunk.at_end))
}

fn chunk_of((start, anchors, lines, at_end): ChunkTuple<'_>) -> PyResult<Chunk> {
    let anchors = anchors.iter().map(bytes).collect::<PyResult<_>>()?;
    let lines = lines.iter().map(bytes).collect::<PyResult<Vec<_>>>()?;
    if let Some(line) = lines.iter().find(|line| !matches!(line.first(), Some(b' ' | b'+' | b'-'))) {
        let line = super::shown(line);
        return Err(PyValueError::new_err(format!("a line begins with neither space, - nor +: {line}")));
    }
    Ok(Chunk { start, anchors, lines, at_end })
}

fn texts<'py>(py: Python<'py>, lines: &[Vec<u8>]) -> PyResult<Vec<Bound<'py, PyString>>> {
    lines.iter().map(|line| text(py, line)).collect()
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
