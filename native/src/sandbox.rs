//! Sandbox: what a command may not do, enforced by the kernel from before its first instruction.
//!
//! Three means, each for what the others cannot do. None needs root or a helper program; each is entered by the forked
//! child before it becomes the program, and whatever it starts inherits all of it for good.
//!
//! - **Landlock** (`files.rs`) says where files may be written, which TCP ports may be used, and that signals and
//!   abstract unix sockets stay inside. It only adds rights downward: inside a folder that may be written nothing can
//!   be taken back, and it does not look at modes, owners, times and attributes.
//! - **Mounts of its own** (`namespaces.rs`) make up for both, where a process may have them: everything is mounted
//!   read-only but the folders that may be written, and what is sealed in those is read-only again. A network of its
//!   own with nothing but a loopback comes the same way.
//! - **Seccomp** (`calls.rs`) refuses system calls that are about other processes, the kernel or the network. It sees
//!   numbers, never addresses or paths.
//!
//! What the kernel at hand has of these is found out by entering them (`support.rs`), not by asking for its version.

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod namespaces;
#[cfg(not(target_os = "linux"))]
mod none;
#[cfg(target_os = "linux")]
mod prepare;
#[cfg(feature = "python")]
pub(crate) mod python;
#[cfg(target_os = "linux")]
mod steps;
#[cfg(target_os = "linux")]
mod support;

use std::os::fd::OwnedFd;
use std::path::PathBuf;

#[cfg(not(target_os = "linux"))]
pub use none::{enter, support};
#[cfg(target_os = "linux")]
pub use steps::enter;
#[cfg(target_os = "linux")]
pub use support::support;

/// Whom a command may talk to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// Nobody.
    #[default]
    Off,
    /// What it started itself, over a loopback of its own. Needs namespaces.
    Loopback,
}

/// What a command is held to. Reading is not confined.
#[derive(Clone, Debug, Default)]
pub struct Confinement {
    /// Folders (with all in them) and files that may be written: absolute, with no symbolic link in them.
    pub writable: Vec<PathBuf>,
    /// Files and folders inside those that may not. Only namespaces can hold it.
    pub sealed: Vec<PathBuf>,
    /// Whom it may talk to.
    pub network: Network,
    /// Whether it may open unix sockets: those of other programs are then within its reach, too.
    pub unix_sockets: bool,
    /// Whether it gets mounts of its own.
    pub namespaces: bool,
}

/// A confinement, ready to be entered by a forked child with [`enter`]. Plain data, made beforehand, that can be handed
/// to whichever process forks: a descriptor and bytes.
#[derive(Debug)]
pub struct Prepared {
    /// The Landlock ruleset.
    pub ruleset: Option<OwnedFd>,
    /// What to do, in order; see `steps.rs`.
    pub steps: Vec<u8>,
}

/// What the kernel lets this process confine.
#[derive(Clone, Debug, Default)]
pub struct Support {
    /// The version of Landlock; 0 where there is none.
    pub landlock: i32,
    /// Whether system calls can be refused.
    pub seccomp: bool,
    /// Whether a command can have mounts of its own.
    pub mounts: bool,
    /// Whether it can have a network of its own.
    pub loopback: bool,
    /// Why what is missing is: (what, why).
    pub problems: Vec<(&'static str, String)>,
}
