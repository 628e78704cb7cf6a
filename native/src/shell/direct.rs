//! Starts a command as a child of this process, where there is no subreaper. Its process group can be told to end, and
//! the closing of its terminal hangs it up; a child that left the group and ignores the hangup is out of reach.

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::process::{Child, Command, Stdio};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};

use super::{Exit, Start};
use crate::error::{Error, Result};
use crate::kernel;
use crate::sandbox::Prepared;

/// A child and its process group.
#[derive(Debug)]
pub(super) struct Leash {
    child: Child,
    group: Pid,
}

impl Leash {
    /// Starts a command on the terminal `theirs`, reading `input` where that is given.
    pub(super) fn spawn(
        start: &Start,
        theirs: &OwnedFd,
        input: Option<&OwnedFd>,
        notes: Option<&OwnedFd>,
        confinement: Option<&Prepared>,
    ) -> Result<Self> {
        if confinement.is_some() {
            return Err(Error::Invalid("nothing can be confined on this system".into()));
        }
        let (program, arguments) = start.program()?;
        let copy = |descriptor: &OwnedFd| {
            descriptor.try_clone().map(Stdio::from).map_err(|error| Error::os("terminal", error))
        };
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(start.env.iter().map(|(name, value)| (name, value)));
        command.current_dir(&start.cwd).stdout(copy(theirs)?).stderr(copy(theirs)?);
        command.stdin(copy(input.unwrap_or(theirs))?);
        let notes = notes.map(OwnedFd::try_clone).transpose().map_err(|error| Error::os("notes", error))?;
        let notes = notes.zip(start.notes.map(|(number, _)| number));
        kernel::before_exec(&mut command, move || settle(notes.as_ref()));
        let child = command.spawn().map_err(|error| Error::os(program, error))?;
        Ok(Self { group: Pid::from_child(&child), child })
    }

    pub(super) fn pid(&self) -> i32 {
        self.group.as_raw_pid()
    }

    #[expect(clippy::unused_self, reason = "where there is a nursery, it has one")]
    pub(super) fn news(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    pub(super) fn signal(&self, signal: Signal) -> Result<bool> {
        // Not reaped before it is dropped, the child holds the group's id: it can be nobody else's.
        match rustix::process::kill_process_group(self.group, signal) {
            Ok(()) => Ok(true),
            Err(Errno::SRCH) => Ok(false),
            Err(error) => Err(Error::os("process group", error)),
        }
    }

    pub(super) fn reap(&self) -> Result<Option<Exit>> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let status = rustix::process::waitid(WaitId::Pid(self.group), options)
            .map_err(|error| Error::os("process", error))?;
        Ok(status.map(|status| match (status.exit_status(), status.terminating_signal()) {
            (Some(code), _) => Exit::Code(code),
            (None, signal) => Exit::Signal(signal.unwrap_or(0)),
        }))
    }

    /// As far as it can be told.
    pub(super) fn is_gone(&self) -> Result<bool> {
        Ok(self.reap()?.is_some())
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        let _ = self.signal(Signal::KILL);
        let _ = self.child.try_wait();
    }
}

/// What the child does before it becomes the program.
fn settle(notes: Option<&(OwnedFd, u16)>) -> io::Result<()> {
    rustix::process::setsid()?;
    rustix::process::ioctl_tiocsctty(rustix::stdio::stdout())?;
    kernel::reset_signals();
    if let Some((descriptor, number)) = notes {
        kernel::copy_to(descriptor.as_fd(), i32::from(*number));
    }
    Ok(())
}
