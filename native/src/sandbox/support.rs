//! What the kernel lets this process confine, found out by doing it in a child that ends there.

use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use super::{Confinement, Network, Prepared, Support, enter};
use crate::kernel;

/// What holds here; found out once.
pub fn support() -> &'static Support {
    static FOUND: OnceLock<Support> = OnceLock::new();
    FOUND.get_or_init(find_out)
}

fn find_out() -> Support {
    let plain = Confinement::default();
    let mounts = Confinement { namespaces: true, ..plain.clone() };
    let loopback = Confinement { network: Network::Loopback, ..mounts.clone() };

    let mut found = Support { landlock: kernel::landlock_version(), ..Support::default() };
    let mut problems = Vec::new();
    if found.landlock == 0 {
        problems
            .push(("landlock", "the kernel has no Landlock, or it is not switched on (lsm=landlock)".into()));
    }
    found.seccomp = holds("seccomp", &plain, &found, &mut problems);
    found.mounts = found.seccomp && holds("mounts", &mounts, &found, &mut problems);
    found.loopback = found.mounts && holds("loopback", &loopback, &found, &mut problems);
    Support { problems, ..found }
}

/// Whether a child can enter a confinement, with what was found so far; else a problem more.
fn holds(
    what: &'static str,
    confinement: &Confinement,
    found: &Support,
    problems: &mut Vec<(&'static str, String)>,
) -> bool {
    let prepared = confinement.ready(Path::new("/"), None, found);
    let tried = prepared.map_err(|error| io::Error::other(error.to_string())).and_then(trial);
    match tried {
        Ok(()) => true,
        Err(error) => {
            problems.push((what, format!("tried, and the kernel said: {error}")));
            false
        }
    }
}

/// Enters a confinement in a child that ends there, and says how that went.
fn trial(prepared: Prepared) -> io::Result<()> {
    /// What the child answers once it is confined: nothing else on that way fails so.
    const ENTERED: i32 = libc::ECANCELED;
    let mut command = Command::new("/");
    kernel::before_exec(&mut command, move || {
        enter(prepared.ruleset.as_ref().map(OwnedFd::as_fd), &prepared.steps)
            .and(Err(io::Error::from_raw_os_error(ENTERED)))
    });
    match command.spawn() {
        Err(error) if error.raw_os_error() == Some(ENTERED) => Ok(()),
        Err(error) => Err(error),
        Ok(mut child) => child.kill().and_then(|()| child.wait()).and(Ok(())),
    }
}
