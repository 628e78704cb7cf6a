//! How Python sees search: plain tuples, which the door makes into its own types.

use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::{Case, Query, Scope, Sort};
use crate::cancel::python::CancelToken;

/// `(path, line_number, text, is_match)`.
type LineTuple = (String, u64, String, bool);
/// `(lines, counts, searched, truncated, problems, cancelled)`.
type SearchTuple = (Vec<LineTuple>, Vec<(String, u64)>, u64, bool, Vec<String>, bool);
/// `(paths, total, problems, cancelled)`.
type FilesTuple = (Vec<String>, usize, Vec<String>, bool);

/// Every line below `root` that matches.
#[pyfunction]
#[pyo3(signature = (pattern, root, *, globs, types, literal, case, multiline, before, after, hidden, respect_ignore, limit, max_columns, max_bytes, cancel))]
#[expect(clippy::too_many_arguments, reason = "the door's keywords, one for one")]
#[expect(clippy::fn_params_excessive_bools, reason = "the door's keywords, one for one")]
pub(crate) fn search(
    py: Python<'_>,
    pattern: String,
    root: PathBuf,
    globs: Vec<String>,
    types: Vec<String>,
    literal: bool,
    case: &str,
    multiline: bool,
    before: usize,
    after: usize,
    hidden: bool,
    respect_ignore: bool,
    limit: Option<usize>,
    max_columns: usize,
    max_bytes: u64,
    cancel: &CancelToken,
) -> PyResult<SearchTuple> {
    let case = match case {
        "smart" => Case::Smart,
        "sensitive" => Case::Sensitive,
        "insensitive" => Case::Insensitive,
        other => {
            return Err(PyValueError::new_err(format!(
                "case is smart, sensitive or insensitive, not {other:?}"
            )));
        }
    };
    let query = Query { pattern, literal, case, multiline, before, after, limit, max_columns, max_bytes };
    let scope = Scope { root, globs, types, hidden, respect_ignore };
    let found = py.detach(|| super::search(&query, &scope, &cancel.inner))?;
    let lines = found.lines.into_iter().flat_map(|(path, lines)| {
        lines.into_iter().map(move |line| (path.clone(), line.number, line.text, line.is_match))
    });
    Ok((lines.collect(), found.counts, found.searched, found.truncated, found.problems, found.cancelled))
}

/// Every file below `root` that matches.
#[pyfunction]
#[pyo3(signature = (globs, root, *, hidden, respect_ignore, limit, sort, cancel))]
pub(crate) fn find(
    py: Python<'_>,
    globs: Vec<String>,
    root: PathBuf,
    hidden: bool,
    respect_ignore: bool,
    limit: Option<usize>,
    sort: &str,
    cancel: &CancelToken,
) -> PyResult<FilesTuple> {
    let sort = match sort {
        "path" => Sort::Path,
        "modified" => Sort::Modified,
        other => return Err(PyValueError::new_err(format!("sort is path or modified, not {other:?}"))),
    };
    let scope = Scope { root, globs, types: Vec::new(), hidden, respect_ignore };
    let found = py.detach(|| super::find(&scope, limit, sort, &cancel.inner))?;
    Ok((found.paths, found.total, found.problems, found.cancelled))
}
