//! The steps to mounts of its own, and where wished to a network of its own.
//!
//! Who may not simply have them (all but root) gets them inside a user namespace of its own, where the only person is
//! the one who started it: other owners of files show as nobody.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::thread::{CapabilitySet, UnshareFlags};

use super::steps::{self, Steps};
use super::{Confinement, Network};

/// Fresh file systems: kind, where, options. Shared memory and terminals of other programs are not this one's.
const FRESH: [[&[u8]; 3]; 2] = [
    [b"tmpfs\0", b"/dev/shm\0", b"mode=1777\0"],
    [b"devpts\0", b"/dev/pts\0", b"newinstance,ptmxmode=0666,mode=0620\0"],
];

/// Appends them. `rights` are those that the ruleset grants on fresh file systems.
pub(super) fn plan(steps: &mut Steps, confinement: &Confinement, cwd: &Path, rights: u64) {
    let own_user = !may_mount();
    let is_alone = confinement.network == Network::Loopback;
    // With shared memory and queues of its own, too: other programs' would be open to whoever is the same person.
    let mut flags = UnshareFlags::NEWNS | UnshareFlags::NEWIPC;
    flags.set(UnshareFlags::NEWNET, is_alone);
    flags.set(UnshareFlags::NEWUSER, own_user);
    steps.push(steps::UNSHARE, &[&flags.bits().to_ne_bytes()]);
    if own_user {
        let (user, group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
        // Without this nobody but root may say which groups there are.
        steps.push(steps::WRITE, &[b"/proc/self/setgroups\0", b"deny"]);
        steps.push(steps::WRITE, &[b"/proc/self/uid_map\0", format!("{user} {user} 1\n").as_bytes()]);
        steps.push(steps::WRITE, &[b"/proc/self/gid_map\0", format!("{group} {group} 1\n").as_bytes()]);
    }
    if is_alone {
        steps.push(steps::LOOPBACK, &[]);
    }
    steps.push(steps::PRIVATE, &[]);
    // Mounted apart first: once all is read-only, each can be told from the rest.
    on_each(steps, steps::BIND, confinement.writable.iter());
    steps.push(steps::CLOSE, &[b"/\0"]);
    on_each(steps, steps::OPEN, confinement.writable.iter());
    on_each(steps, steps::SEAL, confinement.sealed.iter());
    for [kind, place, options] in FRESH {
        steps.push(steps::FRESH, &[&rights.to_ne_bytes(), kind, place, options]);
    }
    // The working folder is still that of the mounts before.
    on_each(steps, steps::FOLDER, std::iter::once(cwd));
}

fn on_each<P: AsRef<Path>>(steps: &mut Steps, kind: u8, paths: impl Iterator<Item = P>) {
    for path in paths {
        steps.push(kind, &[path.as_ref().as_os_str().as_bytes(), b"\0"]);
    }
}

/// Whether this process may have mounts of its own without a user namespace.
fn may_mount() -> bool {
    rustix::thread::capabilities(None).is_ok_and(|sets| sets.effective.contains(CapabilitySet::SYS_ADMIN))
}
