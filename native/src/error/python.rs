//! What Python calls each error: the only place where it is decided.

use pyo3::exceptions::{PyInterruptedError, PyOSError, PyValueError};
use pyo3::{PyErr, create_exception};

use super::Error;

create_exception!(claw_core.native._native, PatchConflict, PyValueError, "A hunk does not fit the text.");

impl From<Error> for PyErr {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(message) => PyValueError::new_err(message),
            Error::Conflict(message) => PatchConflict::new_err(message),
            Error::Cancelled => PyInterruptedError::new_err(error.to_string()),
            // Called with an errno, OSError becomes the subclass people catch: FileNotFoundError, PermissionError.
            Error::Os { path, source } => match source.raw_os_error() {
                Some(errno) => {
                    PyOSError::new_err((errno, without_number(&source), path.to_string_lossy().into_owned()))
                }
                None => PyOSError::new_err(format!("{}: {source}", path.display())),
            },
        }
    }
}

/// The system's words alone: Rust ends them with the number, which Python puts first.
fn without_number(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
