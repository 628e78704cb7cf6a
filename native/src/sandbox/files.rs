//! The Landlock ruleset: what may be written, which ports, and that signals and abstract sockets stay inside.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible as _, PathBeneath, Ruleset,
    RulesetAttr as _, RulesetCreated, RulesetCreatedAttr as _, RulesetError, Scope,
};
use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use super::{Confinement, Network};
use crate::error::{Error, Result};

/// The newest version whose every right is dealt with here.
const NEWEST: i32 = 7;
/// What a program writes to without changing anything, and the terminal that it runs on.
const DEVICES: [&str; 6] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"];

/// The ruleset for a confinement; None where the kernel has no Landlock.
pub(super) fn ruleset(
    confinement: &Confinement,
    terminal: Option<BorrowedFd<'_>>,
    version: i32,
) -> Result<Option<OwnedFd>> {
    if version < 1 {
        return Ok(None);
    }
    let abi = ABI::from(version.min(NEWEST));
    let mut made = create(abi, confinement.network).map_err(|error| refused(&error))?;
    for path in &confinement.writable {
        made = allow(made, path, written_below(abi))?;
    }
    for device in DEVICES {
        made = allow(made, Path::new(device), used_as_device(abi))?;
    }
    if confinement.namespaces {
        // Terminals that it makes are in a file system of its own.
        made = allow(made, Path::new("/dev/ptmx"), used_as_device(abi))?;
    }
    if let Some(terminal) = terminal {
        // `> /dev/stdout` opens the terminal anew. Other terminals, this person's among them, are not for painting on.
        made = made
            .add_rule(PathBeneath::new(terminal, used_as_device(abi)))
            .map_err(|error| refused(&error))?;
    }
    Ok(made.into())
}

/// What may be done in a folder that may be written: everything but making devices and commanding them.
pub(super) fn written_below(abi: ABI) -> BitFlags<AccessFs> {
    AccessFs::from_write(abi) & !(AccessFs::MakeChar | AccessFs::MakeBlock | AccessFs::IoctlDev)
}

/// What may be done below a mount that the child makes for itself, as the kernel takes it.
pub(super) fn own_mount(version: i32) -> u64 {
    let abi = ABI::from(version.min(NEWEST));
    (written_below(abi) | used_as_device(abi)).bits()
}

fn used_as_device(abi: ABI) -> BitFlags<AccessFs> {
    AccessFs::from_write(abi) & (AccessFs::WriteFile | AccessFs::Truncate | AccessFs::IoctlDev)
}

fn create(abi: ABI, network: Network) -> std::result::Result<RulesetCreated, RulesetError> {
    let ruleset = Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
    let mut ruleset = ruleset.handle_access(AccessFs::from_write(abi))?;
    if abi >= ABI::V4 && network == Network::Off {
        ruleset = ruleset.handle_access(AccessNet::from_all(abi))?;
    }
    if abi >= ABI::V6 {
        ruleset = ruleset.scope(Scope::from_all(abi))?;
    }
    // Rights that make no sense for a plain file are left out by us, below.
    ruleset.create()
}

/// Adds a rule for what lies at a path. What is gone needs none; what has become a link since it was looked at gets
/// none: a command that still runs may have put it there to lead elsewhere.
fn allow(made: RulesetCreated, path: &Path, rights: BitFlags<AccessFs>) -> Result<RulesetCreated> {
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    let opened = rustix::fs::openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS);
    let place = match opened {
        Ok(place) => place,
        Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => return Ok(made),
        Err(error) => return Err(Error::os(path, error)),
    };
    let found = rustix::fs::fstat(&place).map_err(|error| Error::os(path, error))?;
    let is_folder = FileType::from_raw_mode(found.st_mode) == FileType::Directory;
    let fitting = if is_folder { rights } else { rights & AccessFs::from_file(ABI::from(NEWEST)) };
    made.add_rule(PathBeneath::new(place, fitting)).map_err(|error| refused(&error))
}

fn refused(error: &RulesetError) -> Error {
    Error::Invalid(format!("Landlock: {error}"))
}
