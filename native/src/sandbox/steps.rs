//! How a confinement is entered, step by step: a flat list of bytes, which can be handed to whichever process forks.
//!
//! Each step is its kind (one byte), the length of what follows (four), and that: texts that end in zero, numbers, a
//! filter. The child reads them where they lie: it may not allocate.

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::mount::{MountFlags, MountPropagationFlags};
use rustix::net::{AddressFamily, SocketFlags, SocketType};
use rustix::thread::{CapabilitySet, CapabilitySets, UnshareFlags};

use crate::kernel;

/// Steps, being put together.
#[derive(Debug, Default)]
pub(super) struct Steps(pub(super) Vec<u8>);

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $number:literal,)*) => {
        $($(#[$doc])* pub(super) const $name: u8 = $number;)*
    };
}

kinds! {
    /// Gets namespaces of its own: flags.
    UNSHARE = 1,
    /// Writes to a file: path, text.
    WRITE = 2,
    /// Switches on the loopback.
    LOOPBACK = 3,
    /// Parts with the mounts of others.
    PRIVATE = 4,
    /// Mounts what lies at a path onto itself.
    BIND = 5,
    /// Makes everything mounted at and below a path read-only.
    CLOSE = 6,
    /// Makes what is mounted at a path writable again.
    OPEN = 7,
    /// Mounts what lies at a path onto itself, read-only.
    SEAL = 8,
    /// Mounts a fresh file system: rights in it for the ruleset, kind, path, options.
    FRESH = 9,
    /// Goes to a folder.
    FOLDER = 10,
    /// Lets go of root's powers.
    SHED = 11,
    /// Promises never to gain any.
    PROMISE = 12,
    /// Enters the ruleset.
    RESTRICT = 13,
    /// Installs a filter.
    FILTER = 14,
}

impl Steps {
    pub(super) fn push(&mut self, kind: u8, parts: &[&[u8]]) {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        self.0.push(kind);
        self.0.extend(u32::try_from(length).expect("no step is that long").to_ne_bytes());
        self.0.extend(parts.concat());
    }
}

/// Confines the calling thread, and all that it starts, for good. Async-signal-safe. After an error it may be half
/// confined, and has to end.
pub fn enter(ruleset: Option<BorrowedFd<'_>>, steps: &[u8]) -> io::Result<()> {
    let mut rest = steps;
    while let Some((&kind, after)) = rest.split_first() {
        let (length, after) = number::<4>(after)?;
        let (told, after) = after.split_at_checked(u32::from_ne_bytes(length) as usize).ok_or_else(torn)?;
        take(kind, told, ruleset)?;
        rest = after;
    }
    Ok(())
}

fn take(kind: u8, told: &[u8], ruleset: Option<BorrowedFd<'_>>) -> io::Result<()> {
    match kind {
        UNSHARE => kernel::unshare(UnshareFlags::from_bits_retain(u32::from_ne_bytes(number::<4>(told)?.0))),
        WRITE => {
            let (path, text) = path(told)?;
            let file = rustix::fs::open(path, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())?;
            rustix::io::write(&file, text)?;
            Ok(())
        }
        LOOPBACK => {
            let kind = SocketType::DGRAM;
            let socket = rustix::net::socket_with(AddressFamily::INET, kind, SocketFlags::CLOEXEC, None)?;
            kernel::raise_loopback(socket.as_fd())
        }
        PRIVATE => {
            let flags = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
            Ok(rustix::mount::mount_change(c"/", flags)?)
        }
        BIND => bind(path(told)?.0).map(drop),
        CLOSE => kernel::set_read_only(path(told)?.0, true, true),
        OPEN => open(path(told)?.0),
        SEAL => seal(path(told)?.0),
        FRESH => fresh(told, ruleset),
        FOLDER => Ok(rustix::process::chdir(path(told)?.0)?),
        SHED => shed_powers(),
        PROMISE => Ok(rustix::thread::set_no_new_privs(true)?),
        RESTRICT => ruleset.map_or(Err(torn()), kernel::restrict),
        FILTER => kernel::filter(told),
        _ => Err(torn()),
    }
}

fn torn() -> io::Error {
    io::Error::from_raw_os_error(libc::EBADMSG)
}

fn number<const N: usize>(bytes: &[u8]) -> io::Result<([u8; N], &[u8])> {
    bytes.split_first_chunk().map(|(number, rest)| (*number, rest)).ok_or_else(torn)
}

/// The text at the front, and what comes after.
fn path(bytes: &[u8]) -> io::Result<(&CStr, &[u8])> {
    let text = CStr::from_bytes_until_nul(bytes).map_err(|_| torn())?;
    Ok((text, &bytes[text.count_bytes() + 1..]))
}

/// False where nothing lies there any more.
fn bind(path: &CStr) -> io::Result<bool> {
    match rustix::mount::mount_bind_recursive(path, path) {
        Ok(()) => Ok(true),
        Err(Errno::NOENT | Errno::NOTDIR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn open(path: &CStr) -> io::Result<()> {
    let failed = |result: &io::Result<()>| result.as_ref().err().and_then(io::Error::raw_os_error);
    let all = kernel::set_read_only(path, false, true);
    match failed(&all) {
        Some(libc::ENOENT | libc::ENOTDIR) => Ok(()),
        // A mount below it was read-only before, and stays so.
        Some(libc::EPERM) => kernel::set_read_only(path, false, false),
        _ => all,
    }
}

fn seal(path: &CStr) -> io::Result<()> {
    if bind(path)? { kernel::set_read_only(path, true, true) } else { Ok(()) }
}

fn fresh(told: &[u8], ruleset: Option<BorrowedFd<'_>>) -> io::Result<()> {
    let (rights, told) = number::<8>(told)?;
    let (kind, told) = path(told)?;
    let (place, told) = path(told)?;
    let (options, _) = path(told)?;
    match rustix::mount::mount(kind, place, kind, MountFlags::NOSUID | MountFlags::NOEXEC, options) {
        Ok(()) => {}
        // Where it cannot be had the place stays as it is, and Landlock keeps it from being written.
        Err(Errno::NOENT | Errno::NODEV | Errno::PERM | Errno::ACCESS) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    let Some(ruleset) = ruleset else { return Ok(()) };
    let folder = rustix::fs::open(place, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
    kernel::allow_below(ruleset, folder.as_fd(), u64::from_ne_bytes(rights))
}

/// What of root's powers is left inside: those over files that it may write anyway, and being somebody less.
const KEPT: CapabilitySet = CapabilitySet::CHOWN
    .union(CapabilitySet::DAC_OVERRIDE)
    .union(CapabilitySet::FOWNER)
    .union(CapabilitySet::FSETID)
    .union(CapabilitySet::SETGID)
    .union(CapabilitySet::SETUID);

/// Lets go of the powers of root that have nothing to do with writing files. A person has none to begin with.
fn shed_powers() -> io::Result<()> {
    let held = rustix::thread::capabilities(None)?;
    if (held.permitted | held.inheritable).is_empty() {
        return Ok(());
    }
    if held.effective.contains(CapabilitySet::SETPCAP) {
        for number in 0..u64::BITS {
            let power = CapabilitySet::from_bits_retain(1 << number);
            if !KEPT.contains(power) {
                // The kernel knows fewer than there are bits.
                let _ = rustix::thread::remove_capability_from_bounding_set(power);
            }
        }
    }
    // Ambient powers go with the inheritable ones.
    let kept = CapabilitySets {
        effective: held.effective & KEPT,
        permitted: held.permitted & KEPT,
        inheritable: CapabilitySet::empty(),
    };
    rustix::thread::set_capabilities(None, kept)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_that_are_torn_anywhere_are_refused() {
        let mut steps = Steps::default();
        steps.push(WRITE, &[b"/dev/null\0", b"text"]);
        for end in 1..steps.0.len() {
            let error = enter(None, &steps.0[..end]).unwrap_err();
            assert_eq!(error.raw_os_error(), Some(libc::EBADMSG), "{end}");
        }
        assert!(enter(None, &steps.0).is_ok());
    }

    #[test]
    fn a_step_of_no_known_kind_is_refused() {
        let mut steps = Steps::default();
        steps.push(200, &[]);
        assert!(enter(None, &steps.0).is_err());
    }

    #[test]
    fn what_should_enter_a_ruleset_and_gets_none_is_refused() {
        let mut steps = Steps::default();
        steps.push(RESTRICT, &[]);
        assert!(enter(None, &steps.0).is_err());
    }
}
