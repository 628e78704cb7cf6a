//! Sandbox: what a command may not do, enforced by the kernel from before its first instruction.

#[cfg(feature = "python")]
pub(crate) mod python;

use std::os::fd::OwnedFd;

/// A confinement, ready to be entered between fork and exec. Plain data, made beforehand: entering it allocates nothing.
#[derive(Debug, Default)]
pub struct Confinement {
    /// The Landlock ruleset; None where no files or ports are confined.
    pub ruleset: Option<OwnedFd>,
    /// The seccomp program: the bytes of an array of `struct sock_filter`, eight each; empty where none is installed.
    pub filter: Vec<u8>,
}
