//! How Python sees the cancel token.

use pyo3::prelude::*;

use super::Cancel;

/// Stops a running function of this extension, from any thread.
#[pyclass(frozen, module = "claw_core.native._native")]
#[derive(Debug, Default)]
pub(crate) struct CancelToken {
    pub(crate) inner: Cancel,
}

#[pymethods]
impl CancelToken {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Asks the function that holds this token to stop; it does within about 20 ms.
    fn cancel(&self) {
        self.inner.cancel();
    }

    /// Whether `cancel` was called.
    #[getter]
    fn cancelled(&self) -> bool {
        self.inner.is_cancelled()
    }
}
