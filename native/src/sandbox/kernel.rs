//! What of the kernel has no safe door: a file with `unsafe`, since it runs between fork and exec.
//!
//! Every function here makes system calls only, on numbers and on bytes that the caller holds: async-signal-safe.

#![allow(unsafe_code, reason = "system calls that no crate wraps, and a hook between fork and exec")]

use std::ffi::CStr;
use std::io;
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use libc::{c_int, c_long, c_uint};
use rustix::thread::UnshareFlags;

use super::{Prepared, enter};

/// `struct mount_attr` of `linux/mount.h`, as far as it is used.
#[repr(C)]
struct MountAttributes {
    set: u64,
    clear: u64,
    propagation: u64,
    user_namespace: u64,
}

/// `struct landlock_path_beneath_attr`.
#[repr(C, packed)]
struct PathBeneath {
    allowed: u64,
    parent: c_int,
}

/// `struct ifreq`: a network interface, and what it should be like.
#[repr(C)]
struct InterfaceRequest {
    name: [u8; libc::IFNAMSIZ],
    flags: i16,
    rest: [u8; 22],
}

const IFF_UP: i16 = 1;
const MOUNT_ATTR_RDONLY: u64 = 1;
const AT_RECURSIVE: c_uint = 0x8000;
const LANDLOCK_CREATE_RULESET_VERSION: c_uint = 1;
const LANDLOCK_RULE_PATH_BENEATH: c_uint = 1;

fn done(result: c_long) -> io::Result<()> {
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The version of Landlock; 0 where there is none, or it is not switched on.
pub(super) fn landlock_version() -> i32 {
    // SAFETY: with this flag it takes no structure, and only says a number.
    let version = unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            std::ptr::null::<u8>(),
            0_usize,
            LANDLOCK_CREATE_RULESET_VERSION,
        )
    };
    i32::try_from(version).unwrap_or(0).max(0)
}

/// Adds rights below a folder to a ruleset.
pub(super) fn allow_below(ruleset: BorrowedFd<'_>, folder: BorrowedFd<'_>, allowed: u64) -> io::Result<()> {
    let rule = PathBeneath { allowed, parent: folder.as_raw_fd() };
    let kind = LANDLOCK_RULE_PATH_BENEATH;
    // SAFETY: it reads the structure, which lives until it returns.
    done(unsafe { libc::syscall(libc::SYS_landlock_add_rule, ruleset.as_raw_fd(), kind, &raw const rule, 0) })
}

/// Holds the calling thread, and all that it starts, to a ruleset for good.
pub(super) fn restrict(ruleset: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: a system call on numbers.
    done(unsafe { libc::syscall(libc::SYS_landlock_restrict_self, ruleset.as_raw_fd(), 0) })
}

/// Has every system call of the calling thread, and of all that it starts, judged by a filter for good: the bytes of
/// an array of `struct sock_filter`.
pub(super) fn filter(program: &[u8]) -> io::Result<()> {
    let len = u16::try_from(program.len() / size_of::<libc::sock_filter>());
    let len = len.map_err(|_| io::Error::from_raw_os_error(libc::E2BIG))?;
    let program = libc::sock_fprog { len, filter: program.as_ptr().cast_mut().cast() };
    // SAFETY: the kernel copies `len` instructions from bytes that are there; it needs no alignment, and writes nothing.
    done(unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, 0, &raw const program) })
}

/// Gives the calling process namespaces of its own.
pub(super) fn unshare(flags: UnshareFlags) -> io::Result<()> {
    // SAFETY: what can be unsafe is to part with descriptors that others rely on; no flag here does.
    Ok(unsafe { rustix::thread::unshare_unsafe(flags) }?)
}

/// Makes a mount read-only, or writable again; with `deep`, also those below it.
pub(super) fn set_read_only(path: &CStr, read_only: bool, deep: bool) -> io::Result<()> {
    let (set, clear) = if read_only { (MOUNT_ATTR_RDONLY, 0) } else { (0, MOUNT_ATTR_RDONLY) };
    let wanted = MountAttributes { set, clear, propagation: 0, user_namespace: 0 };
    let flags = if deep { AT_RECURSIVE } else { 0 };
    // SAFETY: it reads a text that ends in zero, and the structure, whose size it is told.
    done(unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            path.as_ptr(),
            flags,
            &raw const wanted,
            size_of::<MountAttributes>(),
        )
    })
}

/// Switches on the loopback of a network namespace that was just made.
pub(super) fn raise_loopback(socket: BorrowedFd<'_>) -> io::Result<()> {
    let mut request = InterfaceRequest { name: [0; libc::IFNAMSIZ], flags: IFF_UP, rest: [0; 22] };
    request.name[..2].copy_from_slice(b"lo");
    // SAFETY: it reads the structure, which lives until it returns.
    done(unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS as _, &raw const request) }.into())
}

/// Enters a confinement in a child that ends there, and says how that went.
pub(super) fn trial(prepared: Prepared) -> io::Result<()> {
    /// What the child answers once it is confined: nothing else on that way fails so.
    const ENTERED: c_int = libc::ECANCELED;
    let mut command = Command::new("/");
    // SAFETY: `enter` makes system calls only: it takes no lock and allocates nothing.
    unsafe {
        command.pre_exec(move || {
            enter(prepared.ruleset.as_ref().map(OwnedFd::as_fd), &prepared.steps)
                .and(Err(io::Error::from_raw_os_error(ENTERED)))
        })
    };
    match command.spawn() {
        Err(error) if error.raw_os_error() == Some(ENTERED) => Ok(()),
        Err(error) => Err(error),
        Ok(mut child) => child.kill().and_then(|()| child.wait()).and(Ok(())),
    }
}
