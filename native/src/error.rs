//! Every way in which this crate fails, and (in `error/python.rs`) what Python calls each.

use std::path::{Path, PathBuf};
use std::{fmt, io};

#[cfg(feature = "python")]
pub(crate) mod python;

/// What went wrong, told so that a person can act on it.
#[derive(Debug)]
pub enum Error {
    /// The operating system refused: a file that is not there, a folder that cannot be read.
    Os {
        /// What it was about.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An argument that cannot be used: a bad pattern, a diff that is none.
    Invalid(String),
    /// A hunk that does not fit the text.
    Conflict(String),
    /// It was asked to stop.
    Cancelled,
}

impl Error {
    /// The system's refusal, with the path it was about.
    pub fn os(path: impl AsRef<Path>, source: impl Into<io::Error>) -> Self {
        Self::Os { path: path.as_ref().to_owned(), source: source.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Os { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Invalid(message) | Self::Conflict(message) => f.write_str(message),
            Self::Cancelled => f.write_str("it was cancelled"),
        }
    }
}

impl std::error::Error for Error {}

/// What every function of this crate that may fail returns.
pub type Result<T> = std::result::Result<T, Error>;
