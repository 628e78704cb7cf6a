//! How Python sees a confinement: a thing to be made here and handed to `Process.spawn`.

use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::Network;

/// What a command may not do.
#[pyclass(frozen, module = "claw_core.native._native")]
#[derive(Debug)]
pub(crate) struct Confinement {
    pub(crate) inner: super::Confinement,
}

#[pymethods]
impl Confinement {
    #[new]
    #[pyo3(signature = (*, writable, sealed, network, unix_sockets, namespaces))]
    fn new(
        writable: Vec<PathBuf>,
        sealed: Vec<PathBuf>,
        network: &str,
        unix_sockets: bool,
        namespaces: bool,
    ) -> PyResult<Self> {
        let network = match network {
            "off" => Network::Off,
            "loopback" => Network::Loopback,
            other => return Err(PyValueError::new_err(format!("network is off or loopback, not {other:?}"))),
        };
        if let Some(path) = writable.iter().chain(&sealed).find(|path| !path.is_absolute()) {
            return Err(PyValueError::new_err(format!("{} is not absolute", path.display())));
        }
        Ok(Self { inner: super::Confinement { writable, sealed, network, unix_sockets, namespaces } })
    }
}

/// `(landlock, seccomp, mounts, loopback, problems)`.
type SupportTuple = (i32, bool, bool, bool, Vec<(&'static str, String)>);

/// What the kernel lets this process confine.
#[pyfunction]
pub(crate) fn sandbox_support(py: Python<'_>) -> SupportTuple {
    let found = py.detach(super::support);
    (found.landlock, found.seccomp, found.mounts, found.loopback, found.problems.clone())
}
