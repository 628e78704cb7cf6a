//! A confinement made ready: what the kernel has to be told, with every path opened or written down.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use super::steps::{self, Steps};
use super::{Confinement, Network, Prepared, Support, calls, files, namespaces, support};
use crate::error::{Error, Result};

impl Confinement {
    /// Makes it ready for a process that starts in `cwd` on `terminal`. Fails where the kernel cannot hold it: what is
    /// not there may be left out only by who asks, from `support`.
    pub fn prepare(&self, cwd: &Path, terminal: Option<BorrowedFd<'_>>) -> Result<Prepared> {
        let support = support();
        let lacks = |what: &str| Err(Error::Invalid(format!("the kernel gives this process no {what}")));
        if support.landlock == 0 || !support.seccomp {
            return lacks("sandbox: that takes Landlock and seccomp");
        }
        if self.namespaces && !support.mounts {
            return lacks("mounts of its own");
        }
        if self.network == Network::Loopback && !(self.namespaces && support.loopback) {
            return lacks("network of its own");
        }
        if !self.namespaces && !self.sealed.is_empty() {
            return Err(Error::Invalid("what is sealed takes mounts of its own".into()));
        }
        self.ready(cwd, terminal, support)
    }

    /// The same with what is there; nothing is asked for.
    pub(super) fn ready(
        &self,
        cwd: &Path,
        terminal: Option<BorrowedFd<'_>>,
        support: &Support,
    ) -> Result<Prepared> {
        let paths = self.writable.iter().chain(&self.sealed).map(std::path::PathBuf::as_path);
        if let Some(path) = paths.chain([cwd]).find(|path| path.as_os_str().as_bytes().contains(&0)) {
            return Err(Error::Invalid(format!("{} holds a NUL", path.display())));
        }
        let ruleset: Option<OwnedFd> = files::ruleset(self, terminal, support.landlock)?;
        let mut steps = Steps::default();
        if self.namespaces {
            namespaces::plan(&mut steps, self, cwd, files::own_mount(support.landlock));
        }
        steps.push(steps::SHED, &[]);
        // Without it only root may go on; and setuid programs would get out again.
        steps.push(steps::PROMISE, &[]);
        if ruleset.is_some() {
            steps.push(steps::RESTRICT, &[]);
        }
        for program in calls::filters(self)? {
            steps.push(steps::FILTER, &[&calls::bytes(&program)]);
        }
        Ok(Prepared { ruleset, steps: steps.0 })
    }
}
