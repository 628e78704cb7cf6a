//! How Python sees a confinement: a thing to be made here and handed to `Process.spawn`.

use pyo3::prelude::*;

/// What a command may not do.
#[pyclass(frozen, module = "claw_core.native._native")]
#[derive(Debug)]
pub(crate) struct Confinement {
    pub(crate) inner: super::Confinement,
}
