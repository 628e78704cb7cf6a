//! What the kernel lets this process confine, found out by doing it in a child that ends there.

use std::io;
use std::path::Path;
use std::sync::OnceLock;

use super::{Confinement, Network, Support, kernel};

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
    let tried = prepared.map_err(|error| io::Error::other(error.to_string())).and_then(kernel::trial);
    match tried {
        Ok(()) => true,
        Err(error) => {
            problems.push((what, format!("tried, and the kernel said: {error}")));
            false
        }
    }
}
