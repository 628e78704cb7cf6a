//! How Python sees search: plain tuples, which the door makes into its own types.

use std::path::PathBuf;
use std::time::Duration;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use super::{Case, FileLines, Query, Scope, Sort, Want};
use crate::cancel::python::CancelToken;

/// `(lines, counts, searched, problems)`.
type Page<'py> = (Lines, Bound<'py, PyDict>, u64, Vec<String>);
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
        let counts = PyDict::new(py);
        for (path, count) in &found.counts {
            counts.set_item(path, count)?;
        }
        Ok(Some((Lines::new(found.files), counts, found.searched, found.problems)))
    }

    fn stop(&self) {
        self.0.stop();
    }
}

/// Lines of a page. Each becomes a tuple when it is asked for: there may be very many, and seldom are all looked at.
#[pyclass(frozen, module = "claw_core.native._native")]
pub(crate) struct Lines {
    files: Vec<FileLines>,
    /// How many lines there are up to the end of each file.
    ends: Vec<usize>,
}

impl Lines {
    fn new(files: Vec<FileLines>) -> Self {
        let mut end = 0;
        let mut next_end = |file: &FileLines| {
            end += file.lines.len();
            end
        };
        Self { ends: files.iter().map(&mut next_end).collect(), files }
    }
}

#[pymethods]
impl Lines {
    fn __len__(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Those from one index up to another, as far as they are there: `(path, line_number, text, is_match)`.
    fn between<'py>(&self, py: Python<'py>, first: usize, last: usize) -> PyResult<Bound<'py, PyList>> {
        let last = last.min(self.__len__());
        let mut all = Vec::with_capacity(last.saturating_sub(first));
        let mut file = self.ends.partition_point(|&end| end <= first);
        while first + all.len() < last {
            let FileLines { path, lines } = &self.files[file];
            let begin = self.ends[file] - lines.len();
            let path = PyString::new(py, path);
            for line in &lines[first.max(begin) - begin..last.min(self.ends[file]) - begin] {
                let number = line.number.into_pyobject(py)?.into_any();
                let text = PyString::new(py, &line.text).into_any();
                let is_match = line.is_match.into_pyobject(py)?.to_owned().into_any();
                all.push(PyTuple::new(py, [path.clone().into_any(), number, text, is_match])?);
            }
            file += 1;
        }
        PyList::new(py, all)
    }
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
