//! How Python sees patches. Text crosses as bytes with lone surrogates kept, since that is how Python holds the bytes of
//! a file that is not UTF-8.

use std::ops::Range;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use super::{Change, Hunk};

/// `(old_start, old_count, new_start, new_count, lines)`.
type HunkTuple<'py> = (usize, usize, usize, usize, Vec<Bound<'py, PyString>>);
/// `(old_path, new_path, hunks)`.
type FileTuple<'py> = (Option<Bound<'py, PyString>>, Option<Bound<'py, PyString>>, Vec<HunkTuple<'py>>);
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

/// The files and hunks of a unified diff.
#[pyfunction]
pub(crate) fn parse_unified<'py>(
    py: Python<'py>,
    diff: &Bound<'py, PyString>,
) -> PyResult<Vec<FileTuple<'py>>> {
    let diff = bytes(diff)?;
    let files = py.detach(|| super::parse_unified(&diff))?;
    let path = |path: Option<Vec<u8>>| path.map(|path| text(py, &path)).transpose();
    files
        .into_iter()
        .map(|file| Ok((path(file.old_path)?, path(file.new_path)?, to_tuples(py, &file.hunks)?)))
        .collect()
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
    hunks
        .iter()
        .map(|hunk| {
            let lines = hunk.lines.iter().map(|line| text(py, line)).collect::<PyResult<_>>()?;
            Ok((hunk.old_start, hunk.old_count, hunk.new_start, hunk.new_count, lines))
        })
        .collect()
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
