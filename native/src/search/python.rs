//! How Python sees search: plain tuples, which the door makes into its own types.

use std::path::PathBuf;
use std::time::Duration;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use super::{Case, FileLines, Query, Scope, Sort, Want};
use crate::cancel::python::CancelToken;

/// `(lines, counts, searched, problems)`, where `lines` are `(path, line_number, text, is_match)`.
type Page<'py> = (Bound<'py, PyList>, Bound<'py, PyDict>, u64, Vec<String>);
/// `(paths, total, problems, cancelled)`.
type FilesTuple = (Vec<String>, usize, Vec<String>, bool);

/// A search for lines that is under way.
#[pyclass(frozen, module = "claw_core.native._native")]
pub(crate) struct Search(super::Search);

#[pymethods]
impl Search {
    #[new]
    #[pyo3(signature = (pattern, root, *, globs, types, literal, case, multiline, want, before, after, hidden, respect_ignore, follow, limit, max_columns, max_bytes))]
    #[expect(clippy::too_many_arguments, reason = "the door's keywords, one for one")]
    #[expect(clippy::fn_params_excessive_bools, reason = "the door's keywords, one for one")]
    fn new(
        pattern: String,
        root: PathBuf,
        globs: Vec<String>,
        types: Vec<String>,
        literal: bool,
        case: &str,
        multiline: bool,
        want: &str,
        before: usize,
        after: usize,
        hidden: bool,
        respect_ignore: bool,
        follow: bool,
        limit: Option<u64>,
        max_columns: usize,
        max_bytes: u64,
    ) -> PyResult<Self> {
        let case = match case {
            "smart" => Case::Smart,
            "sensitive" => Case::Sensitive,
            "insensitive" => Case::Insensitive,
            other => return Err(bad_word("case", "smart, sensitive or insensitive", other)),
        };
        let want = match want {
            "lines" => Want::Lines,
            "counts" => Want::Counts,
            "files" => Want::Files,
            other => return Err(bad_word("want", "lines, counts or files", other)),
        };
        let query =
            Query { pattern, literal, case, multiline, want, before, after, limit, max_columns, max_bytes };
        let scope = Scope { root, globs, types, hidden, respect_ignore, follow };
        Ok(Self(super::Search::start(query, &scope)?))
    }

    fn take<'py>(
        &self,
        py: Python<'py>,
        enough: usize,
        patience: Option<f64>,
    ) -> PyResult<Option<Page<'py>>> {
        let patience = patience.and_then(|seconds| Duration::try_from_secs_f64(seconds.max(0.0)).ok());
        let Some(found) = py.detach(|| self.0.take(enough, patience)) else { return Ok(None) };
        let paths: Vec<_> = found.files.iter().map(|file| PyString::new(py, &file.path)).collect();
        let counts = counts(py, &found.counts, &found.files, &paths)?;
        Ok(Some((lines(py, &found.files, &paths)?, counts, found.searched, found.problems)))
    }

    fn stop(&self) {
        self.0.stop();
    }
}

fn lines<'py>(
    py: Python<'py>,
    files: &[FileLines],
    paths: &[Bound<'py, PyString>],
) -> PyResult<Bound<'py, PyList>> {
    let mut all = Vec::with_capacity(files.iter().map(|file| file.lines.len()).sum());
    for (file, path) in files.iter().zip(paths) {
        for line in &file.lines {
            let number = line.number.into_pyobject(py)?.into_any();
            let text = PyString::new(py, &line.text).into_any();
            let is_match = line.is_match.into_pyobject(py)?.to_owned().into_any();
            all.push(PyTuple::new(py, [path.clone().into_any(), number, text, is_match])?);
        }
    }
    PyList::new(py, all)
}

/// The counts by path. A path that has lines, too, is the same object there.
fn counts<'py>(
    py: Python<'py>,
    counts: &[(String, u64)],
    files: &[FileLines],
    paths: &[Bound<'py, PyString>],
) -> PyResult<Bound<'py, PyDict>> {
    let (all, mut next) = (PyDict::new(py), 0);
    for (path, count) in counts {
        // Both are in the same order, and nearly always of the same files.
        match files.get(next).filter(|file| file.path == *path) {
            Some(_) => {
                all.set_item(&paths[next], count)?;
                next += 1;
            }
            None => all.set_item(path, count)?,
        }
    }
    Ok(all)
}

/// Every file below `root` that matches.
#[pyfunction]
#[pyo3(signature = (globs, root, *, hidden, respect_ignore, follow, limit, sort, cancel))]
pub(crate) fn find(
    py: Python<'_>,
    globs: Vec<String>,
    root: PathBuf,
    hidden: bool,
    respect_ignore: bool,
    follow: bool,
    limit: Option<usize>,
    sort: &str,
    cancel: &CancelToken,
) -> PyResult<FilesTuple> {
    let sort = match sort {
        "path" => Sort::Path,
        "modified" => Sort::Modified,
        other => return Err(bad_word("sort", "path or modified", other)),
    };
    let scope = Scope { root, globs, types: Vec::new(), hidden, respect_ignore, follow };
    let found = py.detach(|| super::find(&scope, limit, sort, &cancel.inner))?;
    Ok((found.paths, found.total, found.problems, found.cancelled))
}

fn bad_word(name: &str, words: &str, given: &str) -> PyErr {
    PyValueError::new_err(format!("{name} is {words}, not {given:?}"))
}
