//! A descriptor that is readable from when it is rung until it is hushed.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

#[derive(Debug)]
pub(super) struct Bell {
    reading: OwnedFd,
    /// None where one descriptor is both ends.
    writing: Option<OwnedFd>,
}

impl Bell {
    #[cfg(target_os = "linux")]
    pub(super) fn new() -> io::Result<Self> {
        use rustix::event::EventfdFlags;
        let both = rustix::event::eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self { reading: both, writing: None })
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn new() -> io::Result<Self> {
        let (reading, writing) = io::pipe()?;
        rustix::io::ioctl_fionbio(&reading, true)?;
        rustix::io::ioctl_fionbio(&writing, true)?;
        Ok(Self { reading: reading.into(), writing: Some(writing.into()) })
    }

    pub(super) fn ring(&self) {
        // Full, it rings already.
        let _ = rustix::io::write(self.writing.as_ref().unwrap_or(&self.reading), &1_u64.to_ne_bytes());
    }

    pub(super) fn hush(&self) {
        let mut rung = [0; 4096];
        let _ = rustix::io::read(&self.reading, &mut rung);
    }
}

impl AsFd for Bell {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.reading.as_fd()
    }
}
