//! How Python sees the file finder.

use std::path::PathBuf;

use pyo3::prelude::*;

use crate::cancel::python::CancelToken;
use crate::search::Scope;

/// `(best, total, cancelled)`, where `best` are `(path, score, positions)`.
type RankingTuple = (Vec<(String, u32, Vec<u32>)>, usize, bool);

/// The files of a folder, by their paths.
#[pyclass(frozen, module = "claw_core.native._native")]
pub(crate) struct Index(super::Index);

#[pymethods]
impl Index {
    #[new]
    fn new(paths: Vec<String>) -> Self {
        Self(super::Index::new(paths))
    }

    #[staticmethod]
    #[pyo3(signature = (root, *, hidden, cancel))]
    fn below(py: Python<'_>, root: PathBuf, hidden: bool, cancel: &CancelToken) -> PyResult<Self> {
        let (globs, types) = (Vec::new(), Vec::new());
        let scope = Scope { root, globs, types, hidden, respect_ignore: true, follow: false };
        Ok(Self(py.detach(|| super::Index::below(&scope, &cancel.inner))?))
    }

    fn folders(&self, py: Python<'_>) -> Self {
        Self(py.detach(|| self.0.folders()))
    }

    #[getter]
    fn problems(&self) -> Vec<String> {
        self.0.problems().to_vec()
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    #[pyo3(signature = (query, *, limit, name_bonus, cancel))]
    fn rank(
        &self,
        py: Python<'_>,
        query: &str,
        limit: usize,
        name_bonus: u32,
        cancel: &CancelToken,
    ) -> RankingTuple {
        let ranking = py.detach(|| self.0.rank(query, limit, name_bonus, &cancel.inner));
        let best = ranking.best.into_iter().map(|ranked| (ranked.path, ranked.score, ranked.positions));
        (best.collect(), ranking.total, ranking.cancelled)
    }
}
