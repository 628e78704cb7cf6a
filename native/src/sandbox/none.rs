//! Systems whose kernel this crate cannot ask for a sandbox: there is none, and it is not pretended.

use std::io;
use std::os::fd::BorrowedFd;
use std::path::Path;

use super::{Confinement, Prepared, Support};
use crate::error::{Error, Result};

impl Confinement {
    /// Refuses: nothing could hold it.
    pub fn prepare(&self, _cwd: &Path, _terminal: Option<BorrowedFd<'_>>) -> Result<Prepared> {
        Err(Error::Invalid("this system has no sandbox that claw knows".into()))
    }
}

/// Refuses.
pub fn enter(_ruleset: Option<BorrowedFd<'_>>, _steps: &[u8]) -> io::Result<()> {
    Err(io::Error::from_raw_os_error(libc::ENOSYS))
}

/// Nothing.
pub fn support() -> &'static Support {
    static NOTHING: std::sync::OnceLock<Support> = std::sync::OnceLock::new();
    NOTHING.get_or_init(|| Support {
        problems: vec![("system", "the sandbox is made of what Linux has; this is another system".into())],
        ..Support::default()
    })
}
